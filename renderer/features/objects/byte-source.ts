/** The bytes of one object by ranges: chunks are fetched when they are looked at and let go when there are too many. Draws nothing. */

export const chunkBytes = 64 * 1024;
const maxChunks = 16;

export interface ByteSourceOptions {
  sizeBytes: number;
  /** The front, already read. */
  first: Uint8Array;
  /** Bytes `start` to `end` (not included) of the object as it was when it was opened. Throws where it has changed. */
  fetchRange(start: number, end: number, signal: AbortSignal): Promise<Uint8Array>;
  describeError(error: unknown): string;
}

export interface ByteSource {
  readonly sizeBytes: number;
  /** Why the last range did not come; null where it did. */
  readonly problem: string | null;
  /** Grows with every chunk that arrives. */
  readonly version: number;
  subscribe(listener: () => void): () => void;
  /** The bytes that are here; null until all of them are. */
  peek(start: number, end: number): Uint8Array | null;
  /** Asks for the chunks of these bytes; `who` looks at one run of bytes at a time. */
  want(who: string, start: number, end: number): void;
  read(start: number, end: number, signal: AbortSignal): Promise<Uint8Array>;
  retry(): void;
  /** Lets go of what is on its way. */
  stop(): void;
}

export function createByteSource({ sizeBytes, first, fetchRange, describeError }: ByteSourceOptions): ByteSource {
  const chunks = new Map<number, Uint8Array>();
  const asked = new Map<number, AbortController>();
  const listeners = new Set<() => void>();
  const wanted = new Map<string, { first: number; last: number }>();
  const isWanted = (index: number): boolean => [...wanted.values()].some(({ first, last }) => first <= index && index <= last);
  let version = 0;
  let problem: string | null = null;
  // A torn last chunk would be asked for again, so only a whole front counts.
  if (first.byteLength >= Math.min(chunkBytes, sizeBytes)) chunks.set(0, first.subarray(0, chunkBytes));

  const tell = (): void => {
    version += 1;
    for (const listener of listeners) listener();
  };
  function keep(index: number, bytes: Uint8Array): void {
    chunks.delete(index);
    chunks.set(index, bytes);
    // The oldest goes first; what is looked at was put last.
    for (const old of chunks.keys()) {
      if (chunks.size <= maxChunks) break;
      if (!isWanted(old)) chunks.delete(old);
    }
  }
  async function load(index: number): Promise<void> {
    const abort = new AbortController();
    asked.set(index, abort);
    try {
      const start = index * chunkBytes;
      keep(index, await fetchRange(start, Math.min(sizeBytes, start + chunkBytes), abort.signal));
      problem = null;
    } catch (error) {
      if (abort.signal.aborted) return;
      problem = describeError(error);
    } finally {
      if (asked.get(index) === abort) asked.delete(index);
    }
    tell();
  }
  const source: ByteSource = {
    sizeBytes,
    get problem() {
      return problem;
    },
    get version() {
      return version;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    peek(start, end) {
      const stop = Math.min(end, sizeBytes);
      if (stop <= start) return new Uint8Array();
      const joined = new Uint8Array(stop - start);
      for (let index = Math.floor(start / chunkBytes); index * chunkBytes < stop; index += 1) {
        const chunk = chunks.get(index);
        if (chunk === undefined) return null;
        const chunkStart = index * chunkBytes;
        const from = Math.max(start, chunkStart);
        joined.set(chunk.subarray(from - chunkStart, stop - chunkStart), from - start);
      }
      return joined;
    },
    want(who, start, end) {
      const range = { first: Math.floor(start / chunkBytes), last: Math.floor(Math.max(start, Math.min(end, sizeBytes) - 1) / chunkBytes) };
      wanted.set(who, range);
      for (const [index, abort] of asked) {
        if (isWanted(index)) continue;
        abort.abort();
        asked.delete(index);
      }
      if (problem !== null || sizeBytes === 0) return;
      for (let index = range.first; index <= range.last; index += 1) {
        const here = chunks.get(index);
        if (here !== undefined) keep(index, here);
        else if (!asked.has(index)) void load(index);
      }
    },
    read: (start, end, signal) => fetchRange(start, Math.min(end, sizeBytes), signal),
    retry() {
      problem = null;
      tell();
    },
    stop() {
      for (const abort of asked.values()) abort.abort();
      asked.clear();
    },
  };
  return source;
}
