/** Requests that may have no body: finding out that one has none. */
import type { SwiftRequest } from "./types.ts";

/** The request, known to be without bytes; null where it has some. One of unknown length is read up to its first byte. */
export async function withEmptyBody(request: SwiftRequest): Promise<SwiftRequest | null> {
  const { body, contentLength } = request;
  if (contentLength !== null) return contentLength === 0 ? request : null;
  if (body === null) return request;
  if (body instanceof Uint8Array) {
    if (body.byteLength > 0) return null;
  } else {
    for await (const chunk of body) if (chunk.byteLength > 0) return null;
  }
  const headers = new Map(request.headers);
  headers.delete("transfer-encoding");
  return { ...request, headers, body: null, contentLength: 0 };
}
