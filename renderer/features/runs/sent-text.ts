/** Recorded headers and requests as people and terminals read them. Pure. */
import type { EngineStatus, KeptBody, RunExchange } from "../../../engine/contract/index.ts";
import { readHeaderText, titleCase } from "../../api/header-text.ts";
import { repeatableHeaders, unsignedTarget } from "../../../engine/contract/replays.ts";
import { curlAddress, curlHeader, quoteForShell, tokenLine } from "../../api/shell-words.ts";

/** `x-object-meta-a` as `X-Object-Meta-A`; names that the world writes in another way as it does. */
export function headerName(name: string): string {
  const special: Record<string, string> = { etag: "ETag", "www-authenticate": "WWW-Authenticate", te: "TE", "content-md5": "Content-MD5" };
  return special[name.toLowerCase()] ?? titleCase(name);
}

/** A request target as people read it; what cannot be decoded stays as it is. */
export function readableTarget(target: string): string {
  try {
    return decodeURI(target);
  } catch {
    return target;
  }
}

export function hiddenText(characters: number): string {
  return `hidden, ${characters} ${characters === 1 ? "character" : "characters"}`;
}

/** The bytes of a recorded request body for a terminal. `text` null: they are no text, or not all are kept. */
export interface CurlBody {
  kept: KeptBody;
  text: string | null;
}

/** The commands that send a recorded request again: one line that gets a token, then the request. */
export function curlOf(
  request: RunExchange["request"],
  body: CurlBody | null,
  status: Pick<EngineStatus, "swiftUrl" | "authUrl" | "account">,
): string {
  const words = ["curl -i"];
  if (request.method !== "GET") words.push(`-X ${quoteForShell(request.method)}`);
  words.push(`-H "X-Auth-Token: $TOKEN"`);
  const headers = repeatableHeaders(request.headers);
  for (const { name, value } of headers) words.push(curlHeader(headerName(name), readHeaderText(value)));
  const isEmpty = body === null || body.kept.sizeBytes === 0;
  const isFile = !isEmpty && body.text === null;
  // A PUT says how long it is, also where that is nothing. --data-binary would take a text that begins with @ for a file.
  const hasData = !isEmpty || request.method === "PUT";
  if (hasData) words.push(isFile ? "--data-binary @BODY" : `--data-raw ${quoteForShell(body?.text ?? "")}`);
  // What has data gets a type of curl's own unless it is told not to.
  if (hasData && !headers.some(({ name }) => name === "content-type")) words.push("-H Content-Type:");
  words.push(curlAddress(`${status.swiftUrl.replace(/\/+$/, "")}${unsignedTarget(request.target)}`));
  const note = isFile ? `# BODY stands for the file that was sent, ${body.kept.sizeBytes} bytes.\n` : "";
  return `${note}${tokenLine(status.account, status.authUrl)}\n${words.join(" \\\n  ")}\n`;
}

/** Bytes as text that a terminal can hold; null where they are none. */
export function shellTextOf(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    // oxlint-disable-next-line no-control-regex
    return /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text) ? null : text;
  } catch {
    return null;
  }
}
