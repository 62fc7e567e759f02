/** Keystone's tokens: who each stands for, where it is good, until when. Owns their life; speaks no HTTP. */
import { randomId, type Clock } from "../../support/clock.ts";
import type { Identity } from "../types.ts";
import type { Domain, KeystoneUser, Project } from "./keystone-users.ts";

export type Scope = { readonly project: Project } | { readonly domain: Domain } | null;

export interface KeystoneToken {
  readonly id: string;
  readonly auditId: string;
  readonly methods: readonly string[];
  readonly user: KeystoneUser;
  readonly scope: Scope;
  readonly roles: readonly string[];
  readonly issuedMs: number;
  readonly expiresMs: number;
}

export interface KeystoneTokens {
  /** A new token. One that is made from another (`until`) does not outlive it. */
  issue(grant: Pick<KeystoneToken, "methods" | "user" | "scope" | "roles">, until?: number): KeystoneToken;
  find(id: string): KeystoneToken | null;
  revoke(id: string): void;
  /** The identity behind X-Auth-Token and X-Service-Token; null where one of them is not valid. */
  identify(id: string, serviceId: string | undefined): Identity | null;
}

const tokenLifeMs = 86_400_000;
/** With more tokens than this, those that have expired are looked for at every login. */
const manyTokens = 1000;

function identityOf({ user, scope, roles }: KeystoneToken, serviceRoles: readonly string[]): Identity {
  const project = scope !== null && "project" in scope ? scope.project : null;
  const account = project?.id ?? "";
  const lower = roles.map((role) => role.toLowerCase());
  return {
    account,
    user: user.name,
    groups: project === null ? [] : [account, `${account}:${user.name}`, ...roles],
    resellerAdmin: lower.includes("reselleradmin"),
    keystone: {
      userId: user.id,
      userName: user.name,
      userDomainId: user.domain.id,
      projectId: project?.id ?? null,
      projectName: project?.id ?? null,
      projectDomainId: project?.domain.id ?? null,
      roles: lower,
      serviceRoles: serviceRoles.map((role) => role.toLowerCase()),
    },
  };
}

export function createKeystoneTokens(clock: Clock): KeystoneTokens {
  const byId = new Map<string, KeystoneToken>();

  function find(id: string): KeystoneToken | null {
    const token = byId.get(id);
    return token !== undefined && token.expiresMs > clock.nowMs() ? token : null;
  }

  return {
    find,
    issue(grant, until = Infinity) {
      const issuedMs = clock.nowMs();
      if (byId.size > manyTokens) for (const [id, { expiresMs }] of byId) if (expiresMs <= issuedMs) byId.delete(id);
      const expiresMs = Math.min(until, issuedMs + tokenLifeMs);
      const token = { ...grant, id: `gAAAAA${randomId(32)}`, auditId: randomId(11), issuedMs, expiresMs };
      byId.set(token.id, token);
      return token;
    },
    revoke: (id) => void byId.delete(id),
    identify(id, serviceId) {
      const token = find(id);
      const service = serviceId === undefined ? null : find(serviceId);
      if (token === null || (serviceId !== undefined && service === null)) return null;
      return identityOf(token, service?.roles ?? []);
    },
  };
}
