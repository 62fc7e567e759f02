/** What makes an object a link: the headers that say so, how they are read and kept, and what listings tell. Owns no request. */
import { listedEtagHeader } from "../../backend/common.ts";
import { parseAccountName } from "../../protocol/account-names.ts";
import { answerText, htmlType } from "../../protocol/errors.ts";
import { normalizeEtag } from "../../protocol/etags.ts";
import { isTruthy, unpackTextLossy } from "../../protocol/headers.ts";
import { formatListedHash, parseListedHash } from "../../protocol/listed-hash.ts";
import type { ObjectEntry } from "../../protocol/listings.ts";
import { percentDecode, percentDecodeLossy, percentEncode } from "../../protocol/paths.ts";
import type { HeaderMap, SwiftPath, SwiftResponse } from "../../types.ts";
import { sloEtagHeader } from "../slo/headers.ts";

/** MD5 of no bytes: the ETag of every link. */
export const emptyEtag = "d41d8cd98f00b204e9800998ecf8427e";

/** The headers as clients write and read them. */
export const targetHeader = "x-symlink-target";
export const targetAccountHeader = "x-symlink-target-account";
export const targetEtagHeader = "x-symlink-target-etag";
export const targetBytesHeader = "x-symlink-target-bytes";

const storedNames: ReadonlyMap<string, string> = new Map(
  [targetHeader, targetAccountHeader, targetEtagHeader, targetBytesHeader].map((name) => [name, name.replace(/^x-/, "x-object-sysmeta-")]),
);
const storedTarget = storedNames.get(targetHeader)!;
const storedAccount = storedNames.get(targetAccountHeader)!;
const storedEtag = storedNames.get(targetEtagHeader)!;
const storedBytes = storedNames.get(targetBytesHeader)!;

/** Marks links of the system's own, which do not count as a hop of the client's. */
export const extendHeader = "x-object-sysmeta-symloop-extend";
/** Marks links that lead to the system's own names: whoever may read the link may read what it leads to. */
export const reservedTargetHeader = "x-object-sysmeta-allow-reserved-names";

const badTarget = "X-Symlink-Target header must be of the form <container name>/<object name>";

/** Where a link leads. Names are decoded; `etag` is what the target must have, null for links that follow whatever is there. */
export interface LinkTarget {
  readonly account: string;
  readonly container: string;
  readonly object: string;
  /** Null where the request names none. */
  readonly givenAccount: string | null;
  readonly etag: string | null;
}

