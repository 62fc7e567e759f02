/** The Swift requests of the object browser, each as one function. Owns paths, headers and words of failure; keeps nothing. */
import { ProblemError } from "../../api/problems.ts";
import { getStatus } from "../../api/queries.ts";
import { swiftPath } from "../../api/swift.ts";
import { readHeaderText, writeHeaderText } from "../../api/header-text.ts";

export interface ObjectPlace {
  container: string;
  object: string;
}

/** A row of Swift's own JSON listing. */
export interface ListedRow {
  /** The full name; of a pseudo-folder it ends in "/". */
  name: string;
  folder: boolean;
  bytes: number;
  contentType: string;
  /** As listed: UTC without a zone, with microseconds. */
  lastModified: string;
  hash: string;
  large: boolean;
  /** `container/object` of a symlink's target. */
  linkTo: string | null;
}

export interface ListQuery {
  container: string;
  prefix: string;
  delimiter: string;
  reverse: boolean;
}

export interface ListedPage {
  rows: readonly ListedRow[];
  /** Objects and bytes of the whole container, whatever is listed of it. */
  containerCount: number;
  containerBytes: number;
}

interface RawRow {
  name?: string;
  subdir?: string;
  bytes?: number;
  content_type?: string;
  last_modified?: string;
  hash?: string;
  slo_etag?: string;
  symlink_path?: string;
  /** The pointer of a versioned container: no link of anybody's. */
  version_symlink?: boolean;
}

/** The account that the screen works in. */
export async function accountName(): Promise<string> {
  return (await getStatus()).account;
}

/** What Swift said, where it refused. Reads the first sentence of its answer. */
async function refusal(response: Response, what: string): Promise<ProblemError> {
  const text = (await response.text().catch(() => ""))
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  return new ProblemError({
    code: response.status === 404 ? "NOT_FOUND" : "REMOTE_FAILED",
    message: `${what}: Swift answered ${response.status} ${response.statusText}`,
    ...(text === "" ? {} : { detail: text.slice(0, 300) }),
  });
}

async function send(url: string, init: RequestInit, what: string): Promise<Response> {
  const response = await fetch(url, { cache: "no-store", ...init });
  if (!response.ok) throw await refusal(response, what);
  return response;
}

function readRow(raw: RawRow): ListedRow {
  const folder = raw.subdir !== undefined;
  return {
    name: raw.subdir ?? raw.name ?? "",
    folder,
    bytes: raw.bytes ?? 0,
    contentType: raw.content_type ?? "",
    lastModified: raw.last_modified ?? "",
    hash: raw.hash ?? "",
    large: raw.slo_etag !== undefined,
    linkTo: raw.symlink_path === undefined || raw.version_symlink === true ? null : raw.symlink_path.split("/").slice(3).join("/"),
  };
}

/** One page of a container. Throws a ProblemError where Swift refuses. */
export async function listPage(query: ListQuery, marker: string, limit: number, signal: AbortSignal): Promise<ListedPage> {
  const search = new URLSearchParams({ format: "json", limit: String(limit) });
  if (query.prefix !== "") search.set("prefix", query.prefix);
  if (query.delimiter !== "") search.set("delimiter", query.delimiter);
  if (query.reverse) search.set("reverse", "true");
  if (marker !== "") search.set("marker", marker);
  const url = `${swiftPath(await accountName(), query.container)}?${search}`;
  const response = await send(url, { signal }, `Listing ${query.container}`);
  const rows = response.status === 204 ? [] : ((await response.json()) as RawRow[]);
  return {
    rows: rows.map(readRow),
    containerCount: Number(response.headers.get("x-container-object-count") ?? 0),
    containerBytes: Number(response.headers.get("x-container-bytes-used") ?? 0),
  };
}

/** Every object below a prefix, page by page. */
export async function* listBelow(container: string, prefix: string, signal: AbortSignal): AsyncGenerator<readonly ListedRow[]> {
  const pageRows = 5000;
  for (let marker = ""; ;) {
    const { rows } = await listPage({ container, prefix, delimiter: "", reverse: false }, marker, pageRows, signal);
    yield rows;
    if (rows.length < pageRows) return;
    marker = rows.at(-1)?.name ?? "";
  }
}

async function head({ container, object }: ObjectPlace, query: string, signal?: AbortSignal): Promise<Headers | null> {
  const url = `${swiftPath(await accountName(), container, object)}${query}`;
  const response = await fetch(url, { method: "HEAD", cache: "no-store", ...(signal === undefined ? {} : { signal }) });
  if (response.status === 404) return null;
  if (!response.ok) throw await refusal(response, `Reading ${container}/${object}`);
  return response.headers;
}

