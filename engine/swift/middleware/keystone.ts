/**
 * Keystone's identity API v3 as far as clients of an object store need it: versions, and tokens made, shown and revoked. Owns its
 * paths below `/v3`; users are tempauth's, and what a token allows is decided elsewhere.
 */
import { z } from "zod";
import { readBody } from "../../support/streams.ts";
import type { Handler, Middleware, SwiftRequest, SwiftResponse } from "../types.ts";
import {
  answerJson,
  answerKeystoneError,
  describeCatalog,
  describeProject,
  describeToken,
  describeVersion,
  jsonType,
} from "./keystone-documents.ts";
import type { KeystoneToken, KeystoneTokens, Scope } from "./keystone-tokens.ts";
import type { Domain, KeystoneDirectory, KeystoneUser, Project } from "./keystone-users.ts";

export interface KeystoneOptions {
  readonly directory: KeystoneDirectory;
  readonly tokens: KeystoneTokens;
}

const largestRequest = 114_688;

const domainSchema = z.union([z.object({ id: z.string() }), z.object({ name: z.string() })]);
/** By id, or by a name with its domain. */
const referenceSchema = z.union([z.object({ id: z.string() }), z.object({ name: z.string(), domain: domainSchema })]);

const authSchema = z.object({
  auth: z.object({
    identity: z.object({
      methods: z.array(z.string()).min(1),
      password: z.object({ user: z.intersection(referenceSchema, z.object({ password: z.string() })) }).optional(),
      token: z.object({ id: z.string() }).optional(),
    }),
    scope: z
      .union([
        z.object({ project: referenceSchema }),
        z.object({ domain: domainSchema }),
        z.object({ system: z.unknown() }),
        z.object({ unscoped: z.unknown() }),
        z.literal("unscoped"),
      ])
      .optional(),
  }),
});

type AuthRequest = z.infer<typeof authSchema>["auth"];

const needsAuthentication = "The request you have made requires authentication.";

const unauthorized = ({ origin }: SwiftRequest, message = needsAuthentication): SwiftResponse => answerKeystoneError(401, message, origin);

function answerToken(status: number, { origin, query }: SwiftRequest, token: KeystoneToken): SwiftResponse {
  return answerJson(status, { token: describeToken(token, origin, !query.has("nocatalog")) }, [["x-subject-token", token.id]]);
}

/** Who asks, and how they have shown it. `until` is the end of the token they came with. */
interface Candidate {
  readonly users: readonly KeystoneUser[];
  readonly methods: readonly string[];
  readonly until?: number;
  readonly oldScope?: Scope;
}

interface Grant {
  readonly user: KeystoneUser;
  readonly scope: Scope;
  readonly roles: readonly string[];
}

/** A user's rights in a project. A reseller's role holds wherever the user has it. */
function grantProject(users: readonly KeystoneUser[], project: Project | null): Grant | null {
  for (const user of users) {
    const roles = project === null ? undefined : user.projects.get(project);
    if (project !== null && roles !== undefined) return { user, scope: { project }, roles };
  }
  return null;
}

/** A user's rights in a domain: whoever is an administrator of the whole store has them in each. */
function grantDomain(users: readonly KeystoneUser[], domain: Domain | null): Grant | null {
  const admin = users.find((user) => [...user.projects.values()].some((roles) => roles.includes("ResellerAdmin")));
  return domain === null || admin === undefined ? null : { user: admin, scope: { domain }, roles: ["admin", "member", "reader"] };
}

