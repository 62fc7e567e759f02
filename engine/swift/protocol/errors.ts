/** Status lines and the bodies Swift gives with them. Owns the table; whoever decides a status calls it. */
import type { HeaderMap, SwiftResponse } from "../types.ts";
import { percentEncode, type PathProblem } from "./paths.ts";

/** Reason phrase and explanation by status. An explanation makes the default html body; without one the body is empty. */
const statusTexts: Readonly<Record<number, readonly [reason: string, explanation: string]>> = {
  200: ["OK", ""],
  201: ["Created", ""],
  202: ["Accepted", "The request is accepted for processing."],
  204: ["No Content", ""],
  206: ["Partial Content", ""],
  301: ["Moved Permanently", "The resource has moved permanently."],
  302: ["Found", "The resource has moved temporarily."],
  303: ["See Other", "The response to the request can be found under a different URI."],
  304: ["Not Modified", ""],
  307: ["Temporary Redirect", "The resource has moved temporarily."],
  400: ["Bad Request", "The server could not comply with the request since it is either malformed or otherwise incorrect."],
  401: ["Unauthorized", "This server could not verify that you are authorized to access the document you requested."],
  402: ["Payment Required", "Access was denied for financial reasons."],
  403: ["Forbidden", "Access was denied to this resource."],
  404: ["Not Found", "The resource could not be found."],
  405: ["Method Not Allowed", "The method is not allowed for this resource."],
  406: ["Not Acceptable", "The resource is not available in a format acceptable to your browser."],
  408: ["Request Timeout", "The server has waited too long for the request to be sent by the client."],
  409: ["Conflict", "There was a conflict when trying to complete your request."],
  410: ["Gone", "This resource is no longer available."],
  411: ["Length Required", "Content-Length header required."],
  412: ["Precondition Failed", "A precondition for this request was not met."],
  413: ["Request Entity Too Large", "The body of your request was too large for this server."],
  414: ["Request URI Too Long", "The request URI was too long for this server."],
  415: ["Unsupported Media Type", "The request media type is not supported by this server."],
  416: ["Requested Range Not Satisfiable", "The Range requested is not available."],
  417: ["Expectation Failed", "Expectation failed."],
  422: ["Unprocessable Entity", "Unable to process the contained instructions"],
  499: ["Client Disconnect", "The client was disconnected during request."],
  500: ["Internal Error", "The server has either erred or is incapable of performing the requested operation."],
  501: ["Not Implemented", "The requested method is not implemented by this server."],
  502: ["Bad Gateway", "Bad gateway."],
  503: ["Service Unavailable", "The server is currently unavailable. Please try again at a later time."],
  504: ["Timeout Gateway", "A timeout has occurred speaking to a backend server."],
  507: ["Insufficient Storage", "There was not enough space to save the resource. Drive: Unknown"],
};

export function reasonPhrase(status: number): string {
  return statusTexts[status]?.[0] ?? "Unknown";
}

/** True for 2xx. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** What Swift says of a status besides its reason; empty for those that need no words. */
export function explanation(status: number): string {
  return statusTexts[status]?.[1] ?? "";
}

export const htmlType = "text/html; charset=UTF-8";
export const textType = "text/plain; charset=UTF-8";

export type HeaderEntries = Iterable<readonly [string, string]>;

/** A response with Swift's default html body for its status; 2xx and 304 without an explanation have none. */
export function answer(status: number, headers: HeaderEntries = []): SwiftResponse {
  const [reason, explanation] = statusTexts[status] ?? ["Unknown", ""];
  const body = explanation === "" ? null : Buffer.from(`<html><h1>${reason}</h1><p>${explanation}</p></html>`);
  const map: HeaderMap = new Map([["content-type", htmlType], ...headers]);
  map.set("content-length", String(body?.byteLength ?? 0));
  return { status, headers: map, body };
}

/** A response whose body is one text. `type` is html where Swift sends its own words with the default type. */
export function answerText(status: number, text: string, headers: HeaderEntries = [], type: string = textType): SwiftResponse {
  const body = Buffer.from(text, "utf8");
  const map: HeaderMap = new Map([["content-type", type], ...headers]);
  map.set("content-length", String(body.byteLength));
  return { status, headers: map, body };
}

/** A response whose text is header bytes (a metadata name, say): echoed as they came. */
export function answerBytes(status: number, bytes: string): SwiftResponse {
  const body = Buffer.from(bytes, "latin1");
  return {
    status,
    headers: new Map([
      ["content-type", textType],
      ["content-length", String(body.byteLength)],
    ]),
    body,
  };
}

/** 401, with the realm that every one of them names. */
export function answerUnauthorized(realm: string | null): SwiftResponse {
  return answer(401, [["www-authenticate", `Swift realm="${realm === null ? "unknown" : percentEncode(realm)}"`]]);
}

export function answerMethodNotAllowed(allowed: readonly string[]): SwiftResponse {
  return answer(405, [["allow", allowed.join(", ")]]);
}

/** 416 for something that has these headers; null for a size that nobody knows. */
export function answerUnsatisfiable(headers: HeaderEntries, sizeBytes: number | null): SwiftResponse {
  const refusal = answer(416, headers);
  refusal.headers.set("content-type", htmlType);
  if (sizeBytes !== null) refusal.headers.set("content-range", `bytes */${sizeBytes}`);
  return refusal;
}

/** The response for a path that names nothing. */
export function answerPathProblem(problem: PathProblem): SwiftResponse {
  switch (problem) {
    case "invalid-utf8":
      return answerText(412, "Invalid UTF8 or contains NULL", [], htmlType);
    case "bad-url":
      return answerText(412, "Bad URL", [], htmlType);
    case "bad-version":
      return answer(400);
    case "not-found":
      return answer(404);
  }
}
