/** Reads a curl command line, as people paste it from a terminal or a manual, as the request it sends. Pure. */
import { parse as parseShell } from "shell-quote";
import type { NamedValue, RecipeBody } from "../../../engine/contract/index.ts";
import { refusals, sortOptions, type CurlOptions } from "./curl-options.ts";
import { decodePercent, type RawRequest } from "../../../engine/contract/recipe-request.ts";

/** Takes a parsed line. `notes` says, a sentence each, what could not be taken over. */
export type CurlResult = { request: RawRequest; account: string; notes: string[] } | { problem: string };

/**
 * The text with continuation lines joined and other line ends as `;`, which is what they mean to a shell. Null where a quote is not
 * closed. The library takes line ends for blanks, and any `#` for a comment.
 */
function joinLines(text: string): string | null {
  let out = "";
  let quote: "'" | '"' | "$'" | null = null;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (sign === "\\" && quote !== "'") {
      const next = quote === "$'" ? null : /^\\\r?\n/.exec(text.slice(at, at + 3));
      if (next === null) out += text.slice(at, at + 2);
      at += (next?.[0].length ?? 2) - 1;
    } else if (quote !== null) {
      if (sign === quote.at(-1)) quote = null;
      out += sign;
    } else if (sign === "#" && (at === 0 || /\s/.test(text.charAt(at - 1)))) {
      while (at + 1 < text.length && text.charAt(at + 1) !== "\n") at += 1;
    } else {
      if (sign === "'") quote = text.charAt(at - 1) === "$" ? "$'" : "'";
      else if (sign === '"') quote = '"';
      out += sign === "\n" ? " ; " : sign === "#" ? "\\#" : sign;
    }
  }
  return quote === null ? out : null;
}

/** Each command of a line, as words; and whether its output goes into the next. */
function commandsOf(text: string): { words: string[]; pipes: boolean }[] {
  const commands: { words: string[]; pipes: boolean }[] = [{ words: [], pipes: false }];
  // A shell variable stays as it is written: its value is not known here.
  for (const entry of parseShell(text, (name) => `$${name}`)) {
    const last = commands.at(-1) as { words: string[]; pipes: boolean };
    if (typeof entry === "string") last.words.push(entry);
    else if ("op" in entry && entry.op === "glob") last.words.push(entry.pattern);
    else if ("op" in entry) {
      last.pipes = entry.op === "|";
      commands.push({ words: [], pipes: false });
    }
  }
  return commands.filter(({ words }) => words.length > 0);
}

const decodeQuery = (text: string): string => decodePercent(text.replaceAll("+", " "));

function parseQuery(text: string): NamedValue[] {
  return text
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const equals = pair.indexOf("=");
      return equals < 0
        ? { name: decodeQuery(pair), value: "" }
        : { name: decodeQuery(pair.slice(0, equals)), value: decodeQuery(pair.slice(equals + 1)) };
    });
}

