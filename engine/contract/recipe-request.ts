/** A recipe as the Swift request it stands for, and a Swift request as the recipe it came from. Pure; sends nothing. */
import type { NamedValue, Recipe, RecipeBody } from "./recipes.ts";
import type { Door } from "./words.ts";

export interface ObjectPath {
  container: string;
  object: string;
}

export interface StorletRequest {
  method: Door;
  /** What the address names: the source of GET and COPY, the target of PUT. */
  target: ObjectPath;
  /** Where what the storlet makes is stored; null for a GET. */
  storedAs: ObjectPath | null;
  /** In the order they are sent; values are text. The Content-Type of a body without one is the sender's business. */
  headers: readonly (readonly [name: string, value: string])[];
}

/** `container/object`, with or without a leading slash; null where either part is missing. */
export function parseObjectPath(text: string): ObjectPath | null {
  const path = text.trim().replace(/^\//, "");
  const slash = path.indexOf("/");
  if (slash <= 0 || slash === path.length - 1) return null;
  return { container: path.slice(0, slash), object: path.slice(slash + 1) };
}

/** A path with every byte outside of the unreserved ones percent-encoded; `/` stays. Lone dots would be resolved away by a client. */
export function encodePath(path: string): string {
  return path
    .toWellFormed()
    .split("/")
    .map((part) => encodeURIComponent(part).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`))
    .map((part) => (part === "." ? "%2E" : part === ".." ? "%2E%2E" : part))
    .join("/");
}

/** Percent-encoded text as it reads; what cannot be decoded stays as it is. */
export function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function joinPath({ container, object }: ObjectPath): string {
  return `${container}/${object}`;
}

/** A header value as the byte string that HTTP clients take: UTF-8. */
export function byteString(value: string): string {
  return encodeURIComponent(value.toWellFormed()).replaceAll(/%([0-9A-F]{2})/g, (_match, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** What is beyond ASCII is percent-encoded: the middleware looks a storlet up by its decoded name. */
function encodeStorlet(name: string): string {
  return /^[\x21-\x7e]*$/.test(name) ? name : encodeURIComponent(name);
}

/**
 * The request of a recipe whose variables are filled in. Parameters go as numbered headers, name and value percent-encoded apart, so
 * that only the colon between them is bare: Swift's middleware decodes the header first and then cuts at the first colon. Throws
 * RangeError where a path is missing.
 */
export function requestOf(recipe: Recipe, storletObject: string): StorletRequest {
  const path = (text: string): ObjectPath => {
    const parsed = parseObjectPath(text);
    if (parsed === null) throw new RangeError(`${JSON.stringify(text)} does not name an object. Write it as container/object.`);
    return parsed;
  };
  const { door } = recipe;
  const headers: [string, string][] = [["X-Run-Storlet", encodeStorlet(storletObject)]];
  for (const [index, { name, value }] of recipe.parameters.entries()) {
    headers.push([
      `X-Storlet-Parameter-${index + 1}`,
      `${encodeURIComponent(name.toWellFormed())}:${encodeURIComponent(value.toWellFormed())}`,
    ]);
  }
  if (door !== "PUT" && recipe.range.trim() !== "") headers.push(["X-Storlet-Range", recipe.range.trim()]);
  if (recipe.extraInputs.length > 0) {
    headers.push(["X-Storlet-Extra-Resources", recipe.extraInputs.map((text) => `/${encodePath(joinPath(path(text)))}`).join(",")]);
  }
  if (door === "COPY") headers.push(["Destination", `/${encodePath(joinPath(path(recipe.destination)))}`]);
  for (const { name, value } of recipe.headers) headers.push([name, value]);
  return {
    method: door,
    target: path(door === "PUT" ? recipe.destination : recipe.object),
    storedAs: door === "GET" ? null : path(recipe.destination),
    headers,
  };
}

/** A Swift request as a client sent it. */
export interface RawRequest {
  method: string;
  /** Path of the address without the account, percent-encoded: `/container/object`. */
  path: string;
  query: readonly NamedValue[];
  headers: readonly NamedValue[];
  body: RecipeBody | null;
}

/** Headers that let somebody in: they belong to a person, never to a recipe. */
const credentials =
  /^(x-auth-.*|x-storage-(token|user|pass)|x-service-token|x-subject-token|authorization|proxy-authorization|cookie|x-container-(sync-key|meta-temp-url-key).*|x-account-meta-temp-url-key.*)$/i;

export function isCredential(headerName: string): boolean {
  return credentials.test(headerName.trim());
}

/** Query arguments that speak to Swift; all others reach the storlet as parameters. */
const swiftQuery =
  /^(multipart-manifest|version-id|symlink|temp_url_.*|inline|filename|format|limit|marker|prefix|delimiter|signature|expires)$/i;

/** A request as a recipe, with `storlet` as the object name it asks for; and what could not be taken over, a sentence each. */
export function recipeOfRequest(request: RawRequest): { recipe: Recipe; notes: string[] } {
  const notes: string[] = [];
  const path = decodePercent(request.path).replace(/^\//, "");
  const recipe: Recipe = {
    description: "",
    storlet: "",
    door: request.method === "PUT" || request.method === "COPY" ? request.method : "GET",
    object: "",
    destination: "",
    parameters: [],
    range: "",
    extraInputs: [],
    headers: [],
    body: request.body,
    expect: [],
  };
  if (!["GET", "PUT", "COPY"].includes(request.method)) notes.push(`A storlet runs on GET, PUT and COPY. ${request.method} became GET.`);
  if (recipe.door === "PUT") recipe.destination = path;
  else recipe.object = path;
  const parameters = new Map<string, string>();
  for (const { name, value } of request.query) {
    if (swiftQuery.test(name)) notes.push(`${name}=${value} in the address was left out: a recipe has no query.`);
    else parameters.set(name, value);
  }
  for (const { name, value } of request.headers) takeHeader(recipe, parameters, notes, name, value);
  recipe.parameters = [...parameters].map(([name, value]) => ({ name, value }));
  if (recipe.door !== "PUT" && recipe.body !== null) {
    notes.push(`${recipe.door} sends no body: it was left out.`);
    recipe.body = null;
  }
  return { recipe, notes };
}

function takeHeader(recipe: Recipe, parameters: Map<string, string>, notes: string[], name: string, value: string): void {
  const key = name.toLowerCase();
  if (key === "x-run-storlet") recipe.storlet = decodePercent(value);
  else if (key.startsWith("x-storlet-parameter")) {
    const text = decodePercent(value);
    const colon = text.indexOf(":");
    if (colon < 0) notes.push(`${name} has no colon, so it names no parameter. It was left out.`);
    else parameters.set(text.slice(0, colon), text.slice(colon + 1));
  } else if (key === "x-storlet-range" && recipe.door !== "PUT") recipe.range = value;
  else if (key === "x-storlet-extra-resources") {
    recipe.extraInputs = value.split(",").flatMap((item) => (item.trim() === "" ? [] : [decodePercent(item.trim()).replace(/^\//, "")]));
  } else if (key === "destination" && recipe.door === "COPY") recipe.destination = decodePercent(value).replace(/^\//, "");
  else if (key === "x-copy-from" && recipe.door === "PUT") {
    // The same copy, said from the other end.
    recipe.door = "COPY";
    recipe.object = decodePercent(value).replace(/^\//, "");
  } else if (isCredential(name)) notes.push(`${name} was left out: the request goes out with your own rights.`);
  else if (key !== "content-length" && key !== "host") recipe.headers.push({ name, value });
}
