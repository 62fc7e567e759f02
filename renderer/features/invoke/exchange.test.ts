import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { exchange, keptBodyBytes, type AnswerHead } from "./exchange.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const get = (url: string, signal = new AbortController().signal, onProgress?: (head: AnswerHead, sizeBytes: number) => void) =>
  exchange({ url, method: "GET", headers: [["X-Run-Storlet", "x.py"]], body: null, signal, ...(onProgress ? { onProgress } : {}) });
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

it("reads an answer whole, with its headers and transaction id", async () => {
  const url = await serve((request, response) => {
    response.writeHead(200, { "X-Trans-Id": "tx1", "Content-Type": "text/csv" });
    response.end(`ran ${request.headers["x-run-storlet"]}`);
  });
  const result = await get(url);
  expect(result).toMatchObject({ outcome: "answered", head: { status: 200, statusText: "OK", transactionId: "tx1" } });
  expect(result.head?.headers).toContainEqual(["content-type", "text/csv"]);
  expect(textOf(result.body.bytes)).toBe("ran x.py");
  expect(result.body).toMatchObject({ sizeBytes: 8, cut: false });
  expect(result.totalMs).toBeGreaterThan(0);
});

it("sends a body and its headers", async () => {
  const url = await serve((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => response.writeHead(201).end(`${request.method} ${request.headers["x-a"]} ${Buffer.concat(chunks).toString()}`));
  });
  const result = await exchange({ url, method: "PUT", headers: [["X-A", "1"]], body: "hello", signal: new AbortController().signal });
  expect(result.head?.status).toBe(201);
  expect(textOf(result.body.bytes)).toBe("PUT 1 hello");
});

it("keeps the front of a big body and counts the rest", async () => {
  const url = await serve((_request, response) => {
    response.write("start");
    response.end(Buffer.alloc(1_000_000, "x"));
  });
  let last = 0;
  const result = await get(url, undefined, (_head, sizeBytes) => (last = sizeBytes));
  expect(result.body.sizeBytes).toBe(1_000_005);
  expect(last).toBe(1_000_005);
  expect(result.body.bytes.byteLength).toBe(keptBodyBytes);
  expect(textOf(result.body.bytes.subarray(0, 6))).toBe("startx");
});

it("tells a body that was cut from one that ended", async () => {
  const url = await serve((_request, response) => {
    response.writeHead(200, { "X-Trans-Id": "tx2" });
    response.write("half a li", () => response.destroy());
  });
  const result = await get(url);
  expect(result).toMatchObject({ outcome: "answered", head: { status: 200, transactionId: "tx2" }, body: { cut: true, sizeBytes: 9 } });
  expect(textOf(result.body.bytes)).toBe("half a li");
});

it("reports an engine that does not answer", async () => {
  const url = await serve((request) => request.socket.destroy());
  const result = await get(url);
  expect(result).toMatchObject({ outcome: "unreachable", head: null, body: { sizeBytes: 0, cut: false } });
  expect(result.reason).not.toBeNull();
});

it("stops when it is cancelled, before and after the answer began", async () => {
  const controller = new AbortController();
  const url = await serve(() => controller.abort());
  expect(await get(url, controller.signal)).toMatchObject({ outcome: "cancelled", head: null });

  const later = new AbortController();
  const streaming = await serve((_request, response) => {
    response.writeHead(200);
    response.write("some");
  });
  const result = await get(streaming, later.signal, (_head, sizeBytes) => {
    if (sizeBytes > 0) later.abort();
  });
  expect(result).toMatchObject({ outcome: "cancelled", head: { status: 200 }, body: { sizeBytes: 4, cut: true } });
});
