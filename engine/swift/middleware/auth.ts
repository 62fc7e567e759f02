/** Tempauth: who a request comes from, and what they may do. Owns the decision; ACLs are handed to it by the backend. */
import { accountAccess, parseAccountAcl, parseAcl, referrerAllowed } from "../protocol/acl.ts";
import { refuseAccountAcl } from "../protocol/account-acl.ts";
import { answer, answerUnauthorized } from "../protocol/errors.ts";
import { unpackTextLossy } from "../protocol/headers.ts";
import type { Authorize, HeaderMap, Identity, Middleware, SwiftPath, SwiftRequest, SwiftResponse } from "../types.ts";
import { createKeystoneAuthorize, ownsByKeystone, projectOf } from "./keystone-auth.ts";
import type { KeystoneTokens } from "./keystone-tokens.ts";
import type { KeystoneDirectory } from "./keystone-users.ts";
import { answerLogin, isLoginPath } from "./login.ts";
import { prefixOf, tokenPrefix, type Tokens } from "./tokens.ts";

export interface AuthOptions {
  readonly tokens: Tokens;
  readonly keystone: { readonly tokens: KeystoneTokens; readonly directory: KeystoneDirectory };
  /** The stored `X-Account-Access-Control` of an account (header bytes), or null. */
  accountAcl(account: string): string | null;
}

const isReading = (method: string): boolean => method === "GET" || method === "HEAD";

/** True for accounts that a reseller admin may act on: names that are more than a prefix, and not hidden. */
function isOrdinaryAccount(account: string, prefix: string): boolean {
  return account.length > prefix.length && account[prefix.length] !== ".";
}

/** True where the caller owns the account. PUT and DELETE of the account itself are for resellers alone. */
function isOwner(identity: Identity, method: string, path: SwiftPath, prefix: string): boolean {
  if (identity.resellerAdmin && isOrdinaryAccount(path.account, prefix)) return true;
  if (!identity.groups.includes(path.account)) return false;
  if ((method === "PUT" || method === "DELETE") && path.container === null) return false;
  return prefix !== "SERVICE_" || identity.groups.includes("service");
}

/** True where the container's ACL for what the request does names the caller, or the Referer it came with. */
function isAllowedByContainer(request: SwiftRequest, path: SwiftPath, acl: { read: string; write: string }): boolean {
  const { referrers, groups } = parseAcl(isReading(request.method) ? acl.read : acl.write);
  if (referrerAllowed(request.headers.get("referer"), referrers) && (path.object !== null || groups.includes(".rlistings"))) return true;
  return request.context.identity?.groups.some((group) => groups.includes(group)) ?? false;
}

function createAuthorize(options: AuthOptions): Authorize {
  return (request, acl) => {
    const { path, context, method } = request;
    if (path === null) return answer(404);
    const { identity } = context;
    const denied = (): SwiftResponse => (identity === null ? answerUnauthorized(path.account) : answer(403));
    const prefix = prefixOf(path.account);
    if (prefix === null) return denied();
    const badAcl = refuseAccountAcl(request.headers);
    if (badAcl !== null) return badAcl;
    context.owner = identity !== null && isOwner(identity, method, path, prefix);
    const isAuditor = identity?.groups.includes(".reseller_reader") === true && isOrdinaryAccount(path.account, prefix);
    if (isAuditor && isReading(method)) return null;
    if (context.owner || method === "OPTIONS" || isAllowedByContainer(request, path, acl)) return null;
    if (identity === null) return denied();
    const stored = options.accountAcl(path.account);
    const parsed = stored === null ? null : parseAccountAcl(unpackTextLossy(stored));
    const access = parsed !== null && "acl" in parsed ? accountAccess(parsed.acl, identity.groups) : null;
    if (access === "admin") context.owner = true;
    const suffices =
      access === "admin" ||
      (access === "read-write" && (path.container !== null || isReading(method))) ||
      (access === "read-only" && isReading(method));
    return suffices ? null : denied();
  };
}

/** The identity behind a request's tokens; `bad-token` where one of tempauth's is not (or no longer) valid, null without one. */
function identify(headers: HeaderMap, { tokens, keystone }: AuthOptions): Identity | "bad-token" | null {
  const token = headers.get("x-auth-token") ?? headers.get("x-storage-token");
  if (token === undefined) return null;
  const serviceToken = headers.get("x-service-token");
  if (!token.startsWith(tokenPrefix)) return keystone.tokens.identify(token, serviceToken);
  const identity = tokens.identify(token);
  if (identity === null) return "bad-token";
  const service = serviceToken === undefined ? null : tokens.identify(serviceToken);
  if (service === null) return identity;
  return {
    ...identity,
    groups: [...identity.groups, ...service.groups],
    resellerAdmin: identity.resellerAdmin || service.resellerAdmin,
  };
}

function owns(identity: Identity, method: string, path: SwiftPath): boolean {
  const prefix = prefixOf(path.account);
  if (prefix === null) return false;
  return identity.keystone === undefined ? isOwner(identity, method, path, prefix) : ownsByKeystone(identity.keystone, method, path);
}

/** The auth middleware. Requests of the system (those without `authorize`) and those whose URL carries rights pass as they are. */
export function createAuth(options: AuthOptions): Middleware {
  const { directory } = options.keystone;
  const authorize = createAuthorize(options);
  const authorizeKeystone = createKeystoneAuthorize(directory);
  return async (request, next) => {
    if (isLoginPath(request.rawPath)) return answerLogin(request, options.tokens);
    const { context, path, method } = request;
    if (context.authorize === null || context.authorizedByUrl) return next(request);
    const identity = identify(request.headers, options);
    if (identity === "bad-token") return answerUnauthorized(path?.account ?? null);
    context.identity = identity;
    context.authorize = identity?.keystone === undefined ? authorize : authorizeKeystone;
    context.owner = identity !== null && path !== null && owns(identity, method, path);
    const response = await next(request);
    if (identity?.keystone === undefined || path === null || path.container !== null || response.status > 299) return response;
    const project = directory.findProject({ id: projectOf(path.account) });
    if (project !== null && isReading(method)) response.headers.set("x-account-project-domain-id", project.domain.id);
    return response;
  };
}
