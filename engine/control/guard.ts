/** Who may talk to the control API: pure decisions about host, origin and session token. Owns no socket. */
import { createHash, timingSafeEqual } from "node:crypto";

export interface GuardRequest {
  method: string;
  host: string | undefined;
  origin: string | undefined;
  fetchSite: string | undefined;
  authorization: string | undefined;
  cookie: string | undefined;
  /** Token of the query string, as in the address that opens the page. */
  queryToken: string | null;
}

/** Names by which a browser may know us. Anything else is DNS rebinding. */
function isOwnHost(host: string | undefined, port: number): boolean {
  return host === `127.0.0.1:${port}` || host === `localhost:${port}`;
}

/** Why a request is refused before anything else is looked at, or null: a foreign host name or a foreign page. */
export function refuseForeign(request: GuardRequest, port: number): string | null {
  if (!isOwnHost(request.host, port)) return "This address belongs to Storlet Studio on 127.0.0.1 only.";
  if (request.origin !== undefined && request.origin !== `http://127.0.0.1:${port}` && request.origin !== `http://localhost:${port}`) {
    return "Another page asked. Storlet Studio answers its own page only.";
  }
  if (request.fetchSite !== undefined && !["same-origin", "none"].includes(request.fetchSite)) {
    return "Another page asked. Storlet Studio answers its own page only.";
  }
  return null;
}

/** The cookie is named after the port: cookies of one host are shared between its ports. */
export function cookieName(port: number): string {
  return `studio-session-${port}`;
}

function cookieValue(header: string | undefined, name: string): string | null {
  for (const part of (header ?? "").split(";")) {
    const equals = part.indexOf("=");
    if (equals > 0 && part.slice(0, equals).trim() === name) return part.slice(equals + 1).trim();
  }
  return null;
}

function equalSecrets(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** True where the request carries the session token: as bearer, as cookie, or (`queryToken`) in the page's own address. */
export function hasToken(request: GuardRequest, token: string, port: number): boolean {
  const bearer = /^Bearer (\S+)$/.exec(request.authorization ?? "")?.[1] ?? null;
  const given = bearer ?? cookieValue(request.cookie, cookieName(port)) ?? request.queryToken;
  return given !== null && equalSecrets(given, token);
}
