/** `X-Container-Meta-Quota-Bytes` and `-Count`: refuses what would make a container larger. Owns the check, not the counting. */
import type { Store } from "../../store/types.ts";
import { refuse } from "../backend/common.ts";
import { answerText, htmlType } from "../protocol/errors.ts";
import type { Middleware, SwiftResponse } from "../types.ts";
import { versionsBytes } from "./object-versioning/sizes.ts";

const isDigits = (text: string): boolean => /^\d+$/.test(text);

/** 413 in the words of both quotas. */
export function answerOverQuota(): SwiftResponse {
  return answerText(413, "Upload exceeds quota.", [], htmlType);
}

/** The middleware. Its place is right of copy, so that copies count. */
export function createContainerQuotas(store: Store): Middleware {
  return async (request, next) => {
    const { path, method, headers } = request;
    if (path === null || path.container === null) return next(request);
    if (path.object === null) {
      if (method !== "PUT" && method !== "POST") return next(request);
      for (const kind of ["bytes", "count"]) {
        const value = headers.get(`x-container-meta-quota-${kind}`) ?? "";
        if (value !== "" && !isDigits(value)) return answerText(400, `Invalid ${kind} quota.`, [], htmlType);
      }
      return next(request);
    }
    const container = method === "PUT" ? store.findContainer(path.account, path.container) : null;
    if (container === null) return next(request);
    const { metadata, objectCount } = container;
    const bytesUsed = container.bytesUsed + versionsBytes(store, path.account, metadata);
    const isOver = (kind: string, amount: number): boolean => {
      const quota = metadata[`x-container-meta-quota-${kind}`] ?? "";
      return isDigits(quota) && Number(quota) < amount;
    };
    if (!isOver("bytes", bytesUsed + (request.contentLength ?? 0)) && !isOver("count", objectCount + 1)) return next(request);
    // Whoever may not write there learns nothing of the quota.
    return refuse(request, metadata) ?? answerOverQuota();
  };
}
