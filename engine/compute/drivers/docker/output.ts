/** Takes a container's output apart: Docker's multiplexed frames to streams, streams to bounded lines. Knows no container. */
import { StringDecoder } from "node:string_decoder";

export type OutputStream = "stdout" | "stderr";

/** Longest line handed on in characters; a longer one is handed on in pieces. */
const maxLineLength = 64 * 1024;

/**
 * A parser of Docker's frames: one byte of stream (1 stdout, 2 stderr), three of zero, four of length, then the bytes. `onBytes` gets
 * slices of the chunk that was pushed: copy what outlives the call.
 */
export function createFrameParser(onBytes: (stream: OutputStream, bytes: Buffer) => void): (chunk: Buffer) => void {
  const header = Buffer.alloc(8);
  let headerLength = 0;
  let remaining = 0;
  return (chunk) => {
    let offset = 0;
    while (offset < chunk.length) {
      if (remaining === 0) {
        const copied = chunk.copy(header, headerLength, offset, offset + 8 - headerLength);
        headerLength += copied;
        offset += copied;
        if (headerLength < 8) return;
        headerLength = 0;
        remaining = header.readUInt32BE(4);
        continue;
      }
      const bytes = chunk.subarray(offset, offset + remaining);
      onBytes(header[0] === 2 ? "stderr" : "stdout", bytes);
      remaining -= bytes.length;
      offset += bytes.length;
    }
  };
}

interface LineSplitter {
  push(bytes: Buffer): void;
  /** Hands on a last line without an end. */
  flush(): void;
}

/** Whole lines of UTF-8 text without their line ends. */
export function createLineSplitter(onLine: (text: string) => void): LineSplitter {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  return {
    push(bytes) {
      const lines = (rest + decoder.write(bytes)).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) onLine(line.endsWith("\r") ? line.slice(0, -1) : line);
      while (rest.length >= maxLineLength) {
        onLine(rest.slice(0, maxLineLength));
        rest = rest.slice(maxLineLength);
      }
    },
    flush() {
      const last = rest + decoder.end();
      rest = "";
      if (last !== "") onLine(last);
    },
  };
}

/** Reads a multiplexed stream to its end and hands on its lines. Resolves at the end; a broken stream is an end. */
export async function readOutput(source: AsyncIterable<Buffer>, onLine: (stream: OutputStream, text: string) => void): Promise<void> {
  const splitters = {
    stdout: createLineSplitter((text) => onLine("stdout", text)),
    stderr: createLineSplitter((text) => onLine("stderr", text)),
  };
  const parse = createFrameParser((stream, bytes) => splitters[stream].push(bytes));
  try {
    for await (const chunk of source) parse(chunk);
  } catch {
    // The daemon went away: what the sandbox is told of it comes from its exit watch.
  }
  splitters.stdout.flush();
  splitters.stderr.flush();
}
