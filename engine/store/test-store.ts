/** A store in a temporary directory, for tests. Disposing it removes everything. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock, type Clock } from "../support/clock.ts";
import { createStore } from "./store.ts";
import type { ObjectRecord, Store } from "./types.ts";

export interface TemporaryDirectory extends AsyncDisposable {
  readonly path: string;
}

export async function createTemporaryDirectory(): Promise<TemporaryDirectory> {
  const path = await mkdtemp(join(tmpdir(), "store-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

export interface TestStore extends AsyncDisposable {
  readonly store: Store;
  readonly directory: string;
  /** Creates `account/container`. */
  makeContainer(account: string, container: string): Promise<void>;
  put(account: string, container: string, object: string, bytes: Uint8Array | string, deleteAt?: number): Promise<ObjectRecord>;
}

/** With `smallBodyBytes` 0 every object that is not empty has a file. */
export async function createTestStore(options: { clock?: Clock; smallBodyBytes?: number } = {}): Promise<TestStore> {
  const directory = await createTemporaryDirectory();
  const store = await createStore({ directory: directory.path, clock: systemClock, ...options });
  return {
    store,
    directory: directory.path,
    async makeContainer(account, container) {
      await store.writeContainer(account, container, () => ({ metadata: {}, policy: "gold" }));
    },
    async put(account, container, object, bytes, deleteAt) {
      const staged = await store.stage(Buffer.from(bytes), { maxBytes: 1 << 30 });
      const created = { contentType: "text/plain", deleteAt: deleteAt ?? null, metadata: {} };
      const result = await store.putObject({ account, container, object }, staged, created, { onlyIfAbsent: false });
      if (result.kind !== "stored") throw new Error(result.kind);
      return result.record;
    },
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}

/** The names of all files of object bytes below a data directory: `incoming` ones and `blobs`. */
export async function findByteFiles(directory: string): Promise<{ incoming: string[]; blobs: string[] }> {
  const incoming = await readdir(join(directory, "incoming"));
  const folders = await readdir(join(directory, "blobs"));
  const blobs = await Promise.all(folders.map((folder) => readdir(join(directory, "blobs", folder))));
  return { incoming, blobs: blobs.flat().sort() };
}
