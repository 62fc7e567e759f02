/** Turns a draft into the Swift request it stands for, and into the same request for a terminal. Pure; sends nothing. */
import { isBlank, parseObjectPath, type Draft, type InvokeDoor, type ObjectPath } from "./draft.ts";

export interface SwiftRequest {
  method: InvokeDoor;
  target: ObjectPath;
  /** In the order they are sent, Content-Type apart: that depends on the body. */
  headers: readonly (readonly [name: string, value: string])[];
}

/**
 * The request of a draft without problems. Parameters go as numbered headers, name and value percent-encoded apart, so that only the
 * colon between them is bare: Swift's middleware decodes the header first and then cuts at the first colon.
 */
export function buildRequest(draft: Draft, storletObject: string): SwiftRequest {
  const target = parseObjectPath(draft.door === "GET" ? draft.object : draft.destination);
  if (target === null) throw new RangeError("A draft with problems cannot be sent.");
  const headers: [string, string][] = [["X-Run-Storlet", encodeHeader(storletObject)]];
  for (const [index, { key, value }] of draft.params.filter((param) => !isBlank(param)).entries()) {
    headers.push([
      `X-Storlet-Parameter-${index + 1}`,
      `${encodeURIComponent(key.toWellFormed())}:${encodeURIComponent(value.toWellFormed())}`,
    ]);
  }
  if (draft.door === "GET" && draft.range.trim() !== "") headers.push(["X-Storlet-Range", draft.range.trim()]);
  return { method: draft.door, target, headers };
}

/** A header value that `fetch` takes: what is beyond Latin-1 is percent-encoded. */
function encodeHeader(value: string): string {
  // oxlint-disable-next-line no-control-regex
  return /^[\x20-\x7e]*$/.test(value) ? value : encodeURIComponent(value);
}

/** A word of a POSIX shell command. */
export function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

export interface CurlFacts {
  /** `http://127.0.0.1:8080`, without a path. */
  swiftUrl: string;
  authUrl: string;
  account: string;
  /** File or text that a PUT sends; null for a GET. */
  body: { kind: "text"; text: string } | { kind: "file"; name: string } | { kind: "object"; path: ObjectPath } | null;
}

/** The path of an object in a Swift URL: each segment percent-encoded, slashes kept. */
export function swiftUrlOf(swiftUrl: string, account: string, { container, object }: ObjectPath): string {
  const encoded = [account, container, ...object.split("/")].map(encodeURIComponent).join("/");
  return `${swiftUrl.replace(/\/(v1\/?)?$/, "")}/v1/${encoded}`;
}

/** The commands a terminal needs to send the same request: one line that gets a token, then the request. */
export function buildCurl(request: SwiftRequest, facts: CurlFacts): string {
  const user = facts.account.replace(/^[A-Z]+_/, "");
  const auth = quoteForShell(facts.authUrl);
  const token = `TOKEN=$(curl -si -H 'X-Auth-User: ${user}:tester' -H 'X-Auth-Key: testing' ${auth} | tr -d '\\r' | sed -n 's/^X-Auth-Token: //p')`;
  const words = ["curl -i"];
  if (request.method === "PUT") words.push("-X PUT");
  words.push(`-H "X-Auth-Token: $TOKEN"`);
  for (const [name, value] of request.headers) words.push(`-H ${quoteForShell(`${name}: ${value}`)}`);
  const { body } = facts;
  if (body?.kind === "text") words.push(`-H 'Content-Type: text/plain' --data-binary ${quoteForShell(body.text)}`);
  if (body?.kind === "file") words.push(`-T ${quoteForShell(body.name)}`);
  if (body?.kind === "object") words.push("-H 'Content-Type: application/octet-stream' --data-binary @-");
  words.push(quoteForShell(swiftUrlOf(facts.swiftUrl, facts.account, request.target)));
  const command = words.join(" \\\n  ");
  if (body?.kind !== "object") return `${token}\n${command}\n`;
  const source = `curl -s -H "X-Auth-Token: $TOKEN" ${quoteForShell(swiftUrlOf(facts.swiftUrl, facts.account, body.path))}`;
  return `${token}\n${source} |\n${command}\n`;
}
