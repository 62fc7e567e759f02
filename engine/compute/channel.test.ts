/** Connections: reading with a reused buffer, pausing, lines, and paths that are too long. */
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, type Duplex } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { assertSocketPath, connectUnixSocket, receiveBytes, receiveJsonLines, writeBytes } from "./channel.ts";
import { createOutputReader } from "./output-reader.ts";
import { systemClock } from "../support/clock.ts";
import type { StudioError } from "../support/errors.ts";
import { createWatchdog } from "./watchdog.ts";

let directory: string;
let path: string;
let server: Server;
let serve: (socket: Socket) => void = () => {};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "channel-"));
  path = join(directory, "a.sock");
  server = createServer({ allowHalfOpen: true }, (socket) => serve(socket));
  await new Promise<void>((resolve) => server.listen(path, resolve));
});

afterAll(async () => {
  server.close();
  await rm(directory, { recursive: true, force: true });
});

function collect(connection: Duplex): Promise<Buffer> {
  const chunks: Buffer[] = [];
  return new Promise((resolve) => {
    receiveBytes(connection, { take: (bytes) => (chunks.push(Buffer.from(bytes)), true), end: () => resolve(Buffer.concat(chunks)) });
  });
}

describe("connectUnixSocket", () => {
  it("carries bytes both ways, half-closed", async () => {
    serve = (socket) => void socket.pipe(socket);
    const connection = await connectUnixSocket(path);
    const data = Buffer.alloc(3_000_000, "abc");
    const received = collect(connection);
    await writeBytes(connection, data.subarray(0, 1_000_000));
    connection.end(data.subarray(1_000_000));
    expect((await received).equals(data)).toBe(true);
  });

  it("reads nothing before it is asked to, nor while it is paused", async () => {
    serve = (socket) => void socket.end(Buffer.alloc(1_000_000, "x"));
    const connection = await connectUnixSocket(path);
    let size = 0;
    const ended = Promise.withResolvers<void>();
    const resume = receiveBytes(connection, {
      take(bytes) {
        size += bytes.byteLength;
        setImmediate(() => resume());
        return false;
      },
      end: () => ended.resolve(),
    });
    await ended.promise;
    expect(size).toBe(1_000_000);
  });

  it("rejects with SANDBOX_GONE where nobody listens", async () => {
    await expect(connectUnixSocket(join(directory, "none.sock"))).rejects.toMatchObject({ code: "SANDBOX_GONE" });
  });

  it.each([
    { bytes: 107, ok: true },
    { bytes: 108, ok: false },
  ])("a path of $bytes bytes: $ok", ({ bytes, ok }) => {
    const check = (): void => assertSocketPath(`/${"ü".repeat(20)}`.padEnd(bytes - 20, "x"));
    if (ok) expect(check).not.toThrow();
    else expect(check).toThrow("The path of a sandbox's socket is too long.");
  });

  it("reads any other duplex as well", async () => {
    const pipe = new PassThrough();
    pipe.end("hello");
    expect((await collect(pipe)).toString()).toBe("hello");
  });
});

describe("receiveJsonLines", () => {
  it("joins pieces, characters across them included", async () => {
    const pipe = new PassThrough();
    const messages: unknown[] = [];
    const ended = Promise.withResolvers<Error | null>();
    receiveJsonLines(pipe, (message) => messages.push(message), ended.resolve);
    const bytes = Buffer.from('{"a":"ü"}\n[1]\n"last"\n"unfinished');
    for (const byte of bytes) pipe.write(Buffer.from([byte]));
    pipe.end();
    expect(await ended.promise).toBeNull();
    expect(messages).toEqual([{ a: "ü" }, [1], "last"]);
  });

  it("ends at what is no JSON", async () => {
    const pipe = new PassThrough();
    const messages: unknown[] = [];
    const ended = Promise.withResolvers<Error | null>();
    receiveJsonLines(pipe, (message) => messages.push(message), ended.resolve);
    pipe.write("1\noops\n2\n");
    expect((await ended.promise)?.message).toBe("no JSON: oops");
    expect(messages).toEqual([1]);
  });
});

