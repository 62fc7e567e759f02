/** Quoted ETags for objects, where the container or the account asks for them. Owns the two settings and the quotes. */
import type { Store } from "../../store/types.ts";
import { isTruthy } from "../protocol/headers.ts";
import type { HeaderMap, Middleware, SwiftPath } from "../types.ts";

/** What `/info` says of it. */
export const etagQuoterInfo = { enable_by_default: false };

/** A client's setting as the system keeps it: `True`, `False`, or empty for one that is removed. */
function storeSetting(headers: HeaderMap, name: string, kept: string): void {
  const value = headers.get(name);
  if (value !== undefined) headers.set(kept, value === "" ? "" : isTruthy(value) ? "True" : "False");
  if (headers.get(name.replace("x-", "x-remove-"))) headers.set(kept, "");
}

const isQuoted = (etag: string): boolean => /^(W\/)?"/.test(etag) && etag.endsWith('"');

/** The middleware. Its place is left of whatever else works with ETags. */
export function createEtagQuoter(store: Store): Middleware {
  /** True where the container, or else the account, asks for quotes. */
  function wantsQuotes({ account, container }: SwiftPath): boolean {
    const own = store.findContainer(account, container!);
    if (own === null) return false;
    const setting =
      own.metadata["x-container-sysmeta-rfc-compliant-etags"] ??
      store.findAccount(account)?.metadata["x-account-sysmeta-rfc-compliant-etags"];
    return isTruthy(setting);
  }

  return async (request, next) => {
    const { path } = request;
    if (path === null) return next(request);
    if (path.object !== null) {
      const response = await next(request);
      const etag = response.headers.get("etag");
      if (etag === undefined || isQuoted(etag) || !wantsQuotes(path)) return response;
      return { ...response, headers: new Map(response.headers).set("etag", `"${etag}"`) };
    }
    const target = path.container === null ? "account" : "container";
    const name = `x-${target}-rfc-compliant-etags`;
    const kept = `x-${target}-sysmeta-rfc-compliant-etags`;
    storeSetting(request.headers, name, kept);
    const response = await next(request);
    const setting = response.headers.get(kept);
    return setting === undefined ? response : { ...response, headers: new Map(response.headers).set(name, setting) };
  };
}