/** `scheme://host/v1/account/container/object?query` in its parts; null where it is no address of an object. */
function parseAddress(url: string): { account: string; path: string; query: NamedValue[] } | null {
  const [, path = "", query = ""] = /^(?:[a-z]+:\/\/)?[^/?#]*([^?#]*)(?:\?([^#]*))?/i.exec(url) ?? [];
  // A reverse proxy may put something before the version.
  const [, account, object] = /\/v1(?:\.0)?\/([^/]+)(\/[^/]+\/.+)$/s.exec(path) ?? [];
  return account === undefined || object === undefined ? null : { account, path: object, query: parseQuery(query) };
}

interface Sent {
  data: string[];
  /** A file that is sent whole; "-" for standard input. */
  file: string | null;
  urlEncoded: boolean;
}

function dataOf(options: CurlOptions, notes: string[]): Sent {
  const sent: Sent = { data: [], file: null, urlEncoded: false };
  for (const { name, value } of options.values) {
    if (name === "upload-file") sent.file = value === "." ? "-" : value;
    else if (name === "data-raw") sent.data.push(value);
    else if (name === "data" || name === "data-ascii" || name === "data-binary") {
      sent.urlEncoded ||= name !== "data-binary";
      if (!value.startsWith("@")) sent.data.push(value);
      else {
        sent.file = value.slice(1);
        if (name !== "data-binary" && sent.file !== "-")
          notes.push(`-d takes the line ends out of ${sent.file}; here it is sent as it is.`);
      }
    } else if (name === "data-urlencode") {
      const equals = value.indexOf("=");
      const text = value.slice(equals + 1);
      if (/^[^=]*@/.test(value)) notes.push("--data-urlencode of a file was left out.");
      else sent.data.push(equals > 0 ? `${value.slice(0, equals)}=${encodeURIComponent(text)}` : encodeURIComponent(text));
    } else if (name === "json") {
      sent.data.push(value);
    }
  }
  return sent;
}

function headersOf(options: CurlOptions, notes: string[]): NamedValue[] {
  const headers: NamedValue[] = [];
  for (const { name, value } of options.values) {
    if (name === "range") headers.push({ name: "Range", value: `bytes=${value}` });
    if (name === "user-agent") headers.push({ name: "User-Agent", value });
    if (name === "referer") notes.push("-e was left out: a browser sets Referer itself.");
    if (name === "json") headers.push({ name: "Content-Type", value: "application/json" }, { name: "Accept", value: "application/json" });
    if (name !== "header") continue;
    const [, key, sign, rest = ""] = /^([^:;]+)([:;])(.*)$/s.exec(value) ?? [];
    if (value.startsWith("@")) notes.push(`-H ${value} was left out: the file of headers cannot be read from here.`);
    else if (key === undefined) notes.push(`-H ${JSON.stringify(value)} was left out: it is no header.`);
    // `Name:` takes one of curl's own headers away, `Name;` sends an empty one.
    else if (sign === ";" && rest.trim() === "") headers.push({ name: key.trim(), value: "" });
    else if (rest.trim() !== "") headers.push({ name: key.trim(), value: rest.trim() });
  }
  return headers;
}

/** The body of a PUT that reads its standard input from another curl: the object which that one gets. */
function pipedObject(words: readonly string[] | null): RecipeBody | null {
  if (words === null) return null;
  const address = parseAddress(sortOptions(words).urls[0] ?? "");
  return address === null ? null : { kind: "object", object: decodePercent(address.path.slice(1)) };
}

function bodyOf(sent: Sent, piped: readonly string[] | null, notes: string[]): RecipeBody | null {
  if (sent.file === null) return sent.data.length === 0 ? null : { kind: "text", text: sent.data.join("&") };
  if (sent.file !== "-") {
    notes.push(`${sent.file} is looked for in the workspace's folder.`);
    return { kind: "file", path: sent.file };
  }
  const object = pipedObject(piped);
  if (object === null) notes.push("What the command reads from its standard input is not known here. Fill in what is sent.");
  return object;
}

/** A command line that begins with curl, as words without the program. */
function findCurl(text: string): { words: string[]; piped: string[] | null } | { problem: string } {
  const joined = joinLines(text.trim().replace(/^[$%>]\s+/, ""));
  if (joined === null) return { problem: "A quote is not closed. Copy the whole command." };
  let commands: ReturnType<typeof commandsOf>;
  try {
    commands = commandsOf(joined);
  } catch (error) {
    return { problem: `This is no command line: ${error instanceof Error ? error.message : String(error)}.` };
  }
  const isCurl = (words: readonly string[]): boolean => /(^|\/)curl(\.exe)?$/.test(words[0] ?? "");
  const curls = commands.flatMap(({ words }, index) => (isCurl(words) ? [index] : []));
  // Of several, the one that runs a storlet; the others get a token or an input.
  const index = curls.find((at) => commands[at]?.words.some((word) => /x-run-storlet/i.test(word))) ?? curls.at(-1);
  if (index === undefined) return { problem: "There is no curl command in it." };
  const before = commands[index - 1];
  const piped = before?.pipes === true && isCurl(before.words) ? before.words.slice(1) : null;
  return { words: commands[index]?.words.slice(1) ?? [], piped };
}

/** Reads a command line. */
export function parseCurl(text: string): CurlResult {
  const found = findCurl(text);
  if ("problem" in found) return found;
  const notes: string[] = [];
  const options = sortOptions(found.words);
  const has = (name: string): boolean => options.values.some((option) => option.name === name);
  for (const { name } of options.values) if (refusals[name] !== undefined) notes.push(refusals[name]);
  for (const word of options.unknown) notes.push(`${word} is not known here and was left out. Look at the request before you send it.`);
  const [url] = options.urls;
  if (url === undefined || url === "") return { problem: "The command has no address." };
  if (options.urls.length > 1) notes.push(`Only the first address was taken: ${options.urls.slice(1).join(", ")} was left out.`);
  const address = parseAddress(url);
  if (address === null)
    return { problem: `${url} is not the address of an object. It should look like http://HOST/v1/ACCOUNT/CONTAINER/OBJECT.` };
  const sent = dataOf(options, notes);
  const asQuery = has("get");
  const headers = headersOf(options, notes);
  const isBody = !asQuery && (sent.data.length > 0 || sent.file !== null);
  // What curl says of data where nobody says otherwise.
  const isForm = isBody && !has("upload-file") && !has("json");
  if (isForm && !headers.some(({ name }) => name.toLowerCase() === "content-type")) {
    headers.push({ name: "Content-Type", value: "application/x-www-form-urlencoded" });
  }
  const own = has("head") ? "HEAD" : has("upload-file") ? "PUT" : isBody ? "POST" : "GET";
  const method = options.values.findLast(({ name }) => name === "request")?.value.toUpperCase() ?? own;
  const query = asQuery ? [...address.query, ...parseQuery(sent.data.join("&"))] : address.query;
  const body = isBody ? bodyOf(sent, found.piped, notes) : null;
  return { request: { method, path: address.path, query, headers, body }, account: decodePercent(address.account), notes };
}
