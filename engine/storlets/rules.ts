/** The rules of deploying and invoking storlets, as pure functions over headers. Owns no I/O. Source: OpenStack Storlets' proxy middleware. */
import type { HeaderMap } from "../swift/types.ts";

export const storletContainer = "storlet";
export const dependencyContainer = "dependency";
export const logContainer = "storletlog";

/** Longest scope: the account id is cut to this many characters, as the real gateway does. */
const scopeLength = 13;

const metaPrefix = "x-object-meta-";
const storletMetaPrefix = "x-object-meta-storlet-";

/** The trust boundary of an account: its id without the reseller prefix, cut to 13 characters. */
export function scopeOf(account: string): string {
  return account.replace(/^AUTH_/, "").slice(0, scopeLength);
}

/** Swift's idea of a true header value. */
export function isTrue(value: string | undefined): boolean {
  return ["true", "1", "yes", "on", "t", "y"].includes((value ?? "").trim().toLowerCase());
}

// ---------------------------------------------------------------- deployment

/** A named parameter of a storlet object, from its `X-Object-Meta-Storlet-…` header. */
function registrationParameter(headers: HeaderMap, name: string): string | undefined {
  return headers.get(storletMetaPrefix + name.toLowerCase());
}

function firstMissing(headers: HeaderMap, names: readonly string[]): string | null {
  return names.find((name) => registrationParameter(headers, name) === undefined) ?? null;
}

function checkPython(headers: HeaderMap, objectName: string): string | null {
  if (!objectName.endsWith(".py")) return "Storlet name is incorrect";
  const version = registrationParameter(headers, "Language-Version");
  if (version !== undefined) {
    const number = /^\s*[+-]?(\d+\.?\d*|\.\d+)\s*$/.test(version) ? Number(version) : Number.NaN;
    if (Number.isNaN(number)) return "Language-Version is invalid";
    if (Math.trunc(number) !== 3) return "Not supported version specified";
  }
  const main = registrationParameter(headers, "Main") ?? "";
  const moduleName = objectName.slice(0, -".py".length);
  if (!main.startsWith(`${moduleName}.`)) return "Main class should be included in storlet file";
  if (main.split(".").length !== 2) return "Submodule is currently not supported";
  return null;
}

/** Why an upload into the storlet container is refused (the body of the 400), or null where it is in order. */
export function checkStorletRegistration(headers: HeaderMap, objectName: string): string | null {
  const missing = firstMissing(headers, ["Language", "Interface-Version", "Object-Metadata", "Main"]);
  if (missing !== null) return `Mandatory parameter is missing: ${missing}`;
  const language = (registrationParameter(headers, "Language") ?? "").toLowerCase();
  if (language !== "java" && language !== "python") return "Unsupported Language";
  if (language === "python") {
    const refusal = checkPython(headers, objectName);
    if (refusal !== null) return refusal;
  } else if (!objectName.includes("-") || !objectName.includes(".")) {
    return "Storlet name is incorrect";
  }
  const dependencies = registrationParameter(headers, "Dependency");
  if (dependencies === undefined || dependencies === "") return null;
  // Compared as split, without trimming: so does the real gateway.
  const names = dependencies.split(",");
  if (names.includes(objectName)) return "Using the same name for storlet and dependency is not allowed";
  if (new Set(names).size !== names.length) return "Duplicated name in dependencies";
  return null;
}

/** Why an upload into the dependency container is refused, or null. */
export function checkDependencyRegistration(headers: HeaderMap): string | null {
  const missing = firstMissing(headers, ["Dependency-Version"]);
  if (missing !== null) return `Mandatory parameter is missing: ${missing}`;
  const permissions = registrationParameter(headers, "Dependency-Permissions");
  if (permissions === undefined) return null;
  const mode = parseOctal(permissions);
  if (mode === null) return "Dependency permission is incorrect";
  return (mode & 0o600) === 0o600 ? null : "The owner should have rw permission";
}

