/** What Keystone's API says, as JSON: versions, tokens, the catalog, errors. Owns the shapes; decides nothing. */
import { answerText, reasonPhrase, type HeaderEntries } from "../protocol/errors.ts";
import type { SwiftResponse } from "../types.ts";
import type { KeystoneToken, Scope } from "./keystone-tokens.ts";
import type { Project } from "./keystone-users.ts";

export const jsonType = "application/json";

/** A response with a JSON body. Answers depend on who asks. */
export function answerJson(status: number, value: unknown, headers: HeaderEntries = []): SwiftResponse {
  return answerText(status, JSON.stringify(value), [["vary", "X-Auth-Token"], ...headers], jsonType);
}

/** An error in Keystone's form. A 401 says where to log in. */
export function answerKeystoneError(status: number, message: string, origin: string): SwiftResponse {
  const error = { code: status, message, title: reasonPhrase(status) };
  return answerJson(status, { error }, status === 401 ? [["www-authenticate", `Keystone uri="${origin}/v3"`]] : []);
}

/** The one version there is. */
export function describeVersion(origin: string): unknown {
  return {
    id: "v3.14",
    status: "stable",
    updated: "2020-04-07T00:00:00Z",
    links: [{ rel: "self", href: `${origin}/v3/` }],
    "media-types": [{ base: jsonType, type: "application/vnd.openstack.identity-v3+json" }],
  };
}

const region = "RegionOne";

function describeService(id: string, type: string, name: string, url: string): unknown {
  const endpoints = ["public", "internal", "admin"].map((kind) => ({
    id: `${id}-${kind}`,
    interface: kind,
    region,
    region_id: region,
    url,
  }));
  return { id, type, name, endpoints };
}

/** The services a project can use, at the address under which the client knows us. */
export function describeCatalog(scope: Scope, origin: string): unknown[] {
  const identity = describeService("keystone", "identity", "keystone", `${origin}/v3/`);
  if (scope === null || !("project" in scope)) return [identity];
  return [describeService("swift", "object-store", "swift", `${origin}/v1/AUTH_${scope.project.id}`), identity];
}

/** A project in lists. */
export function describeProject(project: Project, origin: string): unknown {
  return {
    id: project.id,
    name: project.id,
    domain_id: project.domain.id,
    parent_id: project.domain.id,
    enabled: true,
    is_domain: false,
    description: "",
    options: {},
    tags: [],
    links: { self: `${origin}/v3/projects/${encodeURIComponent(project.id)}` },
  };
}

const formatTime = (milliseconds: number): string => new Date(milliseconds).toISOString().replace(/Z$/, "000Z");

/** A token's body; its id is not part of it. */
export function describeToken(token: KeystoneToken, origin: string, withCatalog: boolean): unknown {
  const { user, scope, roles } = token;
  const scoped =
    scope === null
      ? {}
      : {
          ...("project" in scope
            ? { project: { id: scope.project.id, name: scope.project.id, domain: scope.project.domain }, is_domain: false }
            : { domain: scope.domain }),
          roles: roles.map((role) => ({ id: role, name: role })),
          ...(withCatalog ? { catalog: describeCatalog(scope, origin) } : {}),
        };
  return {
    methods: token.methods,
    user: { id: user.id, name: user.name, domain: user.domain, password_expires_at: null },
    audit_ids: [token.auditId],
    issued_at: formatTime(token.issuedMs),
    expires_at: formatTime(token.expiresMs),
    ...scoped,
  };
}
