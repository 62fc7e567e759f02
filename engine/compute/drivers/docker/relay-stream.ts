/** One stream of a relay as a Duplex. Owns its credit in both directions; the link that carries it is the relay's. */
import { Duplex } from "node:stream";
import { formatFrame, formatFrameHeader, frameType, initialWindowBytes } from "./relay-frames.ts";

/** The writing end of a relay's link, shared by its streams. */
export interface RelayLink {
  /** Writes buffers in one go. False where the link is full: `onRoom` is then called once when it is not. */
  write(buffers: readonly Buffer[], onFlushed?: () => void): boolean;
  onRoom(listener: () => void): void;
  /** The stream is over and its number may be forgotten. */
  forget(stream: number): void;
}

/** Largest data frame: several streams share the link, so none may hold it for long. */
const maxDataBytes = 128 * 1024;

/** How much a reader has to take before the other end is told: fewer, larger notices. */
const creditStepBytes = initialWindowBytes / 4;

interface PendingWrite {
  rest: Buffer;
  done: (error?: Error | null) => void;
}

function brokenPipe(code: "ECONNRESET" | "EPIPE", reason: string): Error {
  return Object.assign(new Error(reason === "" ? "The connection was closed by the sandbox." : reason), { code });
}

export class RelayStream extends Duplex {
  readonly #number: number;
  readonly #link: RelayLink;
  #sendCredit = initialWindowBytes;
  #pending: PendingWrite | null = null;
  #waitsForRoom = false;
  #receivedBytes = 0;
  #creditedBytes = 0;
  #remoteClosed = false;
  #remoteEnded = false;

  constructor(number: number, link: RelayLink) {
    super({ allowHalfOpen: true, readableHighWaterMark: creditStepBytes, writableHighWaterMark: creditStepBytes });
    this.#number = number;
    this.#link = link;
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    if (this.#remoteClosed) return done(brokenPipe("EPIPE", ""));
    if (chunk.length === 0) return done();
    this.#pending = { rest: chunk, done };
    this.#send();
  }

  override _final(done: (error?: Error | null) => void): void {
    if (!this.#remoteClosed) this.#link.write([formatFrame(frameType.end, this.#number)]);
    done();
  }

  override _read(): void {
    const takenBytes = this.#receivedBytes - this.readableLength;
    const creditBytes = takenBytes - this.#creditedBytes;
    if (creditBytes < creditStepBytes || this.#remoteEnded) return;
    this.#creditedBytes = takenBytes;
    this.#link.write([formatFrame(frameType.window, this.#number, creditBytes)]);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.#remoteClosed) this.#link.write([formatFrame(frameType.close, this.#number)]);
    this.#link.forget(this.#number);
    const pending = this.#pending;
    this.#pending = null;
    pending?.done(error ?? new Error("The stream is closed."));
    done(error);
  }

  /** Bytes from the sandbox. Throws where it sends more than it was allowed to. */
  receive(bytes: Buffer): void {
    this.#receivedBytes += bytes.length;
    if (this.#receivedBytes - this.#creditedBytes > initialWindowBytes) throw new Error("The relay sent more than it was allowed to.");
    if (!this.destroyed && !this.#remoteEnded) this.push(bytes);
  }

  /** The other end takes that many bytes more. */
  addCredit(sizeBytes: number): void {
    this.#sendCredit += sizeBytes;
    this.#send();
  }

  receiveEnd(): void {
    if (this.#remoteEnded) return;
    this.#remoteEnded = true;
    this.push(null);
  }

  /** The other end is gone. Before its end of data, or with a write under way, that is a broken connection. */
  receiveClose(reason: string): void {
    this.#remoteClosed = true;
    // After its end of data it is like a socket whose peer has closed: what was received stays readable, writing fails.
    if (!this.#remoteEnded || this.#pending !== null) this.destroy(brokenPipe("ECONNRESET", reason));
  }

  #send(): void {
    const pending = this.#pending;
    if (pending === null || this.#waitsForRoom) return;
    while (pending.rest.length > 0) {
      const sizeBytes = Math.min(pending.rest.length, this.#sendCredit, maxDataBytes);
      if (sizeBytes === 0) return;
      const bytes = pending.rest.subarray(0, sizeBytes);
      pending.rest = pending.rest.subarray(sizeBytes);
      this.#sendCredit -= sizeBytes;
      const isLast = pending.rest.length === 0;
      // Only flushed bytes are done with: whoever wrote them reuses the buffer after that.
      const hasRoom = this.#link.write(
        [formatFrameHeader(frameType.data, this.#number, sizeBytes), bytes],
        isLast ? () => this.#finish(pending) : undefined,
      );
      if (hasRoom || isLast) continue;
      this.#waitsForRoom = true;
      this.#link.onRoom(() => {
        this.#waitsForRoom = false;
        this.#send();
      });
      return;
    }
  }

  #finish(pending: PendingWrite): void {
    if (this.#pending !== pending) return;
    this.#pending = null;
    pending.done();
  }
}
