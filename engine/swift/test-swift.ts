/** A listening Swift over a store in a temporary directory, for tests, and clients for it: one of `node:http`, one of raw bytes. */
import { request as httpRequest, type Agent, type IncomingMessage, type OutgoingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { systemClock, type Clock } from "../support/clock.ts";
import { createTestStore, type TestStore } from "../store/test-store.ts";
import { createSwift, type Swift, type SwiftOptions } from "./swift.ts";
import type { SwiftRequest } from "./types.ts";

export interface TestAnswer {
  readonly status: number;
  /** By lower-case name; values are byte strings. */
  readonly headers: IncomingMessage["headers"];
  /** Names and values as they came. */
  readonly rawHeaders: readonly string[];
  readonly bytes: Buffer;
  readonly text: string;
}

export interface SendOptions {
  /** `account:user`; its key is looked up. Absent: anonymous. */
  as?: keyof typeof keys;
  headers?: OutgoingHttpHeaders;
  body?: string | Uint8Array;
  agent?: Agent;
}

const keys = {
  "test:tester": "testing",
  "test:tester2": "testing2",
  "test:tester3": "testing3",
  "test:member": "member",
  "test2:tester2": "testing2",
  "test:tester6": "testing6",
  "test5:tester5": "testing5",
  "admin:admin": "admin",
} as const;

export interface TestSwift extends AsyncDisposable {
  readonly swift: Swift;
  readonly store: TestStore["store"];
  readonly directory: string;
  readonly url: string;
  readonly port: number;
  /** What `onBug` was told; disposing throws where a test has not emptied it. */
  readonly bugs: unknown[];
  tokenOf(user: keyof typeof keys): Promise<string>;
  send(method: string, target: string, options?: SendOptions): Promise<TestAnswer>;
  /** Sends bytes on a connection of their own and resolves with all that comes back until it is closed, or `until` matches. */
  sendRaw(bytes: string | Buffer, until?: RegExp): Promise<string>;
  /** Resolves when the pipeline has begun the next request that matches. */
  nextRequest(method: string): Promise<SwiftRequest>;
}

function readAnswer(message: IncomingMessage): Promise<TestAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    message.on("data", (chunk: Buffer) => chunks.push(chunk));
    message.on("error", reject);
    message.on("end", () => {
      const bytes = Buffer.concat(chunks);
      const { statusCode = 0, headers, rawHeaders } = message;
      resolve({ status: statusCode, headers, rawHeaders, bytes, text: bytes.toString("utf8") });
    });
  });
}

function sendRaw(port: number, bytes: string | Buffer, until?: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes));
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      if (until?.test(received) === true) socket.destroy();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(received));
  });
}

export async function createTestSwift(
  options: { clock?: Clock } & Partial<Omit<SwiftOptions, "store" | "clock">> = {},
): Promise<TestSwift> {
  const { clock = systemClock, ...swiftOptions } = options;
  const test = await createTestStore({ clock });
  const bugs: unknown[] = [];
  const watchers: { method: string; resolve: (request: SwiftRequest) => void }[] = [];
  const swift = createSwift({
    ...swiftOptions,
    store: test.store,
    clock,
    onBug: (error) => bugs.push(error),
    extraMiddleware: {
      afterAuth: [
        async (request, next) => {
          for (const watcher of watchers.splice(0)) {
            if (watcher.method === request.method) watcher.resolve(request);
            else watchers.push(watcher);
          }
          return next(request);
        },
        ...(swiftOptions.extraMiddleware?.afterAuth ?? []),
      ],
    },
  });
  const server = await swift.listen({ port: 0 });
  const tokens = new Map<string, Promise<string>>();

  function sendPlain(method: string, target: string, { headers = {}, body, agent }: SendOptions): Promise<TestAnswer> {
    return new Promise((resolve, reject) => {
      const sent = httpRequest({
        host: "127.0.0.1",
        port: server.port,
        method,
        path: target,
        headers,
        ...(agent === undefined ? {} : { agent }),
      });
      sent.on("response", (message) => readAnswer(message).then(resolve, reject));
      sent.on("error", reject);
      // A string would be joined with the headers and encode those as UTF-8.
      sent.end(Buffer.from(body ?? ""));
    });
  }

  async function login(user: keyof typeof keys): Promise<string> {
    const answer = await sendPlain("GET", "/auth/v1.0", { headers: { "x-auth-user": user, "x-auth-key": keys[user] } });
    return String(answer.headers["x-auth-token"]);
  }

  function tokenOf(user: keyof typeof keys): Promise<string> {
    const token = tokens.get(user) ?? login(user);
    tokens.set(user, token);
    return token;
  }

  return {
    swift,
    store: test.store,
    directory: test.directory,
    url: server.url,
    port: server.port,
    bugs,
    tokenOf,
    async send(method, target, sendOptions = {}) {
      const { as, headers = {}, body = "" } = sendOptions;
      const framing = method === "PUT" || method === "POST" ? { "content-length": Buffer.byteLength(body) } : {};
      const auth = as === undefined ? {} : { "x-auth-token": await tokenOf(as) };
      return sendPlain(method, target, { ...sendOptions, headers: { ...framing, ...auth, ...headers } });
    },
    sendRaw: (bytes, until) => sendRaw(server.port, bytes, until),
    nextRequest: (method) => new Promise((resolve) => watchers.push({ method, resolve })),
    async [Symbol.asyncDispose]() {
      await swift[Symbol.asyncDispose]();
      await test[Symbol.asyncDispose]();
      if (bugs.length > 0) throw new AggregateError(bugs, "The pipeline reported bugs.");
    },
  };
}
