/** Tokens and the rights behind them. Owns tempauth's users and their groups; speaks no HTTP. */
import { randomId, type Clock } from "../../support/clock.ts";
import type { Identity } from "../types.ts";
import type { SwiftUser } from "../users.ts";

/** What account names may begin with. Accounts of the second kind want a service token beside the owner's. */
export const resellerPrefixes = ["AUTH_", "SERVICE_"] as const;

/** What an account's name begins with; null for a name that is no account's. */
export function prefixOf(account: string): string | null {
  return resellerPrefixes.find((prefix) => account.startsWith(prefix)) ?? null;
}

export const tokenPrefix = "AUTH_";

const tokenLifeSeconds = 86_400;

export interface IssuedToken {
  readonly token: string;
  readonly expiresInSeconds: number;
}

export interface Tokens {
  /** The user's token: the same one until it expires. Null where the key is wrong or there is no such user. */
  issue(account: string, user: string, key: string): IssuedToken | null;
  identify(token: string): Identity | null;
  /** True for a name that an account of ours does not have. */
  isStranger(account: string, user: string): boolean;
}

/** Groups as tempauth gives them: the account, the user, the configured ones; `.admin` stands for the account's own names. */
function groupsOf(user: SwiftUser): string[] {
  const groups = [user.account, `${user.account}:${user.user}`, ...user.groups.filter((group) => group !== ".admin")];
  if (user.groups.includes(".admin")) for (const prefix of resellerPrefixes) groups.push(`${prefix}${user.account}`);
  return groups;
}

export function createTokens(users: readonly SwiftUser[], clock: Clock): Tokens {
  const byUser = new Map<string, { token: string; expiresMs: number }>();
  const byToken = new Map<string, { identity: Identity; expiresMs: number }>();

  return {
    issue(account, name, key) {
      const user = users.find((known) => known.account === account && known.user === name && known.key === key);
      if (user === undefined) return null;
      const id = `${account}:${name}`;
      const nowMs = clock.nowMs();
      let issued = byUser.get(id);
      if (issued === undefined || issued.expiresMs <= nowMs) {
        if (issued !== undefined) byToken.delete(issued.token);
        issued = { token: `${tokenPrefix}tk${randomId(16)}`, expiresMs: nowMs + tokenLifeSeconds * 1000 };
        const identity = { account, user: name, groups: groupsOf(user), resellerAdmin: user.groups.includes(".reseller_admin") };
        byUser.set(id, issued);
        byToken.set(issued.token, { identity, expiresMs: issued.expiresMs });
      }
      return { token: issued.token, expiresInSeconds: Math.round((issued.expiresMs - nowMs) / 1000) };
    },
    identify(token) {
      const known = byToken.get(token);
      return known !== undefined && known.expiresMs > clock.nowMs() ? known.identity : null;
    },
    isStranger(account, name) {
      const ours = users.filter((user) => user.account === account);
      return ours.length > 0 && !ours.some(({ user }) => user === name);
    },
  };
}
