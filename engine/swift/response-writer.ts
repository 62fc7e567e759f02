/** Sends a SwiftResponse through `node:http`. Owns back-pressure and the promise that a cut body never looks like a whole one. */
import type { ServerResponse } from "node:http";
import { discardBody, isByteStream, type ByteStream } from "../support/streams.ts";
import { reasonPhrase } from "./protocol/errors.ts";
import { isToken, wireHeaders, writeRawResponse } from "./raw-response.ts";
import type { SwiftResponse } from "./types.ts";

/** Hands one chunk on; resolves when it has left our memory and its buffer may be used again. False where the client is gone. */
function writeChunk(response: ServerResponse, chunk: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    response.write(chunk, (error) => resolve(error === null || error === undefined));
  });
}

/** Writes a streamed body. Throws where it gives more or less than was announced; resolves false where the client is gone. */
async function writeStream(response: ServerResponse, body: ByteStream, announced: number | null): Promise<boolean> {
  let sent = 0;
  for await (const chunk of body) {
    if (response.destroyed) return false;
    if (chunk.byteLength === 0) continue;
    sent += chunk.byteLength;
    if (announced !== null && sent > announced) throw new Error(`The body is longer than the ${announced} bytes announced.`);
    if (!(await writeChunk(response, chunk))) return false;
  }
  if (response.destroyed) return false;
  if (announced !== null && sent !== announced) throw new Error(`The body has ${sent} bytes, ${announced} were announced.`);
  return true;
}

/**
 * Sends a response and ends it after `beforeEnd`. Rejects where the body failed, after the connection has been destroyed, but not
 * where the client went away. The body is released in every case.
 */
export async function sendResponse(response: ServerResponse, answer: SwiftResponse, options: SendOptions): Promise<void> {
  const { isHead, beforeEnd } = options;
  // Node's own check of names is stricter than Swift: metadata may be named in any language, and with any character.
  for (const name of answer.headers.keys()) if (!isToken(name)) return sendRaw(response, answer, options);
  writeHead(response, answer, options);
  const { body } = answer;
  if (body === null || isHead) {
    discardBody(body);
    return end(response, null, beforeEnd);
  }
  return isByteStream(body) ? sendStream(response, answer, body, beforeEnd) : end(response, body, beforeEnd);
}

async function sendRaw(response: ServerResponse, answer: SwiftResponse, options: SendOptions): Promise<void> {
  // A client that has gone has taken the socket with it.
  if (response.socket !== null) return writeRawResponse(response.socket, answer, options);
  discardBody(answer.body);
  response.destroy();
}

interface SendOptions {
  readonly isHead: boolean;
  /** Whether the connection ends with this response. */
  readonly close: boolean;
  readonly beforeEnd: (() => Promise<void>) | null;
  readonly nowMs: number;
}

function writeHead(response: ServerResponse, answer: SwiftResponse, options: SendOptions): void {
  const headers = wireHeaders(answer, options.isHead);
  if (options.close) headers.push("Connection", "close");
  // Swift says "keep-alive" only to clients that said it first.
  else if (response.shouldKeepAlive && !/keep-alive/i.test(response.req.headers.connection ?? "")) response.removeHeader("connection");
  response.writeHead(answer.status, reasonPhrase(answer.status), headers);
}

/** A stream that throws, or gives more or less than was announced, ends in a cut connection: the client must not take it for whole. */
async function sendStream(
  response: ServerResponse,
  answer: SwiftResponse,
  body: ByteStream,
  beforeEnd: SendOptions["beforeEnd"],
): Promise<void> {
  const onClose = (): void => body.cancel(new Error("The client went away."));
  response.once("close", onClose);
  try {
    const announced = answer.headers.get("content-length");
    const arrived = await writeStream(response, body, announced === undefined ? null : Number(announced));
    if (arrived) await end(response, null, beforeEnd);
    else response.destroy();
  } catch (thrown) {
    const clientLeft = response.destroyed;
    response.destroy();
    if (!clientLeft) throw thrown;
  } finally {
    body.cancel();
    response.off("close", onClose);
  }
}

/** The last bytes and the end. With something to do before the end, the bytes go out first. */
async function end(response: ServerResponse, last: Uint8Array | null, beforeEnd: (() => Promise<void>) | null): Promise<void> {
  if (beforeEnd === null) {
    // A Buffer and never a string: a string would be joined with the headers and encode those anew.
    if (last === null) response.end();
    else response.end(last);
    return;
  }
  if (last !== null) response.write(last);
  else response.flushHeaders();
  await beforeEnd();
  response.end();
}
