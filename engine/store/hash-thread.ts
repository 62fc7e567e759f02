/**
 * MD5 on a thread of its own: it is slower than everything else that an upload needs, so it must not keep the connection waiting.
 * Owns the thread, which is started when it is first needed, and the memory that is shared with it.
 */
import type { createHash, Hash } from "node:crypto";
import { Worker, type MessagePort } from "node:worker_threads";

/** A stretch of memory that both threads see. It belongs to whoever holds it. */
export type SharedBlock = Buffer<SharedArrayBuffer>;

export interface ThreadHash extends Disposable {
  /** Resolves when the block's first `length` bytes have been taken in. Blocks are taken in one after the other. */
  update(block: SharedBlock, length: number): Promise<void>;
  /** Lower-case hex MD5 of all that was taken in. */
  digest(): Promise<string>;
}

export interface HashThread extends AsyncDisposable {
  begin(): ThreadHash;
  takeBlock(): SharedBlock;
  giveBack(block: SharedBlock): void;
}

export const blockBytes = 512 * 1024;
const sparesKept = 8;

type Question =
  | { readonly call: number; readonly hash: number; readonly memory: SharedArrayBuffer; readonly length: number }
  | { readonly call: number; readonly hash: number; readonly digest: true }
  | { readonly hash: number; readonly forget: true };
interface Answer {
  readonly call: number;
  readonly digest: string | null;
}

/**
 * What the thread runs, as text: the program is one file when it is built, and a thread cannot start in the middle of one. Therefore
 * it uses nothing but its arguments.
 */
function serveHashes(port: MessagePort, makeHash: typeof createHash): void {
  const hashes = new Map<number, Hash>();
  port.on("message", (question: Question) => {
    if ("forget" in question) {
      hashes.delete(question.hash);
      return;
    }
    const hash = hashes.get(question.hash) ?? makeHash("md5");
    hashes.set(question.hash, hash);
    if ("memory" in question) hash.update(new Uint8Array(question.memory, 0, question.length));
    const digest = "digest" in question ? hash.digest("hex") : null;
    if (digest !== null) hashes.delete(question.hash);
    port.postMessage({ call: question.call, digest } satisfies Answer);
  });
}

interface Waiting {
  resolve(digest: string | null): void;
  reject(error: Error): void;
}

/** A thread that has not started yet. */
export function createHashThread(): HashThread {
  const spares: SharedBlock[] = [];
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let nextCall = 0;
  let nextHash = 0;

  function failAll(error: Error): void {
    worker = null;
    for (const each of waiting.values()) each.reject(error);
    waiting.clear();
  }

  function start(): Worker {
    const code = `(${serveHashes.toString()})(require("node:worker_threads").parentPort, require("node:crypto").createHash)`;
    const started = new Worker(code, { eval: true, execArgv: [], name: "hash" });
    started.on("message", ({ call, digest }: Answer) => {
      const asked = waiting.get(call);
      waiting.delete(call);
      // Only what is under way keeps the process alive.
      if (waiting.size === 0) started.unref();
      asked?.resolve(digest);
    });
    started.on("error", failAll);
    started.on("exit", () => worker === started && failAll(new Error("The hash thread has ended.")));
    return started;
  }

  function tell(to: Worker, question: Question): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
    to.postMessage(question);
  }

  function ask(question: (call: number) => Question): Promise<string | null> {
    const call = (nextCall += 1);
    worker ??= start();
    if (waiting.size === 0) worker.ref();
    const answered = new Promise<string | null>((resolve, reject) => waiting.set(call, { resolve, reject }));
    tell(worker, question(call));
    return answered;
  }

  return {
    begin() {
      const hash = (nextHash += 1);
      let isOver = false;
      return {
        async update(block, length) {
          await ask((call) => ({ call, hash, memory: block.buffer, length }));
        },
        async digest() {
          isOver = true;
          return (await ask((call) => ({ call, hash, digest: true })))!;
        },
        [Symbol.dispose]() {
          if (!isOver && worker !== null) tell(worker, { hash, forget: true });
          isOver = true;
        },
      };
    },
    takeBlock: () => spares.pop() ?? Buffer.from(new SharedArrayBuffer(blockBytes)),
    giveBack(block) {
      if (spares.length < sparesKept) spares.push(block);
    },
    async [Symbol.asyncDispose]() {
      const ending = worker;
      failAll(new Error("The store was closed."));
      await ending?.terminate();
    },
  };
}
