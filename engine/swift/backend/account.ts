/** Accounts: GET, HEAD, PUT, POST, DELETE. Owns what an account answers; the store keeps it. */
import type { AccountRecord } from "../../store/types.ts";
import { refuseAccountAcl } from "../protocol/account-acl.ts";
import { formatAccountAcl, parseAccountAcl } from "../protocol/acl.ts";
import { answer, answerBytes, answerText, htmlType } from "../protocol/errors.ts";
import { unpackTextLossy } from "../protocol/headers.ts";
import { checkAccountName } from "../protocol/limits.ts";
import { parseListingQuery, type ContainerEntry, type SubdirEntry } from "../protocol/listings.ts";
import { checkMetadata, checkStoredMetadata, mergeMetadata, type Metadata } from "../protocol/metadata.ts";
import { formatIsoTime, formatTimestamp, ticksFromMs } from "../protocol/timestamps.ts";
import type { HeaderMap, SwiftPath, SwiftRequest, SwiftResponse } from "../types.ts";
import {
  addMetadata,
  answerListing,
  answerSummary,
  refuse,
  settableHeaders,
  withoutReserved,
  type BackendOptions,
  type Resource,
  type ResourceHandler,
} from "./common.ts";

const aclHeader = "x-account-access-control";

function answerDeleted(): SwiftResponse {
  return answer(410, [["x-account-status", "Deleted"]]);
}

function checkName(path: SwiftPath): SwiftResponse | null {
  const problem = checkAccountName(path.account);
  return problem === null ? null : answerText(400, problem, [], htmlType);
}

export function createAccountResource({ store, clock }: BackendOptions): Resource {
  function describe(request: SwiftRequest, path: SwiftPath, account: AccountRecord | null): HeaderMap {
    const totals = store.accountTotals(path.account);
    const headers: HeaderMap = new Map([
      ["x-account-container-count", String(totals.containers)],
      ["x-account-object-count", String(totals.objects)],
      ["x-account-bytes-used", String(totals.bytes)],
      ["x-timestamp", formatTimestamp(account?.createdTicks ?? ticksFromMs(clock.nowMs()))],
      ["accept-ranges", "bytes"],
    ]);
    for (const { policy, containers, objects, bytes } of totals.policies) {
      const prefix = `x-account-storage-policy-${policy}`;
      headers.set(`${prefix}-container-count`, String(containers));
      headers.set(`${prefix}-object-count`, String(objects));
      headers.set(`${prefix}-bytes-used`, String(bytes));
    }
    if (account !== null) addMetadata(headers, account.metadata, request);
    return headers;
  }

  function read(request: SwiftRequest, path: SwiftPath): SwiftResponse {
    const refused = checkName(path) ?? refuse(request);
    if (refused !== null) return refused;
    const account = store.findAccount(path.account);
    if (account?.deleted === true) return answerDeleted();
    const parsed = parseListingQuery(request.query, request.target);
    if ("status" in parsed) return answerText(parsed.status, parsed.text, [], htmlType);
    const headers = describe(request, path, account);
    // An account that nobody has used yet answers as if it were there, yet with another status than one that is.
    if (request.method === "HEAD") return answerSummary(headers, account === null ? 200 : 204);
    const items = store.listContainers(path.account, { ...withoutReserved(request, parsed.query), path: null });
    const entries = items.map((item): ContainerEntry | SubdirEntry => {
      if ("subdir" in item) return item;
      const { name, objectCount, bytesUsed, createdTicks } = item.record;
      return { name, count: objectCount, bytes: bytesUsed, last_modified: formatIsoTime(createdTicks) };
    });
    return answerListing(headers, entries);
  }

  /** PUT and POST: merges metadata into the account, which is made where it is missing. */
  async function write(request: SwiftRequest, path: SwiftPath): Promise<SwiftResponse> {
    const refused = checkName(path) ?? refuse(request) ?? refuseAccountAcl(request.headers);
    if (refused !== null) return refused;
    const problem = checkMetadata(request.headers, "account");
    if (problem !== null) return answerBytes(400, problem);
    const headers = withCompactAcl(settableHeaders(request));
    let tooMuch: string | null = null;
    const { before } = await store.writeAccount(path.account, (existing) => {
      if (existing?.deleted === true) return null;
      const metadata = merge(existing?.metadata ?? {}, headers);
      tooMuch = checkStoredMetadata(metadata, "account");
      return tooMuch === null ? { metadata } : null;
    });
    if (before?.deleted === true) return answerText(403, "Recently deleted", [["x-account-status", "Deleted"]]);
    if (tooMuch !== null) return answerBytes(400, tooMuch);
    if (request.method === "POST") return answer(204);
    return answer(before === null ? 201 : 202);
  }

  async function remove(request: SwiftRequest, path: SwiftPath): Promise<SwiftResponse> {
    const refused = checkName(path) ?? refuse(request);
    if (refused !== null) return refused;
    return answer((await store.deleteAccount(path.account)) === "deleted" ? 204 : 404);
  }

  return new Map<string, ResourceHandler>([
    ["GET", read],
    ["HEAD", read],
    ["PUT", write],
    ["POST", write],
    ["DELETE", remove],
  ]);
}

function merge(stored: Metadata, headers: HeaderMap): Metadata {
  return mergeMetadata(stored, headers, "account", (header) => header === aclHeader);
}

/** The account ACL in the compact form in which it is kept; it has been checked before. */
function withCompactAcl(headers: HeaderMap): HeaderMap {
  const value = headers.get(aclHeader);
  if (value === undefined) return headers;
  const parsed = parseAccountAcl(unpackTextLossy(value));
  return new Map(headers).set(aclHeader, "acl" in parsed ? formatAccountAcl(parsed.acl) : "");
}
