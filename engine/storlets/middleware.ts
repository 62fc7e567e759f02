/**
 * The storlet middleware of the Swift pipeline: decides what a request is (a deployment, an invocation, an ACL update, neither) and
 * answers it. Owns the order of decisions of the real proxy middleware; differs on purpose where `docs/fidelity.md` says so.
 */
import { discardBody } from "../support/streams.ts";
import { answer } from "../swift/protocol/errors.ts";
import { makeSubrequest } from "../swift/request.ts";
import type { Handler, Middleware, SwiftPath, SwiftRequest, SwiftResponse } from "../swift/types.ts";
import { updateAcl } from "./acl.ts";
import { createClashWatch } from "./clashes.ts";
import { runOnCopy } from "./copy.ts";
import { runOnGet } from "./get.ts";
import type { InvokeOptions, ObjectPath } from "./prepare.ts";
import { runOnPut } from "./put.ts";
import { refuse, refusals } from "./refusals.ts";
import { checkDependencyRegistration, checkStorletRegistration, dependencyContainer, isTrue, storletContainer } from "./rules.ts";

/** What `/info` says of storlets. */
export const storletsInfo = {
  storlet_container: storletContainer,
  storlet_dependency: dependencyContainer,
  storlet_gateway_class: "DockerStorletGateway",
};

type MiddlewareOptions = Omit<InvokeOptions, "clashes">;

/** The storlet middleware. Its place is right after authentication and quotas, left of copy and everything that assembles objects. */
export function createStorletMiddleware(settings: MiddlewareOptions): Middleware {
  const options: InvokeOptions = { ...settings, clashes: createClashWatch(settings.logs, settings.habits.sharesMainClass) };
  return async (request, next) => {
    const { path, method, headers } = request;
    if (path === null || path.container === null) return next(request);
    if ((headers.get("referer") ?? "").includes("storlets")) return refuse(403, refusals.referer);

    const isStore = path.container === storletContainer || path.container === dependencyContainer;
    const isUpdate = isStore && path.object !== null && (method === "PUT" || method === "POST");
    const isRun = headers.has("x-run-storlet") && path.object !== null;
    const isAclUpdate = method === "POST" && path.object === null && headers.has("x-storlet-container-read");
    if (!isUpdate && !isRun && !isAclUpdate) return next(request);

    if (!(await isEnabled(request, next))) return refuse(400, refusals.disabled);
    if (isAclUpdate) return updateAcl(request, path, next);
    if (isUpdate) return deploy(options, request, path as ObjectPath, next);
    return invoke(options, request, path as ObjectPath, next);
  };
}

async function invoke(options: InvokeOptions, request: SwiftRequest, path: ObjectPath, next: Handler): Promise<SwiftResponse> {
  switch (request.method) {
    case "GET":
      return runOnGet(options, request, path, next);
    case "PUT":
      return request.headers.has("x-copy-from") ? runOnCopy(options, request, path, next) : runOnPut(options, request, path, next);
    case "COPY":
      return runOnCopy(options, request, path, next);
    case "POST":
      // The real middleware takes every POST that reaches this point for an ACL update.
      return options.habits.takesPostForAcl ? refuse(401, refusals.noAclAccess) : answer(405);
    default:
      return answer(405);
  }
}

async function isEnabled(request: SwiftRequest, next: Handler): Promise<boolean> {
  const path = { account: (request.path as SwiftPath).account, container: null, object: null };
  const response = await next(makeSubrequest(request, { method: "HEAD", path, authorize: "none" }));
  discardBody(response.body);
  return isTrue(response.headers.get("x-account-meta-storlet-enabled"));
}

/** An upload into the storlet or dependency container: validated on its headers, then stored as any object. */
async function deploy(options: InvokeOptions, request: SwiftRequest, path: ObjectPath, next: Handler): Promise<SwiftResponse> {
  const refusal =
    path.container === storletContainer
      ? checkStorletRegistration(request.headers, path.object)
      : checkDependencyRegistration(request.headers);
  if (refusal !== null) return refuse(400, refusal);
  // The real middleware leaves X-Run-Storlet on, and its own object server then refuses the upload.
  if (request.headers.has("x-run-storlet") && options.habits.refusesRunOnUpload) return answer(405);
  const headers = new Map([...request.headers].filter(([name]) => name !== "x-run-storlet"));
  return next({ ...request, headers });
}
