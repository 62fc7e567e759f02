/**
 * Containers as web sites, for visitors without a token: index pages, listings, error pages. Owns the decisions; everything it shows
 * is read with the visitor's own rights.
 */
import type { Store } from "../../store/types.ts";
import { discardBody, readBody } from "../../support/streams.ts";
import { refuse } from "../backend/common.ts";
import { answer, answerText, htmlType, isSuccess } from "../protocol/errors.ts";
import { isTruthy, packText, unpackTextLossy } from "../protocol/headers.ts";
import type { ObjectEntry, SubdirEntry } from "../protocol/listings.ts";
import type { Metadata } from "../protocol/metadata.ts";
import { percentDecode, percentEncode } from "../protocol/paths.ts";
import { formatListingDisabled, formatWebListing } from "../protocol/web-listing.ts";
import { makeSubrequest, retarget } from "../request.ts";
import type { Handler, Middleware, SwiftRequest, SwiftResponse } from "../types.ts";

/** Longest listing that is made into a page. */
const longestListing = 32 * 1024 * 1024;

/** What a container's metadata says of its web site; texts are empty where it says nothing. */
interface Site {
  readonly index: string;
  readonly error: string;
  readonly listings: string;
  readonly css: string;
  readonly label: string;
  readonly directoryType: string;
  /** Of the container, with its ACLs. */
  readonly metadata: Metadata;
}

/** One visit: the request, the site, and the way to the rest of the pipeline. */
interface Visit {
  readonly request: SwiftRequest;
  readonly next: Handler;
  readonly account: string;
  readonly container: string;
  readonly object: string | null;
  /** The path as text. */
  readonly pathText: string;
  readonly site: Site;
}

const isFine = (status: number): boolean => status >= 200 && status < 400;
const endsWithSlash = (visit: Visit): boolean => visit.pathText.endsWith("/");

function findSite(store: Store, account: string, container: string): Site {
  const metadata = store.findContainer(account, container)?.metadata ?? {};
  const setting = (name: string): string => unpackTextLossy(metadata[`x-container-meta-web-${name}`] ?? "").trim();
  return {
    index: setting("index"),
    error: setting("error"),
    listings: setting("listings"),
    css: setting("listings-css"),
    label: setting("listings-label"),
    directoryType: setting("directory-type") || "application/directory",
    metadata,
  };
}

/** The response, or the site's own page for its status: the object `404<name>`, where the visitor may read it. */
async function withErrorPage(visit: Visit, response: SwiftResponse): Promise<SwiftResponse> {
  const { request, next, account, container, site } = visit;
  if (site.error === "") return response;
  const path = { account, container, object: `${response.status}${site.error}` };
  const page = await next(makeSubrequest(request, { method: "GET", path, authorize: "inherit" }));
  if (!isSuccess(page.status)) {
    discardBody(page.body);
    return response;
  }
  discardBody(response.body);
  return { ...page, status: response.status };
}

function redirectWithSlash({ request, pathText }: Visit): SwiftResponse {
  return answer(301, [["location", `${request.origin}${percentEncode(`${pathText}/`)}`]]);
}

/** The entries of a directory, or the response that says why there are none. */
async function list(visit: Visit, prefix: string, limit: number | null): Promise<(ObjectEntry | SubdirEntry)[] | SwiftResponse> {
  const { request, next, account, container } = visit;
  const query = new URLSearchParams({ delimiter: "/" });
  if (prefix !== "") query.set("prefix", prefix);
  if (limit !== null) query.set("limit", String(limit));
  const path = { account, container, object: null };
  const response = await next(makeSubrequest(request, { method: "GET", path, query, authorize: "inherit" }));
  if (!isSuccess(response.status)) return response;
  const text = (await readBody(response.body, longestListing)).toString("utf8");
  return text === "" ? [] : (JSON.parse(text) as (ObjectEntry | SubdirEntry)[]);
}

