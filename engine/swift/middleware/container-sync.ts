/** Container sync as a client meets it: settings are checked and kept, but nothing is ever sent to another cluster or taken from one. */
import type { Store } from "../../store/types.ts";
import { answerText, answerUnauthorized, htmlType } from "../protocol/errors.ts";
import type { Middleware } from "../types.ts";
import { containerKey } from "./object-versioning/names.ts";

/** What `/info` says of it: there is no realm whose key we share. */
export const containerSyncInfo = { realms: {} };

/** The middleware. Its place is left of auth. */
export function createContainerSync(store: Store): Middleware {
  return async (request, next) => {
    const { path, headers, method } = request;
    if (path === null || path.container === null) return next(request);
    if (path.object === null && (method === "PUT" || method === "POST") && headers.get("x-container-sync-to")) {
      const metadata = store.findContainer(path.account, path.container)?.metadata;
      if (metadata?.[containerKey] !== undefined) {
        return answerText(400, "Cannot configure container sync on a container with object versioning configured.", [], htmlType);
      }
    }
    if (headers.get("x-container-sync-auth")) {
      const realm = answerUnauthorized(path.account)
        .headers.get("www-authenticate")!
        .replace(/^Swift /, "SwiftContainerSync ");
      const text = "X-Container-Sync-Auth header not valid; contact cluster operator for support.";
      return answerText(401, text, [["www-authenticate", realm]], "text/plain");
    }
    return next(request);
  };
}
