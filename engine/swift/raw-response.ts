/** Writes a response to a socket by hand, for what `node:http` will not write. Owns the head and the framing; the connection ends after it. */
import type { Duplex } from "node:stream";
import { discardBody, isByteStream, type Body } from "../support/streams.ts";
import { reasonPhrase } from "./protocol/errors.ts";
import { canonicalName } from "./protocol/headers.ts";
import { formatHttpDate } from "./protocol/timestamps.ts";
import type { SwiftResponse } from "./types.ts";

/** Headers as a flat list of names and values, with the framing that the body needs. */
export function wireHeaders(response: SwiftResponse, isHead: boolean): string[] {
  const list: string[] = [];
  for (const [name, value] of response.headers) list.push(canonicalName(name), value);
  if (!response.headers.has("content-length") && !response.headers.has("transfer-encoding")) {
    const { body } = response;
    if (body === null) {
      if (!isHead) list.push("Content-Length", "0");
    } else if (!isByteStream(body)) list.push("Content-Length", String(body.byteLength));
    else list.push("Transfer-Encoding", "chunked");
  }
  return list;
}

/** True for what HTTP calls a token: a method, and all that Node takes for the name of a header. */
export function isToken(name: string): boolean {
  return /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name);
}

/** Header names and values as lines; what would end a line early, as it is or when it is cut to a byte, is left out. */
function formatHead(response: SwiftResponse, headers: readonly string[]): string {
  const clean = (text: string): string => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, "");
  let head = `HTTP/1.1 ${response.status} ${reasonPhrase(response.status)}\r\n`;
  for (let at = 0; at < headers.length; at += 2) head += `${clean(headers[at]!)}: ${clean(headers[at + 1]!)}\r\n`;
  return `${head}\r\n`;
}

/** Resolves false where the client is gone. */
function write(socket: Duplex, bytes: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    socket.write(bytes, (error) => resolve(error === null || error === undefined));
  });
}

async function writeBody(socket: Duplex, body: Body, isChunked: boolean): Promise<boolean> {
  if (!isByteStream(body)) return write(socket, body);
  for await (const chunk of body) {
    if (chunk.byteLength === 0) continue;
    if (isChunked) socket.write(`${chunk.byteLength.toString(16)}\r\n`);
    if (!(await write(socket, chunk))) return false;
    if (isChunked) socket.write("\r\n");
  }
  return isChunked ? write(socket, Buffer.from("0\r\n\r\n")) : true;
}

/** Writes the response and ends the connection. Rejects where the body fails; the client sees a cut connection then. */
export async function writeRawResponse(
  socket: Duplex,
  response: SwiftResponse,
  options: { isHead: boolean; nowMs: number },
): Promise<void> {
  const { isHead, nowMs } = options;
  const headers = [...wireHeaders(response, isHead), "Date", formatHttpDate(Math.floor(nowMs / 1000)), "Connection", "close"];
  const { body } = response;
  try {
    let arrived = await write(socket, Buffer.from(formatHead(response, headers), "latin1"));
    if (arrived && body !== null && !isHead) arrived = await writeBody(socket, body, headers.includes("Transfer-Encoding"));
    if (arrived) socket.end();
    else socket.destroy();
  } catch (thrown) {
    socket.destroy();
    throw thrown;
  } finally {
    discardBody(body);
  }
}
