import { createHash, randomBytes } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { Agent, createServer, get as httpGet } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findByteFiles } from "../store/test-store.ts";
import { discardBody, isByteStream, streamOf } from "../support/streams.ts";
import { createTestSwift, type TestAnswer, type TestSwift } from "./test-swift.ts";
import type { Middleware, SwiftResponse } from "./types.ts";

const account = "/v1/AUTH_test";
const owner = { as: "test:tester" } as const;

let swift: TestSwift;
let token: string;
beforeAll(async () => {
  swift = await createTestSwift();
  token = await swift.tokenOf("test:tester");
  await swift.send("PUT", `${account}/c`, owner);
});
afterAll(() => swift[Symbol.asyncDispose]());

/** A request head as bytes on the wire. */
function head(method: string, target: string, headers: readonly string[] = []): string {
  return [`${method} ${target} HTTP/1.1`, "Host: 127.0.0.1", `X-Auth-Token: ${token}`, ...headers, "", ""].join("\r\n");
}

const statusOf = (received: string): number => Number(/^HTTP\/1\.1 (\d{3}) /.exec(received)?.[1]);
const wholeAnswer = /\r\n\r\n[\s\S]*(<\/html>|OK|\.|length 1025.*)$/;

describe("framing", () => {
  const long = "x".repeat(9000);
  it.each<[string, () => string, number, string]>([
    ["a PUT without a length", () => head("PUT", `${account}/c/o`), 411, "Missing Content-Length header."],
    ["a length that is no number", () => head("PUT", `${account}/c/o`, ["Content-Length: X"]), 400, "Bad Request"],
    ["a negative length", () => head("PUT", `${account}/c/o`, ["Content-Length: -1"]), 400, "Bad Request"],
    ["two ways of framing", () => head("PUT", `${account}/c/o`, ["Content-Length: 1", "Transfer-Encoding: chunked"]), 400, "Bad Request"],
    [
      "an unknown coding",
      () => head("PUT", `${account}/c/o`, ["Transfer-Encoding: gzip,chunked"]) + "x".repeat(100),
      501,
      "Unsupported Transfer-Coding",
    ],
    ["a long request line", () => head("GET", `${account}/c/${long}`), 414, "Request URI Too Long"],
    ["a long header line", () => head("GET", account, [`X-Long: ${long}`]), 400, "Bad Request"],
    [
      "headers without end",
      () =>
        head(
          "GET",
          account,
          Array.from({ length: 40 }, (_unused, at) => `X-Long-${at}: ${"x".repeat(8000)}`),
        ),
      400,
      "Bad Request",
    ],
    ["no HTTP at all", () => "hello\r\n\r\n", 400, "Bad Request"],
    ["a wrong version", () => `GET ${account} HTTP/9.9\r\n\r\n`, 400, "Bad Request"],
    ["a large body announced", () => head("PUT", `${account}/c/o`, ["Content-Length: 5368709123"]), 413, "Your request is too large."],
    [
      "chunks that are none",
      () => head("PUT", `${account}/c/o`, ["Transfer-Encoding: chunked"]) + "zzz\r\nnonsense\r\n",
      400,
      "Bad Request",
    ],
    ["an unknown method", () => head("LICK", `${account}/c`), 405, "Method Not Allowed"],
    ["an unknown method with an underscore", () => head("GETorHEAD_base", account), 405, "Method Not Allowed"],
    ["CONNECT", () => head("CONNECT", "example.com:80"), 404, "Not Found"],
  ])("%s", async (_what, bytes, status, text) => {
    const received = await swift.sendRaw(bytes(), wholeAnswer);
    expect(statusOf(received)).toBe(status);
    expect(received).toContain(text);
    expect(received).toMatch(/\r\nX-Trans-Id: tx[0-9a-f]{21}-[0-9a-f]{10}\r\n/);
    expect(received).toMatch(/\r\nDate: /);
    expect((await swift.send("HEAD", `${account}/c/o`, owner)).status).toBe(404);
    expect((await findByteFiles(swift.directory)).incoming).toEqual([]);
  });

  it("unknown methods name the known ones, even to strangers", async () => {
    const received = await swift.sendRaw(`LICK ${account}/c HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(received).toContain("Allow: GET, HEAD, PUT, POST, DELETE, OPTIONS\r\n");
  });

  it("takes raw bytes in the target, with a body in pieces", async () => {
    const name = "caf\u00c3\u00a9";
    const received = new Promise<string>((resolve) => {
      let text = "";
      const socket = connect(swift.port, "127.0.0.1", () => {
        socket.write(
          Buffer.from(
            `${head("PUT", `${account}/c/${name}`, ["Content-Length: 10", "X-Object-Meta-R\u00c3\u00a9: \u00c3\u00a9"])}01234`,
            "latin1",
          ),
        );
        void swift.nextRequest("PUT").then(() => socket.write("56789"));
      });
      socket.on("data", (chunk) => (text += chunk.toString("latin1")));
      socket.on("close", () => resolve(text));
    });
    expect(statusOf(await received)).toBe(201);
    const got = await swift.sendRaw(head("GET", `${account}/c/${name}`));
    expect(got).toContain("\r\nX-Object-Meta-R\u00c3\u00a9: \u00c3\u00a9\r\n");
    expect(got.endsWith("0123456789")).toBe(true);
    expect((await swift.sendRaw(head("GET", `${account}/c/caf%C3%A9`))).endsWith("0123456789")).toBe(true);
    await swift.send("DELETE", `${account}/c/caf%C3%A9`, owner);
  });

  it("takes as much metadata as Swift allows, in names of any case", async () => {
    const metadata = Array.from({ length: 90 }, (_unused, at) => `X-Object-Meta-${"n".repeat(20)}${at}: ${"v".repeat(20)}`);
    expect(statusOf(await swift.sendRaw(head("PUT", `${account}/c/meta`, ["Content-Length: 0", "Connection: close", ...metadata])))).toBe(
      201,
    );
    await swift.send("DELETE", `${account}/c/meta`, owner);
  });

  it("takes chunked bodies", async () => {
    const chunked = `${head("PUT", `${account}/c/chunked`, ["Transfer-Encoding: chunked", "Connection: close"])}5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n`;
    expect(statusOf(await swift.sendRaw(chunked))).toBe(201);
    expect((await swift.send("GET", `${account}/c/chunked`, owner)).text).toBe("hello world");
    await swift.send("DELETE", `${account}/c/chunked`, owner);
  });

  it("says nothing of connections unless the client does", async () => {
    expect((await swift.sendRaw(head("GET", "/healthcheck"), /OK$/)).toLowerCase()).not.toContain("connection:");
    expect(await swift.sendRaw(head("GET", "/healthcheck", ["Connection: keep-alive"]), /OK$/)).toContain("Connection: keep-alive\r\n");
  });

  it("waits for a body that was announced, however large", async () => {
    const begun = swift.nextRequest("PUT");
    const socket = connect(swift.port, "127.0.0.1", () => socket.write(head("PUT", `${account}/c/o`, ["Content-Length: 5368709122"])));
    let received = "";
    socket.on("data", (chunk) => (received += chunk.toString()));
    await begun;
    // A whole request on another connection comes and goes meanwhile.
    await swift.send("HEAD", account, owner);
    expect(received).toBe("");
    socket.destroy();
  });
});

describe("100-continue", () => {
  it("is sent when the body is wanted", async () => {
    const received = await new Promise<string>((resolve) => {
      let text = "";
      const socket = connect(swift.port, "127.0.0.1", () =>
        socket.write(head("PUT", `${account}/c/continued`, ["Content-Length: 4", "Expect: 100-continue", "Connection: close"])),
      );
      socket.on("data", (chunk) => {
        text += chunk.toString();
        if (text === "HTTP/1.1 100 Continue\r\n\r\n") socket.write("body");
      });
      socket.on("close", () => resolve(text));
    });
    expect(received).toContain("HTTP/1.1 201 Created");
    await swift.send("DELETE", `${account}/c/continued`, owner);
  });

  it.each<[string, () => string, number]>([
    ["too large", () => head("PUT", `${account}/c/o`, ["Content-Length: 5368709123", "Expect: 100-continue"]), 413],
    ["unauthorized", () => `PUT ${account}/c/o HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n`, 401],
    ["without a container", () => head("PUT", `${account}/none/o`, ["Content-Length: 5", "Expect: 100-continue"]), 404],
  ])("is not sent to a request that is refused: %s", async (_what, bytes, status) => {
    const received = await swift.sendRaw(bytes());
    expect(statusOf(received)).toBe(status);
    expect(received).not.toContain("100 Continue");
  });
});

describe("refused bodies", () => {
  it("of moderate size leave the connection usable", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const refused = await swift.send("PUT", `${account}/none/o`, { ...owner, agent, body: Buffer.alloc(100_000) });
    const next = await swift.send("GET", "/healthcheck", { agent });
    expect([refused.status, next.status, next.text]).toEqual([404, 200, "OK"]);
    agent.destroy();
  });

  it("of any size do not keep the client from reading the answer", async () => {
    const refused = await swift.send("PUT", `${account}/none/o`, { ...owner, body: Buffer.alloc(20_000_000) });
    expect([refused.status, refused.headers.connection]).toEqual([404, "close"]);
  });
});

describe("large objects", () => {
  it("come back byte for byte, many at once and read slowly", async () => {
    const bodies = Array.from({ length: 4 }, () => randomBytes(3_000_001));
    await Promise.all(bodies.map((body, at) => swift.send("PUT", `${account}/c/large-${at}`, { ...owner, body })));
    const digest = (bytes: Buffer): string => createHash("md5").update(bytes).digest("hex");
    const answers = await Promise.all(bodies.map((_body, at) => slowGet(`${account}/c/large-${at}`)));
    expect(answers.map(digest)).toEqual(bodies.map(digest));
    for (const at of bodies.keys()) await swift.send("DELETE", `${account}/c/large-${at}`, owner);
  });

  /** Reads with pauses, so that the server has to wait. */
  function slowGet(path: string): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const sent = httpGet({ host: "127.0.0.1", port: swift.port, path, headers: { "x-auth-token": token } }, (message) => {
        const chunks: Buffer[] = [];
        message.on("data", (chunk: Buffer) => {
          chunks.push(chunk);
          message.pause();
          setImmediate(() => message.resume());
        });
        message.on("end", () => resolve(Buffer.concat(chunks)));
        message.on("error", reject);
      });
      sent.on("error", reject);
    });
  }
});

/** A middleware that tells how requests of one method ended: with a response or an error. */
function watchEnds(method: string): { middleware: Middleware; ended: EventEmitter } {
  const ended = new EventEmitter();
  const middleware: Middleware = async (request, next) => {
    if (request.method !== method) return next(request);
    try {
      const response = await next(request);
      ended.emit("end", response.status);
      return response;
    } catch (thrown) {
      ended.emit("end", thrown);
      throw thrown;
    }
  };
  return { middleware, ended };
}

describe("clients that go away", () => {
  it.each([
    ["announced", ["Content-Length: 10000000"], "x".repeat(500_000)],
    ["chunked", ["Transfer-Encoding: chunked"], `7a120\r\n${"x".repeat(500_000)}\r\n`],
  ])("in the middle of a PUT leave nothing: %s", async (_what, headers, bytes) => {
    const { middleware, ended } = watchEnds("PUT");
    await using watched = await createTestSwift({ extraMiddleware: { afterAuth: [middleware] } });
    token = await watched.tokenOf("test:tester");
    const made = once(ended, "end");
    await watched.send("PUT", `${account}/c`, owner);
    await made;
    const over = once(ended, "end");
    const begun = watched.nextRequest("PUT");
    const socket = connect(watched.port, "127.0.0.1", () => socket.write(head("PUT", `${account}/c/o`, headers) + bytes));
    await begun;
    socket.destroy();
    expect((await over)[0]).toMatchObject({ code: "CANCELLED" });
    expect(await findByteFiles(watched.directory)).toEqual({ incoming: [], blobs: [] });
    expect(watched.store.findContainer("AUTH_test", "c")).toMatchObject({ objectCount: 0 });
    token = await swift.tokenOf("test:tester");
  });

  it("in the middle of a GET release the body, and abort the signal", async () => {
    const events = new EventEmitter();
    const endless: Middleware = async (request, next) => {
      if (request.rawPath !== "/v1/AUTH_test/endless") return next(request);
      request.signal.addEventListener("abort", () => events.emit("abort"));
      async function* chunks(): AsyncGenerator<Uint8Array> {
        while (true) yield Buffer.alloc(100_000);
      }
      return { status: 200, headers: new Map(), body: streamOf(chunks(), () => events.emit("cancel")) };
    };
    await using watched = await createTestSwift({ extraMiddleware: { afterAuth: [endless] } });
    const over = Promise.all([once(events, "abort"), once(events, "cancel")]);
    const theirs = await watched.tokenOf("test:tester");
    await watched.sendRaw(`GET ${account}/endless HTTP/1.1\r\nHost: x\r\nX-Auth-Token: ${theirs}\r\n\r\n`, /HTTP\/1\.1 200/);
    await over;
  });

  it("while an object is read leave no file open", async () => {
    await using watched = await createTestSwift();
    await watched.send("PUT", `${account}/c`, owner);
    await watched.send("PUT", `${account}/c/o`, { ...owner, body: Buffer.alloc(30_000_000) });
    const theirs = await watched.tokenOf("test:tester");
    await watched.sendRaw(`GET ${account}/c/o HTTP/1.1\r\nHost: x\r\nX-Auth-Token: ${theirs}\r\n\r\n`, /200 OK/);
    await watched.send("DELETE", `${account}/c/o`, owner);
    // Disposing closes the store, which waits for all that is under way.
  });
});

describe("bodies that fail", () => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("part");
    throw new Error("the source broke");
  }
  async function* short(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("part");
  }
  it.each<[string, () => SwiftResponse]>([
    ["a chunked one that throws", () => ({ status: 200, headers: new Map(), body: streamOf(failing()) })],
    ["an announced one that throws", () => ({ status: 200, headers: new Map([["content-length", "10"]]), body: streamOf(failing()) })],
    ["one shorter than announced", () => ({ status: 200, headers: new Map([["content-length", "10"]]), body: streamOf(short()) })],
    ["one longer than announced", () => ({ status: 200, headers: new Map([["content-length", "2"]]), body: streamOf(short()) })],
  ])("end in a cut connection: %s", async (_what, respond) => {
    await using broken = await createTestSwift({ extraMiddleware: { afterAuth: [async () => respond()] } });
    const received = await broken.sendRaw(`GET ${account} HTTP/1.1\r\nHost: x\r\n\r\n`).catch(() => "");
    expect(received).not.toMatch(/0\r\n\r\n$/);
    expect(broken.bugs.splice(0)).toHaveLength(1);
  });

  it("before anything was sent are a 500, and a bug", async () => {
    const throwing: Middleware = async () => {
      throw new Error("a bug");
    };
    await using broken = await createTestSwift({ extraMiddleware: { afterAuth: [throwing] } });
    const answer = await broken.send("PUT", `${account}/c/o`, { body: "unread" });
    expect(answer.status).toBe(500);
    expect(answer.text).toContain("<h1>Internal Error</h1>");
    expect(answer.headers["x-trans-id"]).toMatch(/^tx/);
    expect(broken.bugs.splice(0)).toMatchObject([{ message: "a bug" }]);
  });

  it("or headers that cannot be sent are one as well", async () => {
    const bad: Middleware = async (request, next) => {
      const response = await next(request);
      response.headers.set("x-bad", "a\nb");
      return response;
    };
    await using broken = await createTestSwift({ extraMiddleware: { afterAuth: [bad] } });
    expect((await broken.send("GET", account)).status).toBe(500);
    expect(broken.bugs.splice(0)).toHaveLength(1);
  });
});

describe("closing", () => {
  it("does not wait for idle connections", async () => {
    const agent = new Agent({ keepAlive: true });
    const closing = await createTestSwift();
    await closing.send("GET", "/healthcheck", { agent });
    await closing[Symbol.asyncDispose]();
    agent.destroy();
  });

  it("cuts what does not end in time", async () => {
    const stuck: Middleware = () => new Promise(() => {});
    const closing = await createTestSwift({ extraMiddleware: { afterAuth: [stuck] } });
    const begun = closing.nextRequest("GET");
    const cut = closing.send("GET", account).catch((error: NodeJS.ErrnoException) => error.code);
    await begun;
    await closing[Symbol.asyncDispose]();
    expect(await cut).toBe("ECONNRESET");
  });

  it("lets a request under way finish", async () => {
    let release = (): void => {};
    const held: Middleware = async (request, next) => {
      await new Promise<void>((resolve) => (release = resolve));
      return next(request);
    };
    const closing = await createTestSwift({ extraMiddleware: { afterAuth: [held] } });
    const begun = closing.nextRequest("GET");
    const answer = closing.send("GET", account, owner);
    await begun;
    const closed = closing[Symbol.asyncDispose]();
    release();
    expect((await answer).status).toBe(204);
    await closed;
  });

  it("a port is used once", async () => {
    await expect(swift.swift.listen({ port: swift.port })).rejects.toMatchObject({ code: "PORT_IN_USE" });
  });
});

it("another server's door leads in with the rights it chooses", async () => {
  const door = createServer((message, response) => {
    swift.swift.answer(message, response, { target: message.url!.slice("/inside".length), context: swift.swift.newContext() });
  });
  door.listen(0, "127.0.0.1");
  await once(door, "listening");
  const { port } = door.address() as AddressInfo;
  const ask = (path: string): Promise<TestAnswer["status"]> =>
    new Promise((resolve, reject) => {
      httpGet({ host: "127.0.0.1", port, path, headers: { "x-container-sysmeta-a": "1" } }, (message) => {
        message.resume();
        message.on("end", () => resolve(message.statusCode ?? 0));
      }).on("error", reject);
    });
  await swift.send("PUT", `${account}/door`, owner);
  expect(await ask(`/inside${account}/door`)).toBe(204);
  expect(await ask(`/inside${account}/none`)).toBe(404);
  door.closeAllConnections();
  door.close();
});

it("a body that nobody reads can be released", async () => {
  const { swift: inner } = swift;
  const { createRequest } = await import("./request.ts");
  await swift.send("PUT", `${account}/c/unread`, { ...owner, body: Buffer.alloc(1_000_000) });
  const response = await inner.handle(createRequest({ method: "GET", target: `${account}/c/unread`, context: inner.newContext() }));
  expect(response.body !== null && isByteStream(response.body)).toBe(true);
  discardBody(response.body);
  await swift.send("DELETE", `${account}/c/unread`, owner);
});
