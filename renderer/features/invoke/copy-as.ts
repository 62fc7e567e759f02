/** A request for somebody else to send: as curl, as the `swift` command, as Python with swiftclient. Pure. */
import { encodePath, joinPath, type ObjectPath, type StorletRequest } from "../../../engine/contract/recipe-request.ts";
import { curlAddress, curlHeader, quoteForShell, tokenLine, userKey, userOf } from "../../api/shell-words.ts";
import { headersWithType } from "./request.ts";

export type CopyForm = "curl" | "swift" | "python";

export interface CopyFacts {
  /** `http://127.0.0.1:8080`, with or without the version. */
  swiftUrl: string;
  authUrl: string;
  account: string;
  /** What a PUT sends; null for GET and COPY. Files are named as they lie from where the command is run. */
  body: { kind: "text"; text: string } | { kind: "file"; path: string } | { kind: "object"; path: ObjectPath } | null;
}

/** A string literal of Python: JSON's, with what is no text written as escapes. */
function quoteForPython(text: string): string {
  return JSON.stringify(text.toWellFormed()).replaceAll(
    /[\u007f-\u009f\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Headers as they are sent. */
function allHeaders(request: StorletRequest, body: CopyFacts["body"]): StorletRequest["headers"] {
  return headersWithType(request, body && (body.kind === "text" ? "text/plain; charset=utf-8" : "application/octet-stream"));
}

/** The address of an object: each segment percent-encoded, slashes kept. */
export function swiftUrlOf(swiftUrl: string, account: string, path: ObjectPath): string {
  return `${swiftUrl.replace(/\/(v1\/?)?$/, "")}/v1/${encodePath(`${account}/${joinPath(path)}`)}`;
}

/** A name that is not taken for an option or for standard input. */
const fileWord = (path: string): string => quoteForShell(path.startsWith("-") ? `./${path}` : path);

/** One line that gets a token, then the request. */
export function buildCurl(request: StorletRequest, facts: CopyFacts): string {
  const { body, swiftUrl, account } = facts;
  const token = tokenLine(account, facts.authUrl);
  const address = (path: ObjectPath): string => curlAddress(swiftUrlOf(swiftUrl, account, path));
  const words = ["curl -i"];
  if (request.method !== "GET") words.push(`-X ${request.method}`);
  words.push(`-H "X-Auth-Token: $TOKEN"`);
  for (const [name, value] of allHeaders(request, body)) words.push(curlHeader(name, value));
  // --data-binary would take a text that begins with @ for a file.
  if (body?.kind === "text") words.push(`--data-raw ${quoteForShell(body.text)}`);
  if (body?.kind === "file") words.push(`${/[[\]{}]/.test(body.path) ? "-g " : ""}-T ${fileWord(body.path)}`);
  if (body?.kind === "object") words.push("--data-binary @-");
  words.push(address(request.target));
  const command = words.join(" \\\n  ");
  if (body?.kind !== "object") return `${token}\n${command}\n`;
  return `${token}\ncurl -s -H "X-Auth-Token: $TOKEN" ${address(body.path)} |\n${command}\n`;
}

const isDestination = ([name]: readonly [string, string]): boolean => name.toLowerCase() === "destination";

/**
 * The `swift` command of python-swiftclient. What a storlet makes has another checksum than what went in, so none is compared; of
 * standard input `swift upload` compares it all the same, so that goes through a file. `swift copy` sends X-Fresh-Metadata, which the
 * storlet middleware refuses: a copy is the PUT of an empty file with X-Copy-From, which is the same door.
 */
export function buildSwift(request: StorletRequest, facts: CopyFacts): string {
  const { body, authUrl, account } = facts;
  const swift = `swift -A ${quoteForShell(authUrl)} -U ${quoteForShell(userOf(account))} -K ${userKey}`;
  const headers = allHeaders(request, body).filter((header) => !isDestination(header));
  const lines = (first: string, more: readonly (readonly [string, string])[] = []): string =>
    `${[first, ...[...more, ...headers].map(([name, value]) => `-H ${quoteForShell(`${name}: ${value}`)}`)].join(" \\\n  ")}\n`;
  const download = ({ container, object }: ObjectPath): string => `${swift} download ${quoteForShell(container)} ${quoteForShell(object)}`;
  if (request.method === "GET") return lines(`${download(request.target)} --output - --ignore-checksum`);
  const { container, object } = request.storedAs ?? request.target;
  const upload = (file: string): string =>
    `${swift} upload ${quoteForShell(container)} ${file} --object-name ${quoteForShell(object)} --ignore-checksum`;
  if (body?.kind === "file") return lines(upload(fileWord(body.path)));
  const source = [["X-Copy-From", `/${encodePath(joinPath(request.target))}`]] as const;
  const sent = lines(upload('"$FILE"'), request.method === "COPY" ? source : []);
  const filled =
    body?.kind === "object"
      ? `${download(body.path)} --output - > "$FILE"\n`
      : body?.text
        ? `printf %s ${quoteForShell(body.text)} > "$FILE"\n`
        : "";
  return `FILE=$(mktemp)\n${filled}${sent}rm "$FILE"\n`;
}

/** A Python program with python-swiftclient. It writes the body of a GET to its standard output. */
export function buildPython(request: StorletRequest, facts: CopyFacts): string {
  const { body, authUrl, account } = facts;
  const place = ({ container, object }: ObjectPath): string => `${quoteForPython(container)}, ${quoteForPython(object)}`;
  const headers = allHeaders(request, body)
    .filter((header) => !isDestination(header))
    .map(([name, value]) => `    ${quoteForPython(name)}: ${quoteForPython(value)},`);
  const sent = `headers={\n${headers.join("\n")}\n}`;
  const connection = [
    "from swiftclient.client import Connection",
    "",
    `swift = Connection(authurl=${quoteForPython(authUrl)}, user=${quoteForPython(userOf(account))}, key="${userKey}", auth_version="1")`,
  ];
  if (request.method === "GET") {
    return [
      "import sys",
      ...connection,
      `headers, body = swift.get_object(${place(request.target)}, ${sent})`,
      "sys.stdout.buffer.write(body)",
      "",
    ].join("\n");
  }
  if (request.method === "COPY") {
    const destination = request.storedAs === null ? "" : `/${joinPath(request.storedAs)}`;
    return [...connection, `swift.copy_object(${place(request.target)}, destination=${quoteForPython(destination)}, ${sent})`, ""].join(
      "\n",
    );
  }
  const contents =
    body?.kind === "file"
      ? { before: [`contents = open(${quoteForPython(body.path)}, "rb")`], word: "contents" }
      : body?.kind === "object"
        ? { before: [`_, contents = swift.get_object(${place(body.path)})`], word: "contents" }
        : { before: [], word: `${quoteForPython(body?.text ?? "")}.encode()` };
  return [...connection, ...contents.before, `swift.put_object(${place(request.target)}, contents=${contents.word}, ${sent})`, ""].join(
    "\n",
  );
}

export const builders: Readonly<Record<CopyForm, (request: StorletRequest, facts: CopyFacts) => string>> = {
  curl: buildCurl,
  swift: buildSwift,
  python: buildPython,
};
