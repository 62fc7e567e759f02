/** `GET /auth/…`: a user and a key for a token and a storage URL. Owns tempauth's own paths. */
import { unpackTextLossy } from "../protocol/headers.ts";
import { answer, answerUnauthorized, htmlType } from "../protocol/errors.ts";
import { percentDecode, percentEncode } from "../protocol/paths.ts";
import type { HeaderMap, SwiftRequest, SwiftResponse } from "../types.ts";
import { tokenPrefix, type Tokens } from "./tokens.ts";

const authPrefix = "/auth/";

export function isLoginPath(rawPath: string): boolean {
  return rawPath.startsWith(authPrefix);
}

interface Credentials {
  readonly account: string;
  readonly user: string;
  readonly key: string;
}

function header(headers: HeaderMap, ...names: string[]): string {
  for (const name of names) {
    const value = headers.get(name);
    if (value !== undefined && value !== "") return unpackTextLossy(value);
  }
  return "";
}

/** Splits `account:user`; null where there is no colon. */
function splitUser(text: string): { account: string; user: string } | null {
  const colon = text.indexOf(":");
  return colon < 0 ? null : { account: text.slice(0, colon), user: text.slice(colon + 1) };
}

/** `/auth/v1/<account>/auth`: the account stands in the path, and once more in X-Auth-User. */
function olderCredentials(headers: HeaderMap, account: string): Credentials | null {
  const key = header(headers, "x-storage-pass", "x-auth-key");
  const storageUser = header(headers, "x-storage-user");
  if (storageUser !== "") return { account, user: storageUser, key };
  const named = splitUser(header(headers, "x-auth-user"));
  return named === null || named.account !== account ? null : { ...named, key };
}

function credentials(headers: HeaderMap): Credentials | null {
  const named = splitUser(header(headers, "x-auth-user", "x-storage-user"));
  return named === null ? null : { ...named, key: header(headers, "x-auth-key", "x-storage-pass") };
}

/** Answers a request below `/auth/`. */
export function answerLogin(request: SwiftRequest, tokens: Tokens): SwiftResponse {
  if (request.method !== "GET") return answer(405);
  const path = percentDecode(request.rawPath.slice(authPrefix.length));
  if (path === null || path === "") return answer(404);
  const [version, account = "", last = ""] = path.split("/");
  if (version === "v1" && last === "auth") return answerToken(request, olderCredentials(request.headers, account), account, tokens);
  if (version === "v1.0" || version === "auth") return answerToken(request, credentials(request.headers), null, tokens);
  return answer(400);
}

function answerToken(request: SwiftRequest, given: Credentials | null, pathAccount: string | null, tokens: Tokens): SwiftResponse {
  const issued = given === null ? null : tokens.issue(given.account, given.user, given.key);
  if (given === null || issued === null) {
    return answerUnauthorized(pathAccount ?? (given !== null && tokens.isStranger(given.account, given.user) ? given.account : null));
  }
  const headers: HeaderMap = new Map([
    ["content-type", htmlType],
    ["content-length", "0"],
    ["x-auth-token", issued.token],
    ["x-storage-token", issued.token],
    ["x-auth-token-expires", String(issued.expiresInSeconds)],
    ["x-storage-url", `${request.origin}/v1/${percentEncode(tokenPrefix + given.account)}`],
  ]);
  return { status: 200, headers, body: null };
}
