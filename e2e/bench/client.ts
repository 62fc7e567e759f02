/** A load client as thin as it can be, so that what is measured is the server: raw sockets, one request at a time on each. */
import { connect, type Socket } from "node:net";

export interface Reply {
  status: number;
  headers: string;
  bodyBytes: number;
}

export interface Connection {
  /** Sends a whole request and reads the whole reply; bodies are counted, not kept. `onBody` sees each piece. */
  exchange(request: Uint8Array, onBody?: (chunk: Uint8Array) => void): Promise<Reply>;
  close(): void;
}

const headEnd = Buffer.from("\r\n\r\n");

/** Counts the body bytes of a chunked stream as they pass. */
function createChunkReader(onBody: (chunk: Uint8Array) => void): (data: Buffer) => boolean {
  let pending: Buffer = Buffer.alloc(0);
  let left = 0;
  return (data) => {
    let rest = pending.length === 0 ? data : Buffer.concat([pending, data]);
    pending = Buffer.alloc(0);
    for (;;) {
      if (left > 0) {
        const take = Math.min(left, rest.length);
        if (take > 0) onBody(rest.subarray(0, take));
        left -= take;
        rest = rest.subarray(take);
        if (left > 0) return false;
      }
      const start = rest.length >= 2 && rest[0] === 0x0d && rest[1] === 0x0a ? 2 : 0;
      const end = rest.indexOf("\r\n", start);
      if (end < 0) {
        pending = Buffer.from(rest);
        return false;
      }
      const size = Number.parseInt(rest.toString("latin1", start, end), 16);
      if (size === 0) return true;
      left = size;
      rest = rest.subarray(end + 2);
    }
  };
}

/** Opens one keep-alive connection. Any reply that breaks off rejects. */
export async function openConnection(port: number): Promise<Connection> {
  const socket: Socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  return {
    exchange(request, onBody = () => {}) {
      return new Promise<Reply>((resolve, reject) => {
        let head: Buffer = Buffer.alloc(0);
        let reply: Reply | null = null;
        let missing = -1;
        let readChunks: ((data: Buffer) => boolean) | null = null;
        const finish = (error: Error | null): void => {
          socket.off("data", onData).off("close", onClose).off("error", finish);
          if (error === null) resolve(reply as Reply);
          else reject(error);
        };
        const onClose = (): void => finish(new Error("The connection was closed within a reply."));
        const take = (data: Buffer): void => {
          const current = reply as Reply;
          const count = (chunk: Uint8Array): void => {
            current.bodyBytes += chunk.byteLength;
            onBody(chunk);
          };
          if (missing >= 0) {
            if (data.length > 0) count(data);
            missing -= data.length;
            if (missing <= 0) finish(null);
          } else {
            readChunks ??= createChunkReader(count);
            if (data.length > 0 && readChunks(data)) finish(null);
          }
        };
        const onData = (data: Buffer): void => {
          if (reply !== null) return take(data);
          head = head.length === 0 ? data : Buffer.concat([head, data]);
          const end = head.indexOf(headEnd);
          if (end < 0) return;
          const headers = head.toString("latin1", 0, end);
          const length = /\r\ncontent-length: (\d+)/i.exec(headers);
          reply = { status: Number(headers.slice(9, 12)), headers, bodyBytes: 0 };
          missing = length === null ? -1 : Number(length[1]);
          take(head.subarray(end + 4));
        };
        socket.on("data", onData).once("close", onClose).once("error", finish);
        socket.write(request);
      });
    },
    close: () => socket.destroy(),
  };
}

/** The bytes of a request. */
export function requestBytes(method: string, path: string, headers: Record<string, string>, body: Uint8Array = new Uint8Array(0)): Buffer {
  const fields = { Host: "127.0.0.1", ...headers, ...(method === "PUT" ? { "Content-Length": String(body.byteLength) } : {}) };
  const head = `${method} ${path} HTTP/1.1\r\n${Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")}\r\n`;
  return Buffer.concat([Buffer.from(head, "latin1"), body]);
}

/** PUTs `sizeBytes` of the same block over and over, as fast as the server takes them, without holding them. */
export async function sendLarge(
  port: number,
  path: string,
  headers: Record<string, string>,
  sizeBytes: number,
  block: Buffer = Buffer.alloc(1024 * 1024, "storlet studio"),
): Promise<void> {
  const socket: Socket = connect({ port, host: "127.0.0.1", noDelay: true });
  const answered = new Promise<string>((resolve, reject) => {
    socket.once("data", (chunk) => resolve(chunk.toString("latin1", 0, 12)));
    socket.once("error", reject).once("close", () => reject(new Error("The connection was closed within the upload.")));
  });
  const fields = Object.entries({ Host: "127.0.0.1", ...headers, "Content-Length": String(sizeBytes) });
  socket.write(`PUT ${path} HTTP/1.1\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`);
  for (let sent = 0; sent < sizeBytes; sent += block.byteLength) {
    const part = block.subarray(0, Math.min(block.byteLength, sizeBytes - sent));
    if (!socket.write(part)) await Promise.race([new Promise((resolve) => socket.once("drain", resolve)), answered]);
  }
  const status = await answered;
  socket.destroy();
  if (!status.endsWith("201")) throw new Error(`The upload of ${sizeBytes} bytes was answered with ${status}.`);
}

/** Requests per second over `connections` connections for `seconds`. `makeRequest` gets a growing number. Every status must be `status`. */
export async function measureRate(options: {
  port: number;
  connections: number;
  seconds: number;
  status: number;
  makeRequest(number: number): Uint8Array;
}): Promise<number> {
  const { port, connections, seconds, status, makeRequest } = options;
  let sent = 0;
  let done = 0;
  const open = await Promise.all(Array.from({ length: connections }, () => openConnection(port)));
  const beganMs = performance.now();
  const endMs = beganMs + seconds * 1000;
  await Promise.all(
    open.map(async (connection) => {
      while (performance.now() < endMs) {
        const reply = await connection.exchange(makeRequest(sent++));
        if (reply.status !== status) throw new Error(`Expected ${status}, got:\n${reply.headers}`);
        done += 1;
      }
    }),
  );
  const elapsedMs = performance.now() - beganMs;
  for (const connection of open) connection.close();
  return (done / elapsedMs) * 1000;
}

/** Milliseconds of `count` exchanges one after the other, sorted. */
export async function measureLatencies(
  port: number,
  count: number,
  makeRequest: (number: number) => Uint8Array,
  status = 200,
): Promise<number[]> {
  const connection = await openConnection(port);
  const times: number[] = [];
  for (let number = 0; number < count; number++) {
    const beganMs = performance.now();
    const reply = await connection.exchange(makeRequest(number));
    times.push(performance.now() - beganMs);
    if (reply.status !== status) throw new Error(`Expected ${status}, got:\n${reply.headers}`);
  }
  connection.close();
  return times.sort((a, b) => a - b);
}

/** Value at a fraction of sorted numbers. */
export function percentile(sorted: readonly number[], fraction: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] as number;
}