describe("createOutputReader", () => {
  const quiet = { onBytes: () => {}, onEnd: () => {}, onTaken: () => {}, onCancel: () => {}, onFailure: () => {} };
  const gap = (): ReturnType<typeof createWatchdog> => createWatchdog(systemClock, 10_000, () => true);

  it.each(["socket", "other duplex"])("a chunk stays as it is until the next one is asked for (%s)", async (kind) => {
    const blocks = Array.from({ length: 200 }, (_, n) => Buffer.alloc(30_000, n));
    const whole = Buffer.concat(blocks);
    let connection: Duplex = new PassThrough();
    if (kind === "socket") {
      serve = (socket) => {
        for (const block of blocks) socket.write(block);
        socket.end();
      };
      connection = await connectUnixSocket(path);
    } else {
      connection.end(whole);
    }
    using watchdog = gap();
    const reader = createOutputReader(connection, watchdog, { ...quiet, onEnd: () => reader.finish() });
    const parts: Buffer[] = [];
    for await (const chunk of reader.stream) {
      const before = Buffer.from(chunk);
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
      expect(before.equals(chunk)).toBe(true);
      parts.push(before);
    }
    expect(Buffer.concat(parts).equals(whole)).toBe(true);
    reader.close();
  });

  const data = (bytes: Uint8Array | string) => ({ event: "data", bytes: Buffer.from(bytes).toString("base64") }) as const;

  it("gives what came at hand before what comes by a connection, and waits for the reader", async () => {
    using watchdog = gap();
    const pipe = new PassThrough();
    pipe.end("d");
    const opened = Promise.withResolvers<Duplex>();
    const failures: string[] = [];
    const events = { ...quiet, onEnd: () => reader.finish(), onFailure: ({ code }: StudioError) => failures.push(code) };
    const reader = createOutputReader(() => opened.promise, watchdog, events);
    const { stream } = reader;
    const first = stream[Symbol.asyncIterator]().next();
    reader.told(data("a"));
    expect(String((await first).value)).toBe("a");
    expect(reader.isBackedUp()).toBe(false);
    reader.told(data("b"));
    reader.told(data("c"));
    expect(reader.isBackedUp()).toBe(true);
    reader.told({ event: "more" });
    expect(failures).toEqual([]);
    for (const late of [data("late"), { event: "more" }, { event: "output-end" }] as const) reader.told(late);
    expect(failures).toEqual(["INTERNAL", "INTERNAL", "INTERNAL"]);
    opened.resolve(pipe);
    const rest: string[] = [];
    for await (const chunk of stream) rest.push(String(chunk));
    expect(rest).toEqual(["bc", "d"]);
  });

  it("ends without a connection, and keeps no more than 64 KiB for a reader", async () => {
    using watchdog = gap();
    const failures: string[] = [];
    const events = { ...quiet, onEnd: () => reader.finish(), onFailure: ({ code }: StudioError) => failures.push(code) };
    const reader = createOutputReader(() => Promise.reject(new Error("never")), watchdog, events);
    reader.told(data(Buffer.alloc(64 * 1024)));
    expect(failures).toEqual([]);
    reader.told(data("x"));
    expect(failures).toEqual(["INTERNAL"]);
    reader.told({ event: "output-end" });
    let sizeBytes = 0;
    for await (const chunk of reader.stream) sizeBytes += chunk.byteLength;
    expect(sizeBytes).toBe(64 * 1024);
  });

  it("fails where the connection for the rest cannot be had, and drops one that comes too late", async () => {
    using watchdog = gap();
    const failure = Promise.withResolvers<StudioError>();
    const failing = createOutputReader(() => Promise.reject(new Error("nobody there")), watchdog, { ...quiet, onFailure: failure.resolve });
    failing.told({ event: "more" });
    expect(await failure.promise).toMatchObject({ code: "SANDBOX_GONE", detail: "nobody there" });
    const pipe = new PassThrough();
    const closed = createOutputReader(async () => pipe, watchdog, quiet);
    closed.told({ event: "more" });
    closed.close();
    await once(pipe, "close");
    expect(pipe.destroyed).toBe(true);
  });

  it("two readers at once do not see each other's bytes", async () => {
    let next = 0;
    serve = (socket) => {
      const letter = String(next++ % 2);
      for (let n = 0; n < 50; n++) socket.write(Buffer.alloc(40_000, letter));
      socket.end();
    };
    const read = async (): Promise<string> => {
      const connection = await connectUnixSocket(path);
      using watchdog = gap();
      const reader = createOutputReader(connection, watchdog, { ...quiet, onEnd: () => reader.finish() });
      const seen = new Set<number>();
      let size = 0;
      for await (const chunk of reader.stream) {
        await new Promise((resolve) => setImmediate(resolve));
        for (const byte of chunk) seen.add(byte);
        size += chunk.byteLength;
      }
      return `${seen.size} ${size}`;
    };
    expect(await Promise.all([read(), read(), read(), read()])).toEqual(Array(4).fill("1 2000000"));
  });
});
