/** `node:http` to SwiftRequest and SwiftResponse, nothing else. Owns the listening socket and the connections. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Clock } from "../support/clock.ts";
import { StudioError, toStudioError } from "../support/errors.ts";
import { addHeader } from "./protocol/headers.ts";
import { limits } from "./protocol/limits.ts";
import { removeInternal } from "./middleware/gatekeeper.ts";
import { answer } from "./protocol/errors.ts";
import { answerRefusedPacket, type ParserError } from "./refused.ts";
import { createClientContext, createRequest } from "./request.ts";
import { createRequestBody, type RequestBody } from "./request-body.ts";
import { sendResponse } from "./response-writer.ts";
import type { ServerParts } from "./server-parts.ts";
import type { HeaderMap, RequestContext, SwiftRequest, SwiftResponse } from "./types.ts";

export interface ListenOptions {
  /** Defaults to loopback. */
  readonly host?: string;
  /** 0 for any free one. */
  readonly port: number;
}

export interface SwiftServer {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  readonly port: number;
  /** Stops accepting, lets requests under way finish for a moment, then cuts them. Safe to call twice. */
  close(graceMs?: number): Promise<void>;
}

/** Room for ninety metadata items and long tokens; single lines are limited by the protocol. */
const maxHeaderBytes = 256 * 1024;
const keepAliveMs = 65_000;
const defaultGraceMs = 1_500;
/** Unread bodies up to this size are taken in so that the connection can be used again. */
const smallRestBytes = 256 * 1024;
/** How long a refused client may go on sending before the connection is cut. Cutting at once could cost it our answer. */
const lingerMs = 2_000;

function headersOf(message: IncomingMessage): HeaderMap {
  const headers: HeaderMap = new Map();
  const raw = message.rawHeaders;
  for (let at = 0; at < raw.length; at += 2) addHeader(headers, raw[at]!, raw[at + 1]!);
  return headers;
}

/** Lines that HTTP allows and Swift does not. */
function refuseLongLines(message: IncomingMessage): SwiftResponse | null {
  const requestLine = message.method!.length + message.url!.length + " HTTP/1.1".length + 1;
  if (requestLine > limits.maxRequestLine) return answer(414);
  const raw = message.rawHeaders;
  for (let at = 0; at < raw.length; at += 2) {
    if (raw[at]!.length + raw[at + 1]!.length + 2 > limits.maxHeaderSize) return answer(400);
  }
  return null;
}

/** The announced length of the body: null for chunked bodies and where nothing was said. */
function contentLengthOf(headers: HeaderMap): number | null {
  const length = headers.get("content-length");
  return length === undefined || headers.has("transfer-encoding") ? null : Number(length);
}

/** A request that came in by another door, which has decided what it asks for and with whose rights. */
export interface InnerRequest {
  readonly target: string;
  readonly context: RequestContext;
}

interface MessageOrigin {
  readonly inner?: InnerRequest;
  /** True for clients that send their body only after "100 Continue". */
  readonly expectsContinue?: boolean;
}

/** One request under way on a connection. */
interface Exchange {
  readonly request: SwiftRequest;
  readonly body: RequestBody | null;
  readonly response: ServerResponse;
  readonly expectsContinue: boolean;
  /** True once what the client sends can no longer be read as HTTP. */
  broken: boolean;
}

/** A request out of Node's message. The abort signal is made only where somebody asks for it. */
function openExchange(message: IncomingMessage, response: ServerResponse, clock: Clock, origin: MessageOrigin): Exchange {
  const { inner = null, expectsContinue = false } = origin;
  const headers = headersOf(message);
  // The system's own rights do not come with a client's right to the system's own headers.
  if (inner !== null) removeInternal(headers);
  const contentLength = contentLengthOf(headers);
  const hasBody = headers.has("transfer-encoding") || (contentLength !== null && contentLength > 0);
  const body = hasBody ? createRequestBody(message, () => expectsContinue && response.writeContinue()) : null;
  const base = createRequest({
    method: message.method!,
    target: inner?.target ?? message.url!,
    context: inner?.context ?? createClientContext(clock, message.socket.remoteAddress ?? null),
    headers,
    body,
    contentLength,
    origin: `http://${headers.get("host") ?? "127.0.0.1"}`,
  });
  let signal: AbortSignal | null = null;
  const request: SwiftRequest = {
    ...base,
    get signal() {
      signal ??= abortOnClose(response);
      return signal;
    },
  };
  return { request, body, response, expectsContinue, broken: false };
}

/** Made once: it is the fate of most requests, and an error costs more than such a request does. */
const requestIsOver = new StudioError("CANCELLED", "The request is over.");

function abortOnClose(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  const abort = (): void =>
    controller.abort(response.writableFinished ? requestIsOver : new StudioError("CANCELLED", "The client went away."));
  if (response.destroyed || response.closed) abort();
  else response.once("close", abort);
  return controller.signal;
}

/** Takes in what a refused client still sends, for a moment. */
function linger(message: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, lingerMs);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    message.once("end", done);
    message.once("close", done);
    message.removeAllListeners("data");
    message.resume();
  });
}

/** How to end a response whose request body was not read to its end. */
function afterUnreadBody(exchange: Exchange): { close: boolean; linger: boolean } {
  if (exchange.broken) return { close: true, linger: false };
  if (exchange.body === null || exchange.body.isComplete()) return { close: false, linger: false };
  // A client that waits for "100 Continue" and gets another answer sends nothing more.
  if (exchange.expectsContinue && !exchange.body.isBegun()) return { close: true, linger: false };
  const { contentLength } = exchange.request;
  const small = contentLength !== null && contentLength <= smallRestBytes;
  return { close: !small, linger: true };
}

