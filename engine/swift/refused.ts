/**
 * Requests that Node's parser refuses although Swift takes them: unknown methods, raw bytes in the target, raw bytes in header
 * names. Owns a small parser for one request, after which the connection is closed. All else that reaches it gets a 400.
 */
import type { Duplex } from "node:stream";
import { streamOf, type ByteStream } from "../support/streams.ts";
import { StudioError } from "../support/errors.ts";
import { answer } from "./protocol/errors.ts";
import { addHeader } from "./protocol/headers.ts";
import { limits } from "./protocol/limits.ts";
import { createClientContext, createRequest } from "./request.ts";
import { writeRawResponse } from "./raw-response.ts";
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

const methodPattern = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** The head of one request at the beginning of a packet; null where it is not one, or not complete. */
export function parseRawHead(packet: Buffer): RawHead | null {
  const end = packet.indexOf("\r\n\r\n");
  if (end < 0) return null;
  const [requestLine = "", ...lines] = packet.toString("latin1", 0, end).split("\r\n");
  const [method = "", target = "", version = "", ...more] = requestLine.split(" ");
  if (more.length > 0 || !/^HTTP\/1\.[01]$/.test(version) || !methodPattern.test(method) || target === "") return null;
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

/** The announced body: what of it came with the head, then what the socket still brings. */
function readRest(socket: Duplex, first: Buffer, sizeBytes: number): ByteStream {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    let left = sizeBytes - first.byteLength;
    if (first.byteLength > 0) yield first;
    while (left > 0) {
      const chunk = (await nextChunk(socket)).subarray(0, left);
      left -= chunk.byteLength;
      yield chunk;
    }
  }
  return streamOf(bytes());
}

/** One chunk off a socket that Node's parser has let go of. */
function nextChunk(socket: Duplex): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      socket.pause();
      socket.off("data", onData).off("close", onGone).off("end", onGone);
      finish();
    };
    const onData = (chunk: Buffer): void => settle(() => resolve(chunk));
    const onGone = (): void =>
      settle(() => reject(new StudioError("CANCELLED", "The client went away before it had sent the whole body.")));
    socket.on("data", onData).on("close", onGone).on("end", onGone);
    socket.resume();
  });
}

function toRequest(parts: ServerParts, head: RawHead, packet: Buffer, socket: Duplex): SwiftRequest | null {
  const length = head.headers.get("content-length");
  if (head.headers.has("transfer-encoding") || (length !== undefined && !/^\d+$/.test(length))) return null;
  const sizeBytes = Number(length ?? 0);
  const first = packet.subarray(head.bodyAt, head.bodyAt + sizeBytes);
  return createRequest({
    method: head.method,
    target: head.target,
    context: createClientContext(parts.clock),
    headers: head.headers,
    body: sizeBytes > 0 ? readRest(socket, first, sizeBytes) : null,
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
  const packet = error.rawPacket;
  const head = packet !== undefined && readable.has(error.code ?? "") ? parseRawHead(packet) : null;
  const request = head === null ? null : toRequest(parts, head, packet!, socket);
  const response = request === null ? answerNonsense(parts, error) : await parts.handle(request);
  await writeRawResponse(socket, response, { isHead: request?.method === "HEAD", nowMs: parts.clock.nowMs() });
}
