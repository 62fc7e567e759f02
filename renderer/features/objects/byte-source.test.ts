import { expect, it } from "vitest";
import { chunkBytes, createByteSource, type ByteSource } from "./byte-source.ts";

const sizeBytes = 5_000_000_000;
const byteAt = (index: number): number => (index * 31 + Math.floor(index / 251)) & 0xff;
const bytesAt = (start: number, end: number): Uint8Array => Uint8Array.from({ length: end - start }, (_, index) => byteAt(start + index));

function arrived(source: ByteSource): Promise<void> {
  return new Promise((resolve) => {
    const stop = source.subscribe(() => {
      stop();
      resolve();
    });
  });
}

function open(fetchRange = async (start: number, end: number) => bytesAt(start, end)) {
  const asked: string[] = [];
  const source = createByteSource({
    sizeBytes,
    first: bytesAt(0, chunkBytes),
    fetchRange: (start, end) => {
      asked.push(`${start}-${end}`);
      return fetchRange(start, end);
    },
    describeError: String,
  });
  return { source, asked };
}

it("shows the front at once and the middle of 5 GB by one range", async () => {
  const { source, asked } = open();
  expect(source.peek(0, 32)).toEqual(bytesAt(0, 32));
  const middle = 2_500_000_000;
  expect(source.peek(middle, middle + 16)).toBeNull();
  source.want("view", middle, middle + 16);
  await arrived(source);
  expect(source.peek(middle, middle + 16)).toEqual(bytesAt(middle, middle + 16));
  expect(asked).toEqual([`${Math.floor(middle / chunkBytes) * chunkBytes}-${(Math.floor(middle / chunkBytes) + 1) * chunkBytes}`]);
});

it("joins chunks, and ends where the object ends", async () => {
  const { source } = open();
  const edge = chunkBytes * 3;
  source.want("view", edge - 8, edge + 8);
  await arrived(source);
  if (source.peek(edge - 8, edge + 8) === null) await arrived(source);
  expect(source.peek(edge - 8, edge + 8)).toEqual(bytesAt(edge - 8, edge + 8));
  source.want("view", sizeBytes - 4, sizeBytes + 100);
  await arrived(source);
  expect(source.peek(sizeBytes - 4, sizeBytes + 100)).toEqual(bytesAt(sizeBytes - 4, sizeBytes));
});

it("keeps at most sixteen chunks however far one goes", async () => {
  const { source } = open();
  for (let index = 0; index < 40; index += 1) {
    const start = index * 10 * chunkBytes;
    source.want("view", start, start + 16);
    if (source.peek(start, start + 16) === null) await arrived(source);
  }
  const here = Array.from({ length: 40 }, (_, index) => source.peek(index * 10 * chunkBytes, index * 10 * chunkBytes + 1)).filter(Boolean);
  expect(here).toHaveLength(16);
});

it("says why a range did not come, and tries again when told", async () => {
  let broken = true;
  const { source } = open(async (start, end) => {
    if (broken) throw new Error("412 Precondition Failed");
    return bytesAt(start, end);
  });
  source.want("view", chunkBytes, chunkBytes + 1);
  await arrived(source);
  expect(source.problem).toContain("412");
  broken = false;
  source.retry();
  source.want("view", chunkBytes, chunkBytes + 1);
  await arrived(source);
  expect(source.problem).toBeNull();
  expect(source.peek(chunkBytes, chunkBytes + 1)).toEqual(bytesAt(chunkBytes, chunkBytes + 1));
});