/** What a listing says it lists: the path, or the site's own label in place of account and container. */
function labelOf({ pathText, site }: Visit): string {
  return site.label === "" ? pathText : `${site.label}/${pathText.split("/").slice(4).join("/")}`;
}

async function answerDirectory(visit: Visit, prefix: string): Promise<SwiftResponse> {
  const { site } = visit;
  const options = { label: labelOf(visit), prefix, css: site.css };
  if (!isTruthy(site.listings)) {
    return withErrorPage(visit, answerText(404, formatListingDisabled(options, site.index), [], htmlType));
  }
  const entries = await list(visit, prefix, null);
  if (!Array.isArray(entries)) return withErrorPage(visit, entries);
  if (prefix !== "" && entries.length === 0) return withErrorPage(visit, answer(404));
  return answerText(200, formatWebListing(options, entries), [], htmlType);
}

/** The index page of the directory that the path names. */
function getIndex({ request, next, pathText, site }: Visit): Promise<SwiftResponse> {
  const directory = pathText.endsWith("/") ? pathText : `${pathText}/`;
  return next(retarget(request, percentEncode(`${directory}${site.index}`)));
}

async function visitContainer(visit: Visit): Promise<SwiftResponse> {
  const { request, next, site } = visit;
  const refused = refuse(request, site.metadata);
  if (refused !== null) return withErrorPage(visit, refused);
  if (site.listings === "" && site.index === "") {
    return isTruthy(request.headers.get("x-web-mode")) ? answer(404) : next(request);
  }
  if (!endsWithSlash(visit)) return redirectWithSlash(visit);
  if (site.index === "") return answerDirectory(visit, "");
  const index = await getIndex(visit);
  if (isFine(index.status)) return index;
  if (index.status !== 404) return withErrorPage(visit, index);
  discardBody(index.body);
  return answerDirectory(visit, "");
}

/** True for the empty objects that stand for directories. */
function isDirectoryMarker({ headers }: SwiftResponse, site: Site): boolean {
  return headers.get("content-type") === packText(site.directoryType) && Number(headers.get("content-length") ?? 0) <= 1;
}

/** A path that names no object may name a directory. */
async function visitDirectory(visit: Visit): Promise<SwiftResponse> {
  if (visit.site.index !== "") {
    const index = await getIndex(visit);
    if (isFine(index.status) && endsWithSlash(visit)) return index;
    if (!isFine(index.status) && index.status !== 404) return index;
    discardBody(index.body);
    if (isFine(index.status)) return redirectWithSlash(visit);
  }
  if (endsWithSlash(visit)) return answerDirectory(visit, visit.object!);
  const entries = await list(visit, `${visit.object}/`, 1);
  if (Array.isArray(entries) && entries.length > 0) return redirectWithSlash(visit);
  if (!Array.isArray(entries)) discardBody(entries.body);
  return withErrorPage(visit, answer(404));
}

async function visitObject(visit: Visit): Promise<SwiftResponse> {
  const { request, next, site } = visit;
  const response = await next(request);
  const isMissing = response.status === 404 || (isFine(response.status) && isDirectoryMarker(response, site));
  if (!isMissing || (site.listings === "" && site.index === "")) return response;
  discardBody(response.body);
  return visitDirectory(visit);
}

/** The middleware. Its place is right of auth. */
export function createStaticWeb(store: Store): Middleware {
  return async (request, next) => {
    const { path, method, context, headers } = request;
    const { authorize, identity, authorizedByUrl } = context;
    if (path === null || path.container === null || (method !== "GET" && method !== "HEAD") || authorize === null) return next(request);
    if ((identity !== null || authorizedByUrl) && !isTruthy(headers.get("x-web-mode"))) return next(request);
    const { account, container, object } = path;
    const pathText = percentDecode(request.rawPath) ?? "";
    const visit: Visit = { request, next, account, container, object, pathText, site: findSite(store, account, container) };
    return object === null ? visitContainer(visit) : visitObject(visit);
  };
}
