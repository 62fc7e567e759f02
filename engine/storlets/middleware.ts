/**
 * The storlet middleware of the Swift pipeline: decides what a request is (a deployment, an invocation, neither) and answers it.
 * Owns the order of decisions of the real proxy middleware; differs on purpose where `docs/fidelity.md` says so.
 */
import { discardBody } from "../support/streams.ts";
import { answer } from "../swift/protocol/errors.ts";
import { makeSubrequest } from "../swift/request.ts";
import type { Handler, Middleware, SwiftPath, SwiftRequest, SwiftResponse } from "../swift/types.ts";
import { runOnGet, runOnPut, type InvokeOptions, type ObjectPath } from "./invoke.ts";
import { refuse, refusals } from "./refusals.ts";
import { checkDependencyRegistration, checkStorletRegistration, dependencyContainer, isTrue, storletContainer } from "./rules.ts";

/** What `/info` says of storlets. */
export const storletsInfo = {
  storlet_container: storletContainer,
  storlet_dependency: dependencyContainer,
  storlet_gateway_class: "DockerStorletGateway",
};

/** The storlet middleware. Its place is right after authentication and quotas, left of copy and everything that assembles objects. */
export function createStorletMiddleware(options: InvokeOptions): Middleware {
  return async (request, next) => {
    const { path } = request;
    if (path === null || path.container === null) return next(request);
    if ((request.headers.get("referer") ?? "").includes("storlets")) return refuse(403, refusals.referer);

    const isStore = path.container === storletContainer || path.container === dependencyContainer;
    const isUpdate = isStore && path.object !== null && (request.method === "PUT" || request.method === "POST");
    const isRun = request.headers.has("x-run-storlet") && path.object !== null;
    const isAclUpdate = request.method === "POST" && path.object === null && request.headers.has("x-storlet-container-read");
    if (!isUpdate && !isRun && !isAclUpdate) return next(request);

    if (!(await isEnabled(request, next))) return refuse(400, refusals.disabled);
    if (isAclUpdate) return refuse(501, "Storlet ACLs are not emulated yet. Give the user a read ACL on the container instead.");
    if (isUpdate) return deploy(request, path as ObjectPath, next);
    if (request.method === "GET") return runOnGet(options, request, path as ObjectPath, next);
    if (request.method === "PUT" && !request.headers.has("x-copy-from")) return runOnPut(options, request, path as ObjectPath, next);
    if (request.method === "COPY" || request.method === "PUT")
      return refuse(501, "Storlets on COPY are not emulated yet. Use GET, then PUT.");
    return answer(405);
  };
}

async function isEnabled(request: SwiftRequest, next: Handler): Promise<boolean> {
  const path = { account: (request.path as SwiftPath).account, container: null, object: null };
  const response = await next(makeSubrequest(request, { method: "HEAD", path, authorize: "none" }));
  discardBody(response.body);
  return isTrue(response.headers.get("x-account-meta-storlet-enabled"));
}

/** An upload into the storlet or dependency container: validated on its headers, then stored as any object. */
async function deploy(request: SwiftRequest, path: ObjectPath, next: Handler): Promise<SwiftResponse> {
  const refusal =
    path.container === storletContainer
      ? checkStorletRegistration(request.headers, path.object)
      : checkDependencyRegistration(request.headers);
  if (refusal !== null) return refuse(400, refusal);
  // The real middleware leaves X-Run-Storlet on, and its own object server then refuses the upload.
  const headers = new Map([...request.headers].filter(([name]) => name !== "x-run-storlet"));
  return next({ ...request, headers });
}