/** The headers of the row that a listing shows: of a symlink, and of the pointer to the current version, its own. */
export function headListed(place: ObjectPlace, signal?: AbortSignal): Promise<Headers | null> {
  return head(place, "?symlink=get", signal);
}

/** The headers of an object; of a symlink its own, not its target's. Null where there is none. */
export async function headObject(place: ObjectPlace, signal?: AbortSignal): Promise<Headers | null> {
  const headers = await head(place, "", signal);
  const location = headers?.get("content-location") ?? null;
  // A versioned container keeps pointers to the current versions: those are the objects themselves.
  if (headers !== null && (location === null || location.includes("?version-id="))) return headers;
  const own = await headListed(place, signal);
  // Without a plain answer only a link that leads nowhere is left.
  return own !== null && isLink(own) ? own : headers;
}

function isLink(headers: Headers): boolean {
  return !(headers.get("x-symlink-target") ?? "?version-id=").includes("?version-id=");
}

export async function headContainer(container: string, signal?: AbortSignal): Promise<Headers> {
  const init: RequestInit = { method: "HEAD", ...(signal === undefined ? {} : { signal }) };
  return (await send(swiftPath(await accountName(), container), init, `Reading ${container}`)).headers;
}

export async function headAccount(signal?: AbortSignal): Promise<Headers> {
  return (
    await send(swiftPath(await accountName()), { method: "HEAD", ...(signal === undefined ? {} : { signal }) }, "Reading the account")
  ).headers;
}

/** Replaces an object's metadata: what is not among `headers` is gone afterwards. */
export async function postObject({ container, object }: ObjectPlace, headers: readonly (readonly [string, string])[]): Promise<void> {
  const fields = headers.map(([name, value]): [string, string] => [name, writeHeaderText(value)]);
  await send(swiftPath(await accountName(), container, object), { method: "POST", headers: fields }, `Saving metadata of ${object}`);
}

/** Changes the given headers of a container; an empty value takes one away. */
export async function postContainer(container: string, headers: Record<string, string>): Promise<void> {
  const fields = Object.entries(headers).map(([name, value]): [string, string] => [name, writeHeaderText(value)]);
  await send(swiftPath(await accountName(), container), { method: "POST", headers: fields }, `Saving ${container}`);
}

/** Makes a container; one that is there already stays as it is. */
export async function createContainer(container: string): Promise<void> {
  await send(swiftPath(await accountName(), container), { method: "PUT" }, `Creating ${container}`);
}

export async function deleteContainer(container: string): Promise<void> {
  await send(swiftPath(await accountName(), container), { method: "DELETE" }, `Deleting ${container}`);
}

/** Deletes an object; one that is gone already counts as deleted. A symlink goes itself, not its target. */
export async function deleteObject({ container, object }: ObjectPlace): Promise<void> {
  const response = await fetch(swiftPath(await accountName(), container, object), { method: "DELETE", cache: "no-store" });
  if (!response.ok && response.status !== 404) throw await refusal(response, `Deleting ${object}`);
}

/** What a copy must ask for so that it stays of the same kind: a manifest a manifest, a link a link. */
function copyQuery(facts: Headers): string {
  if (facts.get("x-static-large-object") !== null) return "?multipart-manifest=get";
  return isLink(facts) ? "?symlink=get" : "";
}

/** Copies on the server, content and metadata; replaces what is at the target. */
export async function copyObject(from: ObjectPlace, to: ObjectPlace): Promise<void> {
  const account = await accountName();
  const facts = await headObject(from);
  if (facts === null) throw new ProblemError({ code: "NOT_FOUND", message: `${from.container}/${from.object} is gone` });
  // Everything after /swift/v1/<account>/, encoded as the path of a request is.
  const destination = swiftPath(account, to.container, to.object).slice(swiftPath(account).length + 1);
  const headers: [string, string][] = [["Destination", destination]];
  const expiry = facts.get("x-delete-at");
  if (expiry !== null) headers.push(["X-Delete-At", expiry]);
  const url = `${swiftPath(account, from.container, from.object)}${copyQuery(facts)}`;
  await send(url, { method: "COPY", headers }, `Copying ${from.object}`);
}

/** `X-Foo: bar` of a header set with the text read as UTF-8; null where it is missing. */
export function headerText(headers: Headers, name: string): string | null {
  const value = headers.get(name);
  return value === null ? null : readHeaderText(value);
}
