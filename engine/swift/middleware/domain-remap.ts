/** Accounts and containers as host names: `container.AUTH-account.<domain>`. Owns the rewriting of the path, there and back. */
import { answerText } from "../protocol/errors.ts";
import { packText, unpackTextLossy } from "../protocol/headers.ts";
import { percentDecode, percentEncode } from "../protocol/paths.ts";
import { retarget } from "../request.ts";
import type { Middleware, SwiftResponse } from "../types.ts";

/** What `/info` says of it. The domain itself is not told. */
export const domainRemapInfo = { default_reseller_prefix: null };

const prefix = "AUTH";

/** `AUTH-test` or `auth_test` as `AUTH_test`; null for a name that is no account of ours. Host names have no `_` by the book. */
function accountFrom(label: string): string | null {
  const name = label.includes("_") ? label : label.replace("-", "_");
  const [first = ""] = name.split("_", 1);
  return first.toUpperCase() === prefix ? `${prefix}${name.slice(prefix.length)}` : null;
}

/** Gives absolute URLs in the answer the path under which the client knows us. */
function mapBack(response: SwiftResponse, requested: string, rewritten: string): SwiftResponse {
  const headers = new Map(response.headers);
  for (const name of ["location", "content-location"]) {
    const match = /^(https?:\/\/[^/]+)(.*)$/.exec(headers.get(name) ?? "");
    if (match?.[2]!.startsWith(rewritten) === true) headers.set(name, `${match[1]}${requested}${match[2]!.slice(rewritten.length)}`);
  }
  return { ...response, headers };
}

/** The middleware for hosts below `storageDomain`; other hosts pass. */
export function createDomainRemap(storageDomain: string): Middleware {
  const suffix = storageDomain.startsWith(".") ? storageDomain : `.${storageDomain}`;
  return async (request, next) => {
    const host = (request.headers.get("host") ?? "").replace(/:[^:]*$/, "");
    if (!host.endsWith(suffix)) return next(request);
    const labels = host
      .slice(0, -suffix.length)
      .replace(/^\.+|\.+$/g, "")
      .split(".");
    if (labels.length > 2) return answerText(400, "Bad domain in host header", [], "text/plain");
    const account = accountFrom(unpackTextLossy(labels.at(-1)!));
    const requested = percentDecode(request.rawPath);
    if (account === null || requested === null) return next(request);
    const container = labels.length === 2 ? `/${unpackTextLossy(labels[0]!)}` : "";
    const rewritten = percentEncode(`/v1/${account}${container}/${requested.slice(1)}`);
    const response = await next(retarget(request, rewritten));
    return mapBack(response, packText(percentEncode(requested)), rewritten);
  };
}