/** A response that the pipeline never saw, with its transaction ids. */
function withTransaction(request: SwiftRequest, response: SwiftResponse): SwiftResponse {
  const { transactionId } = request.context;
  response.headers.set("x-trans-id", transactionId).set("x-openstack-request-id", transactionId);
  return response;
}

async function serve(parts: ServerParts, message: IncomingMessage, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const tooLong = refuseLongLines(message);
  const result = tooLong === null ? await parts.handle(request) : withTransaction(request, tooLong);
  const unread = afterUnreadBody(exchange);
  exchange.body?.cancel();
  await sendResponse(response, result, {
    isHead: request.method === "HEAD",
    close: unread.close || tooLong !== null,
    beforeEnd: unread.linger ? () => linger(message) : null,
    nowMs: parts.clock.nowMs(),
  });
}

/** The pipeline answers its own errors: what fails after it is a response that cannot be sent, or a body that breaks off. */
function failExchange(parts: ServerParts, exchange: Exchange, thrown: unknown): void {
  const { response, request } = exchange;
  if (response.headersSent || response.destroyed) {
    response.destroy();
  } else {
    const apology = withTransaction(request, answer(500));
    const options = { isHead: request.method === "HEAD", close: true, beforeEnd: null, nowMs: parts.clock.nowMs() };
    void sendResponse(response, apology, options).catch(() => response.destroy());
  }
  if (toStudioError(thrown).family === "internal") parts.onBug(thrown, request);
}

const exchanges = new WeakMap<Duplex, Exchange>();

/** Answers one message of a Node server: this one's, or another's that says with `inner` what is asked for and with whose rights. */
export function answerMessage(parts: ServerParts, message: IncomingMessage, response: ServerResponse, origin: MessageOrigin = {}): void {
  const exchange = openExchange(message, response, parts.clock, origin);
  const ahead = exchanges.get(message.socket);
  exchanges.set(message.socket, exchange);
  const work = isUnderWay(ahead) ? serveAfter(ahead, parts, message, exchange) : serve(parts, message, exchange);
  work.catch((thrown: unknown) => failExchange(parts, exchange, thrown));
}

function isUnderWay(exchange: Exchange | undefined): exchange is Exchange {
  return exchange !== undefined && !exchange.response.closed;
}

/** Serves a request that a client sent before it had the answer to the one ahead: one after the other, as if it had waited. */
async function serveAfter(ahead: Exchange, parts: ServerParts, message: IncomingMessage, exchange: Exchange): Promise<void> {
  await new Promise<void>((resolve) => ahead.response.once("close", resolve));
  if (message.socket.writable) return serve(parts, message, exchange);
  // The connection ended with the answer ahead: this request was never received.
  exchange.body?.cancel();
  exchange.response.destroy();
}

function createNodeServer(parts: ServerParts): Server {
  const server = createServer({
    maxHeaderSize: maxHeaderBytes,
    keepAliveTimeout: keepAliveMs,
    headersTimeout: keepAliveMs + 1_000,
    // A large upload may take as long as it needs.
    requestTimeout: 0,
    noDelay: true,
    // Swift answers without.
    requireHostHeader: false,
  });
  server.on("request", (message, response) => answerMessage(parts, message, response));
  server.on("checkContinue", (message: IncomingMessage, response: ServerResponse) => {
    answerMessage(parts, message, response, { expectsContinue: true });
  });
  server.on("clientError", (error: ParserError, socket) => {
    const exchange = exchanges.get(socket);
    if (exchange !== undefined && !exchange.response.writableEnded) {
      // The head was good and is being answered: the client is gone, or its body makes no sense, or what follows the body does not.
      const isNonsense = error.code?.startsWith("HPE_") === true && error.code !== "HPE_INVALID_EOF_STATE";
      exchange.broken = true;
      if (!isNonsense) socket.destroy();
      else if (exchange.body?.isComplete() === false) {
        exchange.body.cancel(new StudioError("BAD_INPUT", "The body is not what its headers say.", { cause: error }));
      }
      return;
    }
    answerRefused(socket, error);
  });
  server.on("connect", (message, socket) => {
    const rawPacket = Buffer.from(`CONNECT ${message.url ?? "/"} HTTP/1.1\r\n\r\n`, "latin1");
    answerRefused(socket, Object.assign(new Error("CONNECT"), { code: "HPE_INVALID_METHOD", rawPacket }));
  });
  function answerRefused(socket: Duplex, error: ParserError): void {
    answerRefusedPacket(parts, error, socket).catch((thrown: unknown) => {
      socket.destroy();
      if (toStudioError(thrown).family === "internal") parts.onBug(thrown, null);
    });
  }
  return server;
}

/** Listens. Throws PORT_IN_USE where the port is taken. */
export async function startServer(parts: ServerParts, options: ListenOptions): Promise<SwiftServer> {
  const server = createNodeServer(parts);
  // Node forgets connections that its parser has given up, and waits for them all the same.
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  const host = options.host ?? "127.0.0.1";
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(explainListenError(error, host, options.port)));
    server.listen(options.port, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  let closing: Promise<void> | null = null;
  return {
    port,
    url: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
    close(graceMs = defaultGraceMs) {
      closing ??= closeServer(server, sockets, graceMs);
      return closing;
    },
  };
}

function explainListenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code !== "EADDRINUSE") return error;
  return new StudioError("PORT_IN_USE", `Port ${port} is taken by another program.`, {
    detail: `${host}:${port}`,
    hint: "Stop that program, or choose another port with --port.",
    cause: error,
  });
}

function closeServer(server: Server, sockets: ReadonlySet<Socket>, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, graceMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
