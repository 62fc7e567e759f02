/** Bytes in motion: the body type every layer shares, and the few operations on it. Nothing here collects an unbounded stream. */

/** Part of a file. The name goes away with the stored object: hard-link it to keep it, and keep it no longer than the stream. */
export interface FileSlice {
  readonly path: string;
  readonly startBytes: number;
  /** Exclusive. */
  readonly endBytes: number;
}

/**
 * A stream of bytes, read once. Whoever holds it either reads it to its end or calls `cancel`: its source (a file, a socket, a
 * sandbox) is released by either. Chunks belong to the reader only until it asks for the next one: sources reuse their buffers.
 */
export interface ByteStream extends AsyncIterable<Uint8Array> {
  /** Set where these bytes lie in a file that nobody changes, for readers that can do better with one. */
  readonly file?: FileSlice;
  /** Releases the source without reading on. Safe to call twice, and after the end. */
  cancel(reason?: Error): void;
}

/** A body: bytes at hand, or a stream. */
export type Body = Uint8Array | ByteStream;

export function isByteStream(body: Body): body is ByteStream {
  return !(body instanceof Uint8Array);
}

/** Releases a body that will not be read. */
export function discardBody(body: Body | null, reason?: Error): void {
  if (body !== null && isByteStream(body)) body.cancel(reason);
}

/** The bytes of a body, one chunk after the other. */
export async function* chunksOf(body: Body | null): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  if (isByteStream(body)) yield* body;
  else yield body;
}

/** A byte stream over any async iterable; `cancel` runs the iterator's `return`, or `onCancel` where reading never began. */
export function streamOf(source: AsyncIterable<Uint8Array>, onCancel?: (reason?: Error) => void): ByteStream {
  let iterator: AsyncIterator<Uint8Array> | undefined;
  let cancelled = false;
  return {
    [Symbol.asyncIterator]() {
      iterator ??= source[Symbol.asyncIterator]();
      return iterator;
    },
    cancel(reason) {
      if (cancelled) return;
      cancelled = true;
      onCancel?.(reason);
      void iterator?.return?.().catch(() => {});
    },
  };
}

/** Who looks on while a stream is read. A break may be told more than once, and after the end: readers cancel what they have read, too. */
interface StreamWatcher {
  onChunk(chunk: Uint8Array): void;
  onEnd(): void;
  onBreak(): void;
}

/** The same stream, looked at on its way. In which file it lies is not passed on: who reads that cannot be looked at. */
export function watchStream(source: ByteStream, { onChunk, onEnd, onBreak }: StreamWatcher): ByteStream {
  let iterator: AsyncIterator<Uint8Array> | undefined;
  return {
    [Symbol.asyncIterator]() {
      const inner = (iterator ??= source[Symbol.asyncIterator]());
      return {
        async next() {
          try {
            const step = await inner.next();
            if (step.done === true) onEnd();
            else onChunk(step.value);
            return step;
          } catch (error) {
            onBreak();
            throw error;
          }
        },
        async return(value?: unknown) {
          onBreak();
          return (await inner.return?.(value)) ?? { done: true, value };
        },
      };
    },
    cancel(reason) {
      onBreak();
      source.cancel(reason);
    },
  };
}

/** The whole body in memory. Throws a RangeError beyond `limitBytes`; the body is released then. */
export async function readBody(body: Body | null, limitBytes: number): Promise<Buffer> {
  if (body === null) return Buffer.alloc(0);
  if (!isByteStream(body)) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > limitBytes) {
      body.cancel();
      throw new RangeError(`The body is larger than ${limitBytes} bytes.`);
    }
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks, sizeBytes);
}
