/** A Swift server in a process of its own, for tests that kill it, starve it or send it nonsense. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { Agent, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";

const script = `
  import { createStore } from ${JSON.stringify(join(import.meta.dirname, "../../store/store.ts"))};
  import { createSwift } from ${JSON.stringify(join(import.meta.dirname, "../swift.ts"))};
  import { systemClock } from ${JSON.stringify(join(import.meta.dirname, "../../support/clock.ts"))};
  const tell = (what) => process.stdout.write(JSON.stringify(what) + "\\n");
  const bug = (error, target = null) => tell({ bug: String(error?.stack ?? error), target });
  const store = await createStore({ directory: process.argv[1], clock: systemClock, onSweepError: bug });
  const swift = createSwift({ store, clock: systemClock, onBug: (error, request) => bug(error, request?.target) });
  const server = await swift.listen({ port: 0 });
  process.on("SIGTERM", async () => {
    await swift[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    process.exit(0);
  });
  process.on("SIGUSR2", () => {
    globalThis.gc();
    const { heapUsed, external } = process.memoryUsage();
    tell({ usedBytes: heapUsed + external });
  });
  tell({ port: server.port });
`;

export interface ServerProcess extends AsyncDisposable {
  readonly port: number;
  /** What the server reported as bugs, and unexpected ends. */
  readonly bugs: string[];
  isAlive(): boolean;
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Memory in use after a collection, in bytes. Resident memory would also count what the allocator keeps for later. */
  settledBytes(): Promise<number>;
  /** How many files and connections are open; 0 where the system does not say. */
  openFiles(): number;
}

/** Starts a server over a directory. Disposing ends it in order. */
export async function startServerProcess(directory: string): Promise<ServerProcess> {
  const child = spawn(process.execPath, ["--expose-gc", "--input-type=module", "--eval", script, directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const bugs: string[] = [];
  let onUsedBytes = (_bytes: number): void => {};
  const exited = once(child, "exit");
  const port = await new Promise<number>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`The server ended with ${code}.`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const told = JSON.parse(line) as { port?: number; bug?: string; target?: string | null; usedBytes?: number };
      if (told.port !== undefined) resolve(told.port);
      if (told.usedBytes !== undefined) onUsedBytes(told.usedBytes);
      if (told.bug !== undefined) bugs.push(`${told.target ?? "outside of a request"}: ${told.bug}`);
    });
  });

  async function kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    child.kill(signal);
    await exited;
  }

  return {
    port,
    bugs,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    kill,
    async settledBytes() {
      let usedBytes = 0;
      // What a first collection frees may hold more that only the next one finds.
      for (let round = 0; round < 3; round += 1) {
        const answered = new Promise<number>((resolve) => (onUsedBytes = resolve));
        child.kill("SIGUSR2");
        usedBytes = await answered;
      }
      return usedBytes;
    },
    openFiles() {
      try {
        return readdirSync(`/proc/${child.pid}/fd`).length;
      } catch {
        return 0;
      }
    },
    [Symbol.asyncDispose]: () => kill("SIGTERM"),
  };
}

export interface PlainAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

export interface PlainClient extends Disposable {
  send(method: string, path: string, headers?: Record<string, string>, body?: Uint8Array): Promise<PlainAnswer>;
}

/** A client with one connection of its own. `chunked` bodies are asked for with a `transfer-encoding` header. */
export function createPlainClient(port: number, token: string | null): PlainClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    send: (method, path, headers = {}, body) =>
      new Promise((resolve, reject) => {
        const framing: Record<string, string> = "transfer-encoding" in headers ? {} : { "content-length": String(body?.byteLength ?? 0) };
        const auth: Record<string, string> = token === null ? {} : { "x-auth-token": token };
        const sent = httpRequest({ host: "127.0.0.1", port, agent, method, path, headers: { ...framing, ...auth, ...headers } });
        sent.on("response", (message) => {
          const chunks: Buffer[] = [];
          message.on("data", (chunk: Buffer) => chunks.push(chunk));
          message.on("end", () => resolve({ status: message.statusCode ?? 0, headers: message.headers, bytes: Buffer.concat(chunks) }));
          message.on("error", reject);
        });
        sent.on("error", reject);
        sent.end(body);
      }),
    [Symbol.dispose]: () => agent.destroy(),
  };
}

/** A token of a user of the test accounts. */
export async function logIn(port: number, user: string, key: string): Promise<string> {
  using client = createPlainClient(port, null);
  const answer = await client.send("GET", "/auth/v1.0", { "x-auth-user": user, "x-auth-key": key });
  if (answer.status !== 200) throw new Error(`${user} cannot log in: ${answer.status}`);
  return String(answer.headers["x-auth-token"]);
}
