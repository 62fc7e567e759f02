/** What this machine can do at best, measured in the same run: the figures beside which the engine's are read. */
import { createHash, randomBytes } from "node:crypto";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect, createServer as createSocketServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measureRate, percentile, requestBytes } from "./client.ts";

const mebibyte = 1024 * 1024;

/** Round trips of 1 KiB over a Unix socket, in milliseconds, sorted. */
async function socketEcho(count: number): Promise<number[]> {
  const directory = mkdtempSync(join(tmpdir(), "studio-bench-"));
  const path = join(directory, "echo.sock");
  const server = createSocketServer((socket) => socket.pipe(socket));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const socket = connect(path);
  const message = randomBytes(1024);
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const beganMs = performance.now();
    await new Promise<void>((resolve) => {
      let bytes = 0;
      const onData = (data: Buffer): void => {
        bytes += data.length;
        if (bytes < message.length) return;
        socket.off("data", onData);
        resolve();
      };
      socket.on("data", onData);
      socket.write(message);
    });
    times.push(performance.now() - beganMs);
  }
  socket.destroy();
  server.close();
  rmSync(directory, { recursive: true });
  return times.sort((a, b) => a - b);
}

/** Requests per second of a node:http server in another process that stores nothing. */
async function plainHttp(seconds: number): Promise<number> {
  const body = Buffer.alloc(1024);
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { "Content-Length": body.length }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const request = requestBytes("GET", "/", {});
  const rate = await measureRate({ port, connections: 8, seconds, status: 200, makeRequest: () => request });
  server.closeAllConnections();
  server.close();
  return rate;
}

function fileCopy(sizeBytes: number): number {
  const directory = mkdtempSync(join(tmpdir(), "studio-bench-"));
  writeFileSync(join(directory, "a"), randomBytes(sizeBytes));
  copyFileSync(join(directory, "a"), join(directory, "warm"));
  const beganMs = performance.now();
  copyFileSync(join(directory, "a"), join(directory, "b"));
  const rate = sizeBytes / 1e6 / ((performance.now() - beganMs) / 1000);
  rmSync(directory, { recursive: true });
  return rate;
}

/** MB/s of one thread that does nothing but MD5. */
export function md5Speed(): number {
  const block = randomBytes(mebibyte);
  const beganMs = performance.now();
  const hash = createHash("md5");
  for (let index = 0; index < 256; index++) hash.update(block);
  hash.digest();
  return (256 * mebibyte) / 1e6 / ((performance.now() - beganMs) / 1000);
}

export interface Limits {
  socketEchoMs: number;
  httpPerSecond: number;
  fileCopyMBps: number;
  md5MBps: number;
}

export async function measureLimits(): Promise<Limits> {
  return {
    socketEchoMs: percentile(await socketEcho(2000), 0.5),
    // Client and server share this process here: an engine in its own process may go beyond it.
    httpPerSecond: await plainHttp(2),
    fileCopyMBps: fileCopy(64 * mebibyte),
    md5MBps: md5Speed(),
  };
}
