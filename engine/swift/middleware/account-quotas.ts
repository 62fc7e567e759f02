/** `X-Account-Meta-Quota-Bytes`: set by resellers alone, and refuses uploads beyond it. Owns the check, not the counting. */
import type { Store } from "../../store/types.ts";
import { answer } from "../protocol/errors.ts";
import type { Authorize, Middleware, SwiftRequest, SwiftResponse } from "../types.ts";
import { answerOverQuota } from "./container-quotas.ts";

const quotaHeader = "x-account-meta-quota-bytes";

/** What a request wants the quota to be; null where it does not touch it. Removing wins over setting. */
function requestedQuota({ path, headers }: SwiftRequest): string | null {
  if (path?.container !== null) return null;
  return headers.get(quotaHeader.replace("x-", "x-remove-")) ? "" : (headers.get(quotaHeader) ?? null);
}

/** The middleware. Its place is right of copy, so that copies count. */
export function createAccountQuotas(store: Store): Middleware {
  function isOver({ path, contentLength }: SwiftRequest): boolean {
    const quota = store.findAccount(path!.account)?.metadata[quotaHeader] ?? "";
    if (!/^\s*\+?\d+\s*$/.test(quota)) return false;
    return Number(quota) < store.accountTotals(path!.account).bytes + (contentLength ?? 0);
  }

  return async (request, next) => {
    const { path, method, context } = request;
    if (path === null || (method !== "PUT" && method !== "POST")) return next(request);
    const quota = requestedQuota(request);
    const isReseller = context.authorize === null || context.identity?.resellerAdmin === true;
    if (quota !== null && !isReseller) return answer(403);
    if (quota !== null && quota !== "" && !/^\d+$/.test(quota)) return answer(400);
    if (method === "POST" || path.object === null || context.identity?.resellerAdmin === true || !isOver(request)) return next(request);
    const { authorize } = context;
    if (authorize === null) return answerOverQuota();
    // Said only to those who may write there, which the backend finds out.
    const refuse: Authorize = (inner, acl): SwiftResponse => authorize(inner, acl) ?? answerOverQuota();
    return next({ ...request, context: { ...context, authorize: refuse } });
  };
}
