/** Measures the compute core by hand: `node engine/compute/bench.ts [bubblewrap|plain]`. Prints latency and throughput. */
import { createServer } from "node:net";
import { join } from "node:path";
import { readBody, streamOf } from "../support/streams.ts";
import { connectUnixSocket, receiveBytes } from "./channel.ts";
import { identityStorlet, runOf, testCompute } from "./test-compute.ts";

const megabyte = 1024 * 1024;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function percentile(values: number[], share: number): string {
  return ((values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] as number) * 1).toFixed(2);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

/** A connection, 1 KiB there and back: what the transport itself takes. */
async function measureEcho(directory: string): Promise<number[]> {
  const path = join(directory, "echo.sock");
  const server = createServer((socket) => socket.pipe(socket));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const times: number[] = [];
  for (let n = 0; n < 500; n++) {
    times.push(
      await timed(async () => {
        const socket = await connectUnixSocket(path);
        await new Promise<void>((resolve) => {
          receiveBytes(socket, { take: () => true, end: () => resolve() });
          socket.end(Buffer.alloc(1024));
        });
      }),
    );
  }
  server.close();
  return times;
}

const isolation = process.argv[2] === "plain" ? "plain" : "bubblewrap";
const test = await testCompute({ isolation });
const { compute } = test;

say(`isolation: ${isolation}`);
say(`new sandbox          ${(await timed(() => compute.ensureSandbox("test"))).toFixed(0)} ms`);
say(`new daemon           ${(await timed(() => compute.ensureDaemon("test", identityStorlet))).toFixed(0)} ms`);

const invokeSmall = async (): Promise<void> => {
  const invocation = await compute.invoke(runOf(identityStorlet, Buffer.alloc(1024)));
  await readBody(invocation.output, megabyte);
  await invocation.outcome;
};
for (let n = 0; n < 50; n++) await invokeSmall();
const warm: number[] = [];
for (let n = 0; n < 500; n++) warm.push(await timed(invokeSmall));
say(`warm 1 KiB           p50 ${percentile(warm, 0.5)} ms  p95 ${percentile(warm, 0.95)} ms`);
const parallelMs = await timed(async () => {
  for (let n = 0; n < 50; n++) await Promise.all(Array.from({ length: 10 }, invokeSmall));
});
say(`10 at once           ${((500 / parallelMs) * 1000).toFixed(0)} runs/s`);
const echo = await measureEcho(test.directory);
say(`connect + echo 1 KiB p50 ${percentile(echo, 0.5)} ms`);

const block = Buffer.alloc(256 * 1024, 7);
async function* blocks(count: number): AsyncGenerator<Uint8Array> {
  for (let n = 0; n < count; n++) yield block;
}
for (const sizeMb of [64, 512]) {
  const before = process.memoryUsage.rss();
  let highest = before;
  let received = 0;
  const ms = await timed(async () => {
    const invocation = await compute.invoke(runOf(identityStorlet, streamOf(blocks(sizeMb * 4))));
    for await (const chunk of invocation.output) {
      received += chunk.byteLength;
      highest = Math.max(highest, process.memoryUsage.rss());
    }
  });
  if (received !== sizeMb * megabyte) throw new Error(`received ${received} bytes`);
  say(
    `identity ${sizeMb} MiB${" ".repeat(8 - String(sizeMb).length)} ${((received / megabyte / ms) * 1000).toFixed(0)} MB/s, memory +${((highest - before) / megabyte).toFixed(1)} MiB`,
  );
}
await test[Symbol.asyncDispose]();
