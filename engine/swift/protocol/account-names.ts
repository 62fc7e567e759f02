/** Accounts that a header names beside the one of the request. Owns the words for those that are no names. */
import type { SwiftResponse } from "../types.ts";
import { answerText, htmlType } from "./errors.ts";
import { percentDecode } from "./paths.ts";

/** The account behind a header's percent-encoded value, or the refusal of what cannot be one. */
export function parseAccountName(value: string): string | SwiftResponse {
  const account = percentDecode(value);
  if (account === null || account === "") return answerText(412, "Account name cannot be empty", [], htmlType);
  return account.includes("/") ? answerText(412, "Account name cannot contain slashes", [], htmlType) : account;
}
