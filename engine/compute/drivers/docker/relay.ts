/** Connections into a sandbox whose sockets the host cannot reach: many streams over one `docker exec`. Owns the link, not the frames. */
import type { Duplex } from "node:stream";
import { StudioError } from "../../../support/errors.ts";
import { withDeadline } from "../../../support/lifecycle.ts";
import { createFrameParser, createLineSplitter } from "./output.ts";
import { createRelayParser, formatFrame, frameType, type FrameType } from "./relay-frames.ts";
import { RelayStream, type RelayLink } from "./relay-stream.ts";

export interface Relay extends Disposable {
  /** Opens a stream to a socket of the channels directory. Rejects with SANDBOX_GONE where nobody listens. */
  connect(socketName: string): Promise<Duplex>;
}

interface RelayOptions {
  /** Starts relay.py in the sandbox: its stdin one way, multiplexed stdout and stderr the other. */
  open(): Promise<Duplex>;
  /** Lines that relay.py prints to stderr. */
  onOutput(text: string): void;
}

/** Milliseconds for a stream to open, the start of relay.py included. */
const connectTimeoutMs = 10_000;

interface OpenStream {
  readonly stream: RelayStream;
  settle: { resolve: () => void; reject: (error: Error) => void } | null;
}

interface Connection {
  connect(socketName: string): Promise<Duplex>;
  readonly broken: boolean;
  close(reason: string): void;
}

const gone = (detail: string): StudioError => new StudioError("SANDBOX_GONE", "The sandbox does not answer.", { detail });

/** One running relay.py. */
function createConnection(pipe: Duplex, onOutput: (text: string) => void): Connection {
  const streams = new Map<number, OpenStream>();
  const waiting: (() => void)[] = [];
  let nextNumber = 1;
  let broken = false;

  const link: RelayLink = {
    write(buffers, onFlushed) {
      if (broken) return true;
      pipe.cork();
      let hasRoom = true;
      buffers.forEach((bytes, index) => {
        hasRoom = pipe.write(bytes, index === buffers.length - 1 && onFlushed !== undefined ? () => onFlushed() : undefined);
      });
      pipe.uncork();
      return hasRoom;
    },
    onRoom: (listener) => waiting.push(listener),
    forget: (number) => streams.delete(number),
  };

  function close(reason: string): void {
    if (broken) return;
    broken = true;
    pipe.destroy();
    for (const { stream, settle } of streams.values()) {
      settle?.reject(gone(reason));
      stream.receiveClose(reason);
    }
    streams.clear();
  }

  function onControl(type: FrameType, number: number, payload: Buffer): void {
    const open = streams.get(number);
    // A stream that we closed while the other end was still sending.
    if (open === undefined) return;
    if (type === frameType.opened) {
      open.settle?.resolve();
      open.settle = null;
    } else if (type === frameType.window && payload.length === 4) open.stream.addCredit(payload.readUInt32BE(0));
    else if (type === frameType.end) open.stream.receiveEnd();
    else if (type === frameType.close) {
      open.settle?.reject(gone(payload.toString()));
      open.stream.receiveClose(payload.toString());
    }
  }

  const parseRelay = createRelayParser({ onData: (number, bytes) => streams.get(number)?.stream.receive(bytes), onControl });
  const splitter = createLineSplitter(onOutput);
  const parseDocker = createFrameParser((source, bytes) => (source === "stdout" ? parseRelay(bytes) : splitter.push(bytes)));

  pipe.on("data", (chunk: Buffer) => {
    try {
      parseDocker(chunk);
    } catch (error) {
      close((error as Error).message);
    }
  });
  pipe.on("drain", () => {
    for (const listener of waiting.splice(0)) listener();
  });
  pipe.on("error", (error) => close(error.message));
  pipe.on("close", () => close("The relay in the sandbox has ended."));
  pipe.on("end", () => close("The relay in the sandbox has ended."));

  return {
    get broken() {
      return broken;
    },
    close,
    async connect(socketName) {
      const number = nextNumber++;
      const stream = new RelayStream(number, link);
      // Failures reach whoever reads or writes; without a listener they would end the process.
      stream.on("error", () => {});
      const opened = new Promise<void>((resolve, reject) => streams.set(number, { stream, settle: { resolve, reject } }));
      link.write([formatFrame(frameType.open, number, socketName)]);
      try {
        await withDeadline(opened, connectTimeoutMs, () => gone("The relay did not answer in time."));
      } catch (error) {
        stream.destroy();
        throw error;
      }
      return stream;
    },
  };
}

/** A relay that starts with the first connection and again after it broke. Disposing breaks its streams. */
export function createRelay(options: RelayOptions): Relay {
  let current: Promise<Connection> | undefined;
  let disposed = false;

  async function ensure(): Promise<Connection> {
    if (disposed) throw gone("The sandbox was stopped.");
    const connection = await current?.catch(() => undefined);
    if (connection !== undefined && !connection.broken) return connection;
    current = options.open().then((pipe) => createConnection(pipe, options.onOutput));
    return current;
  }

  return {
    async connect(socketName) {
      try {
        return await (await ensure()).connect(socketName);
      } catch (error) {
        throw error instanceof StudioError && error.code === "SANDBOX_GONE" ? error : gone((error as Error).message);
      }
    },
    [Symbol.dispose]() {
      disposed = true;
      void current?.then((connection) => connection.close("The sandbox was stopped.")).catch(() => {});
    },
  };
}
