/**
 * Requests that Node's parser refuses although Swift takes them: unknown methods, raw bytes in the target, raw bytes in header
 * names. Owns a small parser for one request, after which the connection is closed. All else that reaches it gets a 400.
 */
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { answer } from "./protocol/errors.ts";
import { addHeader } from "./protocol/headers.ts";
import { limits } from "./protocol/limits.ts";
import { createRawBody, nextChunk } from "./raw-body.ts";
import { createClientContext, createRequest } from "./request.ts";
import { isToken, writeRawResponse } from "./raw-response.ts";
import type { ServerParts } from "./server-parts.ts";
import type { HeaderMap, SwiftRequest, SwiftResponse } from "./types.ts";

/** What Node's parser reports. */
export type ParserError = Error & { code?: string; rawPacket?: Buffer };

/** What Node refuses and we read ourselves. */
const readable = new Set(["HPE_INVALID_METHOD", "HPE_INVALID_URL", "HPE_INVALID_HEADER_TOKEN"]);

export interface RawHead {
  readonly method: string;
  readonly target: string;
  readonly headers: HeaderMap;
  /** Where the body begins in the packet. */
  readonly bodyAt: number;
}

/** The head of one request at the beginning of a packet; null where it is not one, or not complete. */
export function parseRawHead(packet: Buffer): RawHead | null {
  const end = packet.indexOf("\r\n\r\n");
  if (end < 0) return null;
  const [requestLine = "", ...lines] = packet.toString("latin1", 0, end).split("\r\n");
  const [method = "", target = "", version = "", ...more] = requestLine.split(" ");
  if (more.length > 0 || !/^HTTP\/1\.[01]$/.test(version) || !isToken(method) || target === "") return null;
  const headers: HeaderMap = new Map();
  for (const line of lines) {
    const colon = line.indexOf(":");
    // eslint-disable-next-line no-control-regex -- control bytes are what must not pass
    if (colon <= 0 || /[\x00-\x20\x7f]/.test(line.slice(0, colon)) || /[\x00-\x08\x0a-\x1f\x7f]/.test(line)) return null;
    if (line.length > limits.maxHeaderSize) return null;
    addHeader(headers, line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return requestLine.length > limits.maxRequestLine ? null : { method, target, headers, bodyAt: end + 4 };
}

/** How long the rest of a head may take. */
const headTimeMs = 10_000;
const largestHead = 256 * 1024;

/** The packet with what is missing of its head, where it begins with a request line and the client sends the rest in time. */
async function completeHead(packet: Buffer, socket: Duplex): Promise<Buffer> {
  let whole = packet;
  if (!/^[^\s]+ [^ ]+ HTTP\/1\.[01]\r\n/.test(packet.toString("latin1"))) return whole;
  const timer = setTimeout(() => socket.destroy(), headTimeMs);
  try {
    while (whole.indexOf("\r\n\r\n") < 0 && whole.byteLength <= largestHead) whole = Buffer.concat([whole, await nextChunk(socket)]);
  } catch {
    // Half a head is answered like no head at all.
  } finally {
    clearTimeout(timer);
  }
  return whole;
}

/** The request, or null where its framing makes no sense. */
function toRequest(parts: ServerParts, head: RawHead, packet: Buffer, socket: Duplex): SwiftRequest | null {
  const length = head.headers.get("content-length");
  const encoding = head.headers.get("transfer-encoding");
  if ((encoding !== undefined && length !== undefined) || (length !== undefined && !/^\d+$/.test(length))) return null;
  const isChunked = encoding?.toLowerCase() === "chunked";
  const sizeBytes = Number(length ?? 0);
  const first = packet.subarray(head.bodyAt, isChunked ? undefined : head.bodyAt + sizeBytes);
  const expectsContinue = /^100-continue$/i.test(head.headers.get("expect") ?? "");
  const body = { first, sizeBytes: isChunked ? null : sizeBytes, expectsContinue };
  return createRequest({
    method: head.method,
    target: head.target,
    context: createClientContext(parts.clock, (socket as Socket).remoteAddress ?? null),
    headers: head.headers,
    body: isChunked || sizeBytes > 0 ? createRawBody(socket, body) : null,
    contentLength: length === undefined ? null : sizeBytes,
    origin: `http://${head.headers.get("host") ?? "127.0.0.1"}`,
  });
}

/** The 400 for what is no request at all. */
function answerNonsense(parts: ServerParts, error: ParserError): SwiftResponse {
  const status = error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400;
  const { transactionId } = createClientContext(parts.clock);
  const refusal = answer(status);
  refusal.headers.set("x-trans-id", transactionId).set("x-openstack-request-id", transactionId);
  return refusal;
}

/** Answers what Node's parser refused, through the pipeline where it is a request after all, else with a 400. */
export async function answerRefusedPacket(parts: ServerParts, error: ParserError, socket: Duplex): Promise<void> {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  socket.on("error", () => socket.destroy());
  // Node's parser goes on reading otherwise.
  socket.removeAllListeners("data");
  const isReadable = error.rawPacket !== undefined && readable.has(error.code ?? "");
  const packet = isReadable ? await completeHead(error.rawPacket!, socket) : null;
  const head = packet === null ? null : parseRawHead(packet);
  const request = head === null ? null : toRequest(parts, head, packet!, socket);
  const response = request === null ? answerNonsense(parts, error) : await parts.handle(request);
  await writeRawResponse(socket, response, { isHead: request?.method === "HEAD", nowMs: parts.clock.nowMs() });
}
