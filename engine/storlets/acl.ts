/** Storlet ACLs: the right to read an object only through a storlet. Owns how they are set and how a refused GET is tried again with one. */
import { discardBody } from "../support/streams.ts";
import { cleanAcl, parseAcl } from "../swift/protocol/acl.ts";
import { unpackTextLossy } from "../swift/protocol/headers.ts";
import { makeSubrequest } from "../swift/request.ts";
import type { Authorize, Handler, SwiftPath, SwiftRequest, SwiftResponse } from "../swift/types.ts";
import { refuse, refusals } from "./refusals.ts";
import { dependencyContainer, storletContainer } from "./rules.ts";

const refererOf = (user: string, storlet: string): string => `storlets.${user}_${storlet}`;

/** The ACL item that a POST asks for, or its refusal. */
function readAclItem(request: SwiftRequest, path: SwiftPath): { item: string } | { refusal: string } {
  if (path.container === storletContainer || path.container === dependencyContainer) return { refusal: refusals.aclOnStore };
  const user = request.headers.get("x-storlet-container-read") ?? "";
  const storlet = request.headers.get("x-storlet-name") ?? "";
  if (user === "" || storlet === "") return { refusal: refusals.aclHeaderMissing };
  const item = `.r:${refererOf(user, storlet)}`;
  const cleaned = cleanAcl("x-container-read", item);
  if ("error" in cleaned) return { refusal: `storlet ACL update request has invalid values ${cleaned.error}` };
  return item.includes(",") ? { refusal: refusals.aclSeveral } : { item };
}

/** POST on a container with X-Storlet-Container-Read: adds one item to its read ACL, as the caller. */
export async function updateAcl(request: SwiftRequest, path: SwiftPath, next: Handler): Promise<SwiftResponse> {
  const wanted = readAclItem(request, path);
  if ("refusal" in wanted) return refuse(400, wanted.refusal);
  const head = await next(makeSubrequest(request, { method: "HEAD", path, authorize: "inherit" }));
  discardBody(head.body);
  if (head.status !== 204) return refuse(401, refusals.noAclAccess);
  const existing = head.headers.get("x-container-read") ?? "";
  const headers = new Map(request.headers);
  headers.set("x-container-read", existing === "" ? wanted.item : `${existing},${wanted.item}`);
  return next({ ...request, headers });
}

/** Passes where the container's ACL names exactly this user and storlet; everything else is decided as always. */
function allowStorlet(referer: string, otherwise: Authorize): Authorize {
  return (request, acl) => (parseAcl(acl.read).referrers.includes(referer) ? null : otherwise(request, acl));
}

/**
 * The request to try after a 403, with the right that a storlet ACL may give. `lowersNames` matches by Swift's own rules for
 * referers, which know lower-case hosts only. Null where the caller has no name.
 */
export function withStorletRight(request: SwiftRequest, storlet: string, lowersNames: boolean): SwiftRequest | null {
  const { identity, authorize } = request.context;
  if (identity === null || identity.user === "") return null;
  const referer = refererOf(identity.user, storlet);
  const headers = new Map(request.headers).set("referer", `//${referer}`);
  const context = { ...request.context };
  if (!lowersNames && authorize !== null) context.authorize = allowStorlet(unpackTextLossy(referer), authorize);
  return { ...request, headers, context };
}