export function createKeystone({ directory, tokens }: KeystoneOptions): Middleware {
  function identify(auth: AuthRequest): Candidate | null {
    const { methods, password, token } = auth.identity;
    if (methods.length !== 1) return null;
    if (methods[0] === "password" && password !== undefined) {
      return { users: directory.findUsers(password.user, password.user.password), methods };
    }
    const old = methods[0] === "token" && token !== undefined ? tokens.find(token.id) : null;
    if (old === null) return null;
    return { users: [old.user], methods: [...new Set([...old.methods, "token"])], until: old.expiresMs, oldScope: old.scope };
  }

  function grant({ users, oldScope }: Candidate, scope: AuthRequest["scope"]): Grant | null {
    const [first] = users;
    if (first === undefined) return null;
    if (scope === "unscoped" || (scope !== undefined && "unscoped" in scope)) return { user: first, scope: null, roles: [] };
    if (scope === undefined) {
      // A token made from an unscoped one stays unscoped; otherwise the user's own project counts.
      if (oldScope === null) return { user: first, scope: null, roles: [] };
      if (oldScope !== undefined && "domain" in oldScope) return grantDomain(users, oldScope.domain);
      return grantProject(users, oldScope?.project ?? [...first.projects.keys()][0] ?? null);
    }
    if ("project" in scope) return grantProject(users, directory.findProject(scope.project));
    return "domain" in scope ? grantDomain(users, directory.findDomain(scope.domain)) : null;
  }

  async function issue(request: SwiftRequest): Promise<SwiftResponse> {
    const { origin } = request;
    if ((request.contentLength ?? 0) > largestRequest) return answerKeystoneError(413, "Request is too large.", origin);
    let parsed: unknown;
    try {
      parsed = JSON.parse((await readBody(request.body, largestRequest)).toString("utf8"));
    } catch (error) {
      if (error instanceof RangeError) return answerKeystoneError(413, "Request is too large.", origin);
      if (error instanceof SyntaxError) return answerKeystoneError(400, "The request body is not valid JSON.", origin);
      throw error;
    }
    const checked = authSchema.safeParse(parsed);
    if (!checked.success) {
      const issueAt = checked.error.issues[0]!;
      return answerKeystoneError(400, `Invalid input for field '${issueAt.path.join("/")}': ${issueAt.message}`, origin);
    }
    const candidate = identify(checked.data.auth);
    const granted = candidate === null ? null : grant(candidate, checked.data.auth.scope);
    if (candidate === null || granted === null) return unauthorized(request);
    const token = tokens.issue({ ...granted, methods: candidate.methods }, candidate.until);
    return answerToken(201, request, token);
  }

  /** GET, HEAD and DELETE of the token in X-Subject-Token. One's own is always shown; others to administrators and services. */
  function handleSubject(request: SwiftRequest, caller: KeystoneToken): SwiftResponse {
    const { origin, method, headers } = request;
    const subjectId = headers.get("x-subject-token");
    if (subjectId === undefined) return answerKeystoneError(400, "X-Subject-Token header is missing.", origin);
    const subject = tokens.find(subjectId);
    if (subject === null) return answerKeystoneError(404, "Could not find token.", origin);
    const mayAct = subject.user === caller.user || ["admin", "service", "ResellerAdmin"].some((role) => caller.roles.includes(role));
    if (!mayAct) return answerKeystoneError(403, "You are not authorized to perform the requested action.", origin);
    if (method === "DELETE") {
      tokens.revoke(subjectId);
      return { status: 204, headers: new Map([["vary", "X-Auth-Token"]]), body: null };
    }
    return answerToken(200, request, subject);
  }

  /** What there is for the holder of a token, by path. */
  function handleAuthenticated(request: SwiftRequest, path: string): SwiftResponse {
    const { origin, method, headers } = request;
    const caller = tokens.find(headers.get("x-auth-token") ?? "");
    if (caller === null) return unauthorized(request);
    if (path === "/auth/tokens") return handleSubject(request, caller);
    if (method === "DELETE") return answerKeystoneError(405, "The method is not allowed for the requested URL.", origin);
    const links = { self: `${origin}/v3${path}`, previous: null, next: null };
    if (path === "/auth/catalog") return answerJson(200, { catalog: describeCatalog(caller.scope, origin), links });
    if (path === "/auth/projects") {
      return answerJson(200, { projects: [...caller.user.projects.keys()].map((project) => describeProject(project, origin)), links });
    }
    const own = grantDomain([caller.user], directory.defaultDomain) === null ? [] : [{ ...directory.defaultDomain, enabled: true }];
    return answerJson(200, { domains: own, links });
  }

  const authenticated = new Set(["/auth/tokens", "/auth/catalog", "/auth/projects", "/auth/domains"]);

  async function handle(request: SwiftRequest, path: string): Promise<SwiftResponse> {
    const { method, origin } = request;
    const isRead = method === "GET" || method === "HEAD";
    if (path === "") {
      if (isRead) return answerJson(200, { version: describeVersion(origin) });
    } else if (!authenticated.has(path)) {
      return answerKeystoneError(501, "This Keystone makes tokens. Users, projects and roles are not managed here.", origin);
    } else if (path === "/auth/tokens" && method === "POST") {
      return issue(request);
    } else if (isRead || method === "DELETE") {
      return handleAuthenticated(request, path);
    }
    return answerKeystoneError(405, "The method is not allowed for the requested URL.", origin);
  }

  return async (request: SwiftRequest, next: Handler) => {
    const { rawPath, origin, method, headers } = request;
    if (rawPath === "/v3" || rawPath.startsWith("/v3/")) return handle(request, rawPath.slice(3).replace(/\/+$/, ""));
    // Keystone's clients ask for JSON and want to know the versions; anybody else asks Swift, where the root is nothing.
    if (rawPath === "/" && method === "GET" && headers.get("accept")?.includes(jsonType) === true) {
      return answerJson(300, { versions: { values: [describeVersion(origin)] } });
    }
    return next(request);
  };
}
