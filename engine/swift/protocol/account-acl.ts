/** `X-Account-Access-Control` as a request header: refused with words where it cannot be read. The grammar is in acl.ts. */
import type { HeaderMap, SwiftResponse } from "../types.ts";
import { parseAccountAcl } from "./acl.ts";
import { answerBytes } from "./errors.ts";
import { packText, unpackTextLossy } from "./headers.ts";

/** The 400 for an account ACL that tempauth cannot read, or null where there is none or it is good. */
export function refuseAccountAcl(headers: HeaderMap): SwiftResponse | null {
  const value = headers.get("x-account-access-control");
  if (value === undefined) return null;
  const parsed = parseAccountAcl(unpackTextLossy(value));
  if ("acl" in parsed) return null;
  return answerBytes(400, `X-Account-Access-Control invalid: ${packText(parsed.error)}\n\nInput: ${value}\n`);
}
