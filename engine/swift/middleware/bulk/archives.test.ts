import { describe, expect, it } from "vitest";
import { bunzip2 } from "./bunzip2.ts";
import { parsePax, readTar, type TarEntry } from "./tar.ts";
import { makeTar, paxHeader, tarBz2, type TestFile } from "./test-archives.ts";

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

interface Read extends Pick<TarEntry, "sizeBytes" | "kind"> {
  name: string;
  body: string | null;
}

/** Reads an archive in small pieces; `skips` leaves the bodies of entries so named. */
async function read(archive: Uint8Array, skips = ""): Promise<Read[]> {
  const entries: Read[] = [];
  for await (const { name, sizeBytes, kind, body } of readTar(inPieces(archive, 100))) {
    const text = name.toString();
    entries.push({ name: text, sizeBytes, kind, body: text === skips ? null : (await collect(body)).toString() });
  }
  return entries;
}

const plain = { name: "a", body: "aaa" };
const asRead = (name: string, body: string): Read => ({ name, sizeBytes: Buffer.byteLength(body), kind: "file", body });

/** The archive with one field of its first header written over, and the sum put right. */
function withField(archive: Buffer, at: number, bytes: Buffer): Buffer {
  const changed = Buffer.from(archive);
  bytes.copy(changed, at);
  changed.write("        ", 148, "latin1");
  const sum = changed.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  changed.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return changed;
}

describe("tar", () => {
  it.each<[string, TestFile[], Read[]]>([
    ["a file", [plain], [asRead("a", "aaa")]],
    ["a prefix", [{ ...plain, prefix: "long/way" }], [asRead("long/way/a", "aaa")]],
    ["a GNU long name", [{ name: "././@LongLink", type: "L", body: `${"n".repeat(200)}\0` }, plain], [asRead("n".repeat(200), "aaa")]],
    ["a PAX name, which wins", [{ name: "x", type: "L", body: "gnu" }, paxHeader({ path: "pax" }), plain], [asRead("pax", "aaa")]],
    [
      "records of the whole archive",
      [{ ...paxHeader({ path: "all" }), type: "g" }, plain, plain],
      [asRead("all", "aaa"), asRead("all", "aaa")],
    ],
    ["an old file", [{ ...plain, type: "\0" }], [asRead("a", "aaa")]],
    ["an old directory", [{ name: "d/", type: "\0" }], [{ name: "d/", sizeBytes: 0, kind: "other", body: "" }]],
    ["a link", [{ name: "l", type: "2" }, plain], [{ name: "l", sizeBytes: 0, kind: "other", body: "" }, asRead("a", "aaa")]],
  ])("%s", async (_name, files, expected) => {
    expect(await read(makeTar(files))).toEqual(expected);
  });

  it("passes over bodies that nobody reads", async () => {
    const archive = makeTar([{ name: "big", body: "b".repeat(5000) }, plain]);
    expect(await read(archive, "big")).toEqual([{ ...asRead("big", "b".repeat(5000)), body: null }, asRead("a", "aaa")]);
  });

  it("reads sizes in base 256, and sums of signed bytes", async () => {
    const size = Buffer.alloc(12);
    size[0] = 0x80;
    size[11] = 3;
    expect(await read(withField(makeTar([plain]), 124, size))).toEqual([asRead("a", "aaa")]);
    const signed = makeTar([{ name: "\u00e9", body: "aaa" }]);
    const sum = Number.parseInt(signed.toString("latin1", 148, 154), 8) - 2 * 256;
    signed.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
    expect(await read(signed)).toEqual([asRead("\u00e9", "aaa")]);
  });

  it("what is no header behind the first entry is the end; before it, it is an error", async () => {
    const archive = makeTar([plain]).subarray(0, 1024);
    const nonsense = Buffer.alloc(512, "n");
    expect(await read(Buffer.concat([archive, nonsense]))).toEqual([asRead("a", "aaa")]);
    expect(await read(archive)).toEqual([asRead("a", "aaa")]);
    await expect(read(nonsense)).rejects.toThrow("invalid header");
    const broken = Buffer.from(archive);
    broken[0] = 0x62;
    await expect(read(broken)).rejects.toThrow("bad checksum");
    await expect(read(archive.subarray(0, 514))).rejects.toThrow("unexpected end of data");
  });

  it.each(["x a=b\n", "999 a=b\n", "5 ab\n", "0 a=b\n"])("%j is no PAX record", (text) => {
    expect(() => parsePax(Buffer.from(text))).toThrow("invalid header");
  });
});

describe("bzip2", () => {
  const unpack = (bytes: Uint8Array, pieces = 7): Promise<Buffer> => collect(bunzip2(inPieces(bytes, pieces)));
  const archive = (base64: string): Buffer => Buffer.from(base64, "base64");
  const hello = archive("QlpoOTFBWSZTWRkxZT0AAACBAAJEoAAhmmgzTQczi7kinChIDJiynoA=");

  it("gives the bytes back, however they arrive", async () => {
    const whole = await unpack(tarBz2, 100_000);
    expect(whole.length).toBe(307_200);
    expect((await unpack(tarBz2, 1)).equals(whole)).toBe(true);
    expect((await unpack(hello)).toString()).toBe("hello");
  });

  it("takes several files for one", async () => {
    expect((await unpack(Buffer.concat([hello, hello]))).toString()).toBe("hellohello");
  });

  it("undoes long runs", async () => {
    const zeros = archive("QlpoOTFBWSZTWb6piCsAAMRQAMAABAAACCAAMMwFKaYQtiIXi7kinChIX1TEFYA=");
    const bytes = await unpack(zeros);
    expect([bytes.length, bytes.every((byte) => byte === 0)]).toEqual([100_000, true]);
  });

  it("never gives other bytes than those that went in", async () => {
    for (let at = 4; at < hello.length - 5; at += 1) {
      const changed = Buffer.from(hello);
      changed[at]! ^= 0x10;
      const result = await unpack(changed).then(
        (bytes) => bytes.toString(),
        (error: Error) => error.message,
      );
      // Some bits belong to codes that so short a text does not use.
      expect(["invalid compressed data", "unexpected end of data", "hello"]).toContain(result);
    }
  });

  it.each([[0], [3], [10], [30]])("wants more than the first %i bytes", async (count) => {
    await expect(unpack(hello.subarray(0, count))).rejects.toThrow("unexpected end of data");
  });
});
