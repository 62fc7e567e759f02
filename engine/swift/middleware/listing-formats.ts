/**
 * Gives account and container listings the form the client asked for. To its right every listing is JSON, so that other middleware
 * can add to the entries.
 */
import { readBody } from "../../support/streams.ts";
import { negotiateListing, type ListingType } from "../protocol/accept.ts";
import { answer, answerText, htmlType } from "../protocol/errors.ts";
import {
  finalListingHeader,
  formatAccountXml,
  formatContainerXml,
  formatPlain,
  type ContainerEntry,
  type ObjectEntry,
  type SubdirEntry,
} from "../protocol/listings.ts";
import { queryParameter } from "../protocol/paths.ts";
import type { HeaderMap, Middleware, SwiftPath, SwiftResponse } from "../types.ts";

/** Longest listing that is taken apart: 10,000 names of 1,024 bytes, doubled for what stands around them. */
const longestListing = 1024 * 10_000 * 2;

function render(path: SwiftPath, json: Buffer, type: ListingType): Buffer {
  if (type === "application/json") return json;
  const entries = JSON.parse(json.toString("utf8")) as unknown[];
  if (type === "text/plain") return Buffer.from(formatPlain(entries as (ObjectEntry | SubdirEntry)[]));
  const xml =
    path.container === null
      ? formatAccountXml(path.account, entries as (ContainerEntry | SubdirEntry)[])
      : formatContainerXml(path.container, entries as (ObjectEntry | SubdirEntry)[]);
  return Buffer.from(xml);
}

function addVary(headers: HeaderMap): void {
  const vary = headers.get("vary");
  if (vary === undefined) headers.set("vary", "Accept");
  else if (!/(^|,)\s*accept\s*(,|$)/i.test(vary)) headers.set("vary", `${vary}, Accept`);
}

async function convert(response: SwiftResponse, path: SwiftPath, type: ListingType, isHead: boolean): Promise<SwiftResponse> {
  const { headers } = response;
  headers.set("content-type", `${type}; charset=utf-8`);
  if (isHead) {
    headers.set("content-length", "0");
    return { ...response, body: null };
  }
  const body = render(path, await readBody(response.body, longestListing), type);
  headers.set("content-length", String(body.byteLength));
  return body.byteLength === 0 ? { status: 204, headers, body: null } : { ...response, headers, body };
}

export const listingFormats: Middleware = async (request, next) => {
  const { path, method } = request;
  const isListing = path !== null && path.object === null && (method === "GET" || method === "HEAD");
  if (!isListing) return next(request);
  const format = queryParameter(request.query, request.target, "format");
  if (format.invalid) return answerText(400, '"format" parameter not valid UTF-8', [], htmlType);
  const negotiated = negotiateListing(format.value, request.headers.get("accept"));
  if ("problem" in negotiated) {
    return negotiated.problem === "invalid" ? answerText(400, "Invalid Accept header", [], htmlType) : answer(406);
  }
  const response = await next(request);
  if (response.status !== 200 && response.status !== 204) return response;
  if (response.headers.delete(finalListingHeader)) return response;
  if (format.value === null) addVary(response.headers);
  const isJson = response.headers.get("content-type")?.startsWith("application/json") ?? false;
  return isJson ? convert(response, path, negotiated.type, method === "HEAD") : response;
};