/** The target that a PUT names, or the refusal of one that is no target. */
export function parseTarget(headers: HeaderMap, own: SwiftPath): LinkTarget | SwiftResponse {
  const reference = percentDecode(headers.get(targetHeader) ?? "") ?? "";
  const slash = reference.indexOf("/");
  if (slash === 0) return answerText(412, badTarget);
  if (slash < 0 || slash === reference.length - 1) return answerText(412, badTarget, [], htmlType);
  const container = reference.slice(0, slash);
  const object = reference.slice(slash + 1);
  const named = headers.get(targetAccountHeader);
  const givenAccount = named === undefined ? null : parseAccountName(named);
  if (givenAccount !== null && typeof givenAccount !== "string") return givenAccount;
  const account = givenAccount ?? own.account;
  if (account === own.account && container === own.container && object === own.object) {
    return answerText(400, "Symlink cannot target itself");
  }
  const etag = normalizeEtag(headers.get(targetEtagHeader) ?? "");
  if (/[;"\\]/.test(etag)) return answerText(400, "Bad X-Symlink-Target-Etag format");
  return { account, container, object, givenAccount, etag: etag === "" ? null : etag };
}

export interface NewLink {
  /** `container/object`, percent-encoded. */
  readonly target: string;
  /** Percent-encoded; null where the target is in the link's own account. */
  readonly account: string | null;
  /** What a static link demands of its target. Null for others. */
  readonly demanded: { readonly etag: string; readonly bytes: string } | null;
  /** What else the listing tells of the link, by parameter name. */
  readonly listed: ReadonlyMap<string, string>;
}

/** Turns the headers of a PUT into those of a link: what clients say is taken out, what is kept is put in. */
export function setLink(headers: HeaderMap, link: NewLink): void {
  for (const name of storedNames.keys()) headers.delete(name);
  const parameters = new Map([...link.listed].filter(([name]) => !name.startsWith("symlink_")));
  headers.set(storedTarget, link.target);
  parameters.set("symlink_target", link.target);
  if (link.account !== null) {
    headers.set(storedAccount, link.account);
    parameters.set("symlink_target_account", link.account);
  }
  if (link.demanded !== null) {
    headers.set(storedEtag, link.demanded.etag).set(storedBytes, link.demanded.bytes);
    parameters.set("symlink_target_etag", link.demanded.etag).set("symlink_target_bytes", link.demanded.bytes);
  }
  headers.set(listedEtagHeader, formatListedHash({ etag: emptyEtag, parameters }));
}

/** What the listing tells of an object besides its hash, from the headers of a response or a request of the system. */
export function listedParameters(headers: HeaderMap): ReadonlyMap<string, string> {
  const listed = headers.get(listedEtagHeader);
  if (listed !== undefined) return parseListedHash(listed).parameters;
  const sloEtag = headers.get(sloEtagHeader);
  return new Map(sloEtag === undefined ? [] : [["slo_etag", sloEtag]]);
}

/** A link as it is kept. `target` and `account` are percent-encoded. */
export interface StoredLink {
  readonly target: string;
  readonly account: string | null;
  readonly etag: string | null;
  readonly bytes: string | null;
  readonly extends: boolean;
  readonly reservedTarget: boolean;
}

/** The link that a response of the backend describes; null where its object is none. */
export function readLink(headers: HeaderMap): StoredLink | null {
  const target = headers.get(storedTarget);
  if (target === undefined) return null;
  return {
    target,
    account: headers.get(storedAccount) ?? null,
    etag: headers.get(storedEtag) ?? null,
    bytes: headers.get(storedBytes) ?? null,
    extends: isTruthy(headers.get(extendHeader)),
    reservedTarget: isTruthy(headers.get(reservedTargetHeader)),
  };
}

/** `/v1/account/container/object` of a link's target, percent-encoded. */
export function formatTargetPath(link: Pick<StoredLink, "target" | "account">, own: SwiftPath): string {
  return `/${own.version}/${link.account ?? percentEncode(own.account)}/${link.target}`;
}

/** The path that a link leads to. What is kept was checked when it was set; the system's own names hold a NUL. */
export function targetPath(link: StoredLink, own: SwiftPath): SwiftPath {
  const reference = percentDecodeLossy(link.target);
  const slash = reference.indexOf("/");
  return {
    version: own.version,
    account: link.account === null ? own.account : percentDecodeLossy(link.account),
    container: reference.slice(0, slash),
    object: reference.slice(slash + 1),
  };
}

/** Shows a link's headers as clients read them. */
export function showLink(headers: HeaderMap): void {
  for (const [shown, stored] of storedNames) {
    const value = headers.get(stored);
    if (value === undefined) continue;
    headers.delete(stored);
    headers.set(shown, value);
  }
}

/** The inverse of `showLink`: headers that copy a link exactly, without looking at its target again. */
export function hideLink(headers: HeaderMap): void {
  for (const [shown, stored] of storedNames) {
    const value = headers.get(shown);
    if (value === undefined) continue;
    headers.delete(shown);
    headers.set(stored, value);
  }
}

/** An entry of a listing with what it tells of a link. */
export interface LinkEntry extends ObjectEntry {
  symlink_path?: string;
  symlink_etag?: string;
  symlink_bytes?: number;
}

/** Moves what an entry's hash says about a link to keys of its own. */
export function describeLink(entry: ObjectEntry, own: SwiftPath): LinkEntry {
  const { etag, parameters } = parseListedHash(entry.hash);
  const target = parameters.get("symlink_target");
  if (target === undefined) return entry;
  const rest = new Map([...parameters].filter(([name]) => !name.startsWith("symlink_target")));
  const account = parameters.get("symlink_target_account") ?? null;
  const demanded = parameters.get("symlink_target_etag");
  return {
    ...entry,
    hash: formatListedHash({ etag, parameters: rest }),
    ...(demanded === undefined ? {} : { symlink_etag: demanded, symlink_bytes: Number(parameters.get("symlink_target_bytes")) }),
    symlink_path: unpackTextLossy(formatTargetPath({ target, account }, own)),
  };
}
