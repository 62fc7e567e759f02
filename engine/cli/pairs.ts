/** Options that hold pairs: parameters of storlets, headers of requests. Pure. */
import { StudioError } from "../support/errors.ts";
import type { ParsedCommand } from "./options.ts";

/** Storlet parameters from `-p key=value`. */
export function paramsOf(values: ParsedCommand["values"]): Record<string, string> {
  const params: Record<string, string> = {};
  for (const pair of (values["param"] as string[] | undefined) ?? []) {
    const equals = pair.indexOf("=");
    if (equals < 1) throw new StudioError("BAD_INPUT", `-p takes KEY=VALUE, not ${pair}.`);
    params[pair.slice(0, equals)] = pair.slice(equals + 1);
  }
  return params;
}

/** Headers from `-H 'Name: value'`; values are byte strings. */
export function headersOf(values: ParsedCommand["values"]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of (values["header"] as string[] | undefined) ?? []) {
    const colon = line.indexOf(":");
    if (colon < 1) throw new StudioError("BAD_INPUT", `-H takes NAME: VALUE, not ${line}.`);
    headers[line.slice(0, colon).trim()] = Buffer.from(line.slice(colon + 1).trim(), "utf8").toString("latin1");
  }
  return headers;
}
