import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { streamOf } from "../support/streams.ts";
import { blockBytes, createHashThread, type HashThread } from "./hash-thread.ts";
import { createTestStore, findByteFiles } from "./test-store.ts";

const run = promisify(execFile);
const md5 = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("hex");

async function hashOf(thread: HashThread, text: string): Promise<string> {
  using hash = thread.begin();
  for (const character of text) {
    const block = thread.takeBlock();
    block.fill(character);
    await hash.update(block, block.byteLength);
    thread.giveBack(block);
  }
  return hash.digest();
}

describe("the hash thread", () => {
  it("keeps apart what is hashed at the same time", async () => {
    await using thread = createHashThread();
    const texts = ["abc", "cab", "", "aaaa", "b"];
    const digests = await Promise.all(texts.map((text) => hashOf(thread, text)));
    expect(digests).toEqual(texts.map((text) => md5(Buffer.concat([...text].map((character) => Buffer.alloc(blockBytes, character))))));
  });

  it("leaves nobody waiting when it is ended", async () => {
    const thread = createHashThread();
    const digest = thread.begin().digest();
    digest.catch(() => {});
    await thread[Symbol.asyncDispose]();
    await expect(digest).rejects.toThrow("closed");
  });

  it("keeps no process alive that has nothing to hash", async () => {
    const script = `
      import { createHashThread } from ${JSON.stringify(join(import.meta.dirname, "hash-thread.ts"))};
      console.log(await createHashThread().begin().digest());
    `;
    const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", script], { timeout: 20_000 });
    expect(stdout.trim()).toBe(md5(Buffer.alloc(0)));
  });
});

describe("a body of many blocks", () => {
  const chunk = Buffer.alloc(100_000, "0123456789");

  async function* chunks(count: number, end: () => void = () => {}): AsyncGenerator<Uint8Array> {
    const lent = Buffer.alloc(chunk.byteLength);
    for (let at = 0; at < count; at += 1) {
      chunk.copy(lent);
      lent.writeUInt32BE(at);
      yield lent;
      // A source may use its memory again once it is asked for more.
      lent.fill(0);
    }
    end();
  }

  function expected(count: number): Buffer {
    return Buffer.concat(
      Array.from({ length: count }, (_unused, at) => {
        const bytes = Buffer.from(chunk);
        bytes.writeUInt32BE(at);
        return bytes;
      }),
    );
  }

  it.each([1, 5, 6, 21, 22, 53, 100])("has the MD5 and the size of its bytes: %i chunks", async (count) => {
    await using test = await createTestStore();
    const staged = await test.store.stage(streamOf(chunks(count)), { maxBytes: 1 << 30 });
    expect([staged.sizeBytes, staged.etag]).toEqual([count * chunk.byteLength, md5(expected(count))]);
    staged.discard();
  });

  it("that breaks off, is aborted or grows too long leaves nothing, and the next one is right", async () => {
    await using test = await createTestStore();
    const controller = new AbortController();
    const fail = (): void => {
      throw new Error("cut");
    };
    const abort = (): void => controller.abort(new Error("aborted"));
    await expect(test.store.stage(streamOf(chunks(60, fail)), { maxBytes: 1 << 30 })).rejects.toThrow("cut");
    await expect(test.store.stage(streamOf(chunks(60, abort)), { maxBytes: 1 << 30, signal: controller.signal })).rejects.toThrow(
      "aborted",
    );
    await expect(test.store.stage(streamOf(chunks(60)), { maxBytes: 5_000_000 })).rejects.toMatchObject({ code: "INPUT_TOO_LARGE" });
    expect(await findByteFiles(test.directory)).toEqual({ incoming: [], blobs: [] });
    const staged = await test.store.stage(streamOf(chunks(30)), { maxBytes: 1 << 30 });
    expect(staged.etag).toBe(md5(expected(30)));
    staged.discard();
  });
});
