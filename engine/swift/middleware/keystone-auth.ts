/** What the holder of a Keystone token may do, by the rules of Swift's keystoneauth. Owns the decision for such tokens alone. */
import { parseAcl, referrerAllowed } from "../protocol/acl.ts";
import { answer } from "../protocol/errors.ts";
import type { Authorize, KeystoneIdentity, SwiftPath, SwiftRequest } from "../types.ts";
import { prefixOf, resellerPrefixes } from "./tokens.ts";
import type { KeystoneDirectory } from "./keystone-users.ts";

const operatorRoles = ["admin", "swiftoperator"];
const resellerRole = "reselleradmin";
/** Accounts with this prefix want a service token beside the operator's. */
const servicePrefix = "SERVICE_";
const serviceRole = "service";

/** The project of an account, by its name. */
export function projectOf(account: string): string {
  return account.slice(prefixOf(account)?.length ?? 0);
}

const isOwnAccount = ({ projectId }: KeystoneIdentity, account: string): boolean =>
  projectId !== null && resellerPrefixes.some((prefix) => account === `${prefix}${projectId}`);

/** True where the holder owns the account: an operator of its project, or a reseller. Nobody else deletes accounts. */
export function ownsByKeystone(identity: KeystoneIdentity, method: string, path: SwiftPath): boolean {
  if (identity.roles.includes(resellerRole)) return true;
  if (!isOwnAccount(identity, path.account) || (method === "DELETE" && path.container === null)) return false;
  if (!identity.roles.some((role) => operatorRoles.includes(role))) return false;
  return !path.account.startsWith(servicePrefix) || identity.serviceRoles.includes(serviceRole);
}

/** The `project:user` items of an ACL that name the holder. Names count only among the default domain's own. */
function namesInAcl(identity: KeystoneIdentity, allowNames: boolean): Set<string> {
  const projects = [identity.projectId, "*", ...(allowNames ? [identity.projectName] : [])];
  const users = [identity.userId, "*", ...(allowNames ? [identity.userName] : [])];
  return new Set(projects.flatMap((project) => (project === null ? [] : users.map((user) => `${project}:${user}`))));
}

/** The decision for requests with a Keystone token. */
export function createKeystoneAuthorize(directory: KeystoneDirectory): Authorize {
  const defaultId = directory.defaultDomain.id;

  /** True where the user, the project and the account are all in the default domain. */
  function mayUseNames(identity: KeystoneIdentity, account: string): boolean {
    const accountDomain = directory.findProject({ id: projectOf(account) })?.domain.id ?? defaultId;
    return [identity.userDomainId, identity.projectDomainId, accountDomain].every((id) => id === defaultId);
  }

  /** True, false, or null where the Referer decides nothing. */
  function allowedByReferrer(request: SwiftRequest, referrers: readonly string[], groups: readonly string[]): boolean | null {
    if (!referrerAllowed(request.headers.get("referer"), referrers)) return null;
    return request.path?.object !== null || groups.includes(".rlistings");
  }

  return (request, acl) => {
    const { path, context, method } = request;
    const identity = context.identity?.keystone;
    context.owner = false;
    if (method === "OPTIONS") return null;
    if (path === null) return answer(404);
    if (identity === undefined || prefixOf(path.account) === null) return answer(403);
    if (identity.roles.includes(resellerRole)) {
      context.owner = true;
      return null;
    }
    if (method === "DELETE" && path.container === null) return answer(403);
    const { referrers, groups } = parseAcl(method === "GET" || method === "HEAD" ? acl.read : acl.write);
    const named = namesInAcl(identity, groups.length > 0 && mayUseNames(identity, path.account));
    const byReferrer = allowedByReferrer(request, referrers, groups);
    // As in Swift, whoever an ACL lets in comes in by it, be it the owner.
    if (byReferrer === true || groups.some((group) => named.has(group))) return null;
    context.owner = ownsByKeystone(identity, method, path);
    if (context.owner) return null;
    // Roles in an ACL count within the project alone.
    const byRole = byReferrer === null && groups.some((group) => identity.roles.includes(group.toLowerCase()));
    return isOwnAccount(identity, path.account) && byRole ? null : answer(403);
  };
}