/** A number in base 8 as Python reads it: `755`, `0755` and `0o755` are the same. */
function parseOctal(text: string): number | null {
  const [, digits] = /^\s*\+?(?:0[oO]_?)?([0-7]+(?:_[0-7]+)*)\s*$/.exec(text) ?? [];
  return digits === undefined ? null : Number.parseInt(digits.replaceAll("_", ""), 8);
}

/** File mode of a dependency in the sandbox: only the owner's bits survive. */
export function dependencyMode(headers: HeaderMap): number {
  const permissions = registrationParameter(headers, "Dependency-Permissions");
  return permissions === undefined ? 0o600 : (parseOctal(permissions) ?? 0o600) & 0o700;
}

/** Names in a storlet's Dependency header: trimmed, blanks dropped. */
export function dependencyNames(headers: HeaderMap): string[] {
  return (registrationParameter(headers, "Dependency") ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

export interface Registration {
  language: "python" | "java";
  main: string;
  languageVersion: string | null;
  dependencies: string[];
}

/** What a stored storlet object says of itself; null for an object that was uploaded before it could be validated. */
export function readRegistration(headers: HeaderMap): Registration | null {
  const language = registrationParameter(headers, "Language")?.toLowerCase();
  const main = registrationParameter(headers, "Main");
  if ((language !== "python" && language !== "java") || main === undefined) return null;
  return {
    language,
    main,
    languageVersion: registrationParameter(headers, "Language-Version") ?? null,
    dependencies: dependencyNames(headers),
  };
}

// ---------------------------------------------------------------- invocation

/** A header value as the text it percent-encodes. As in Python, a `%` that encodes nothing stays, and bytes that are no text become U+FFFD. */
function percentDecode(value: string): string {
  return value.replace(/(?:%[0-9A-Fa-f]{2})+/g, (encoded) => Buffer.from(encoded.replaceAll("%", ""), "hex").toString("utf8"));
}

/**
 * Storlet parameters of a request: the query string's pairs, then every `X-Storlet-Parameter*` header (`key:value`,
 * percent-encoded), which overrides. Returns the refusal as text where a header has no colon (the real system dies there).
 */
export function readParameters(query: URLSearchParams, headers: HeaderMap): { params: Record<string, string> } | { refusal: string } {
  const params: Record<string, string> = {};
  for (const [key, value] of query) params[key] = value;
  for (const [name, value] of headers) {
    if (!name.startsWith("x-storlet-parameter")) continue;
    // Repeated headers arrive joined with a comma; each pair still starts with its own key.
    const text = percentDecode(value);
    const colon = text.indexOf(":");
    if (colon < 0) return { refusal: `The header ${name} has no colon. Write it as key:value.` };
    params[text.slice(0, colon)] = text.slice(colon + 1);
  }
  return { params };
}

/** `A-b_c` of `x-object-meta-a-b_c`: the way metadata keys reach a storlet. */
function titleCase(name: string): string {
  return name.replace(/[A-Za-z]+/g, (word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase());
}

/** User metadata of an object or request, without the storlet registration. */
export function userMetadata(headers: HeaderMap): Record<string, string> {
  const metadata: Record<string, string> = {};
  for (const [name, value] of headers) {
    if (!name.startsWith(metaPrefix) || name.startsWith(storletMetaPrefix)) continue;
    metadata[titleCase(name.slice(metaPrefix.length))] = value;
  }
  return metadata;
}

/** A JSON value the way Python's `str` writes it: the real gateway puts that into headers. */
function pythonText(value: unknown, nested = false): string {
  if (typeof value === "string") return nested ? `'${value}'` : value;
  if (value === true) return "True";
  if (value === false) return "False";
  if (value === null) return "None";
  if (Array.isArray(value)) return `[${value.map((item) => pythonText(item, true)).join(", ")}]`;
  if (typeof value === "object") {
    return `{${Object.entries(value as object)
      .map(([key, item]) => `'${key}': ${pythonText(item, true)}`)
      .join(", ")}}`;
  }
  return String(value);
}

/** A header value as a byte string. Text that came in as bytes goes out unchanged; anything wider becomes UTF-8. */
function headerBytes(text: string): string {
  const oneLine = text.replace(/[\r\n\0]+/g, " ");
  // oxlint-disable-next-line no-control-regex
  return /^[\u0000-\u00ff]*$/.test(oneLine) ? oneLine : Buffer.from(oneLine, "utf8").toString("latin1");
}

/** Header names a metadata key can become; others cannot be sent over HTTP. */
const tokenPattern = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * Puts a storlet's output metadata over headers: `Content-Type` replaces the content type, any other key becomes
 * `X-Object-Meta-<key>`, a null removes it. Returns the keys that no HTTP header can carry, and those that change on their way:
 * in `request` headers, `_` travels as `-`.
 */
export function applyOutputMetadata(
  headers: HeaderMap,
  metadata: Readonly<Record<string, unknown>>,
  kind: "request" | "response",
): { refused: string[]; renamed: string[] } {
  const refused: string[] = [];
  const renamed: string[] = [];
  for (const [key, value] of Object.entries(metadata)) {
    const isRenamed = kind === "request" && key.includes("_");
    const sent = isRenamed ? key.replaceAll("_", "-") : key;
    const name = sent.toLowerCase() === "content-type" ? "content-type" : metaPrefix + sent.toLowerCase();
    if (!tokenPattern.test(key)) refused.push(key);
    else if (value === null) headers.delete(name);
    else headers.set(name, headerBytes(pythonText(value)));
    if (isRenamed) renamed.push(key);
  }
  return { refused, renamed };
}

/** Removes what only the storlet engine reads: such headers are never stored and never reach the backend. */
export function withoutStorletHeaders(headers: HeaderMap): HeaderMap {
  return new Map(
    [...headers].filter(([name]) => name !== "x-run-storlet" && !name.startsWith("x-storlet-") && !name.startsWith(storletMetaPrefix)),
  );
}

/** True for a large object, static or dynamic. */
export function isAssembled(headers: HeaderMap): boolean {
  return headers.has("x-static-large-object") || headers.has("x-object-manifest");
}

/** A path `container/object` of the request's own account. */
export interface ObjectName {
  container: string;
  object: string;
}

/** Extra inputs named by a request, or the refusal. `most` is how many there may be; negative for any number. */
export function readExtraResources(headers: HeaderMap, most: number): { paths: ObjectName[] } | { status: 400 | 403; refusal: string } {
  const items = (headers.get("x-storlet-extra-resources") ?? "")
    .split(",")
    .map((text) => text.trim())
    .filter((text) => text !== "");
  if (items.length === 0) return { paths: [] };
  if (most === 0) return { status: 403, refusal: "Usage of extra resources is not allowed" };
  if (most > 0 && items.length > most) {
    return { status: 400, refusal: `Too many extra resources. ${items.length} was requested but only ${most} is allowed,` };
  }
  const paths: ObjectName[] = [];
  for (const item of items) {
    const match = /^\/([^/]+)\/(.+)$/s.exec(percentDecode(item));
    if (match === null) return { status: 400, refusal: "X-Storlet-Extra-Resource must be a csv with/container/object format" };
    paths.push({ container: match[1] as string, object: match[2] as string });
  }
  return { paths };
}

/** Name of the log object of a storlet: what comes before the first `-`, or all of it, and `.log`. */
export function logObjectName(storlet: string): string {
  return `${storlet.split("-", 1)[0] as string}.log`;
}

/** Headers of a storlet object with what a client filled in where the registration says nothing: a defect of the real middleware. */
export function withInjectedHeaders(storletHeaders: HeaderMap, requestHeaders: HeaderMap): HeaderMap {
  const headers = new Map(storletHeaders);
  for (const [name, value] of requestHeaders) {
    if (!name.startsWith("x-storlet-")) continue;
    const key = storletMetaPrefix + name.slice("x-storlet-".length);
    if (!headers.has(key)) headers.set(key, value);
  }
  return headers;
}
