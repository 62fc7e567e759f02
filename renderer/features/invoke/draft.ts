/** What a user has filled in to invoke a storlet, and what is wrong with it. Pure: the form and the request both read it. */
import type { Door, Example, Expectation } from "../../../engine/contract/index.ts";
import { expectationProblem } from "../../../engine/contract/recipe-checks.ts";
import { parseObjectPath } from "../../../engine/contract/recipe-request.ts";

/** Where the bytes of a PUT come from. A local file is named here; its content never leaves memory. */
export type BodyKind = "text" | "file" | "workspace" | "object";

export interface Parameter {
  key: string;
  value: string;
}

export interface Draft {
  door: Door;
  /** `container/object`: the source of GET and COPY. */
  object: string;
  /** `container/object`: where PUT and COPY store what the storlet makes. */
  destination: string;
  params: readonly Parameter[];
  /** X-Storlet-Range of GET and COPY; "" for the whole object. */
  range: string;
  /** More objects for the storlet to read, `container/object` each. */
  extraInputs: readonly string[];
  headers: readonly Parameter[];
  expect: readonly Expectation[];
  bodyKind: BodyKind;
  bodyText: string;
  /** File below the workspace whose content a PUT sends. */
  bodyPath: string;
  /** `container/object` whose content a PUT sends. */
  bodyObject: string;
}

export const emptyDraft: Draft = {
  door: "GET",
  object: "",
  destination: "",
  params: [],
  range: "",
  extraInputs: [],
  headers: [],
  expect: [],
  bodyKind: "text",
  bodyText: "",
  bodyPath: "",
  bodyObject: "",
};

export function rowsOf(values: Readonly<Record<string, string>>): Parameter[] {
  return Object.entries(values).map(([key, value]) => ({ key, value }));
}

/** The draft a storlet begins with: its own example where it has one. */
export function firstDraft(example: Example | null): Draft {
  if (example === null) return emptyDraft;
  const name = example.object.slice(example.object.lastIndexOf("/") + 1);
  return {
    ...emptyDraft,
    door: example.door ?? "GET",
    object: example.object,
    bodyObject: example.object,
    bodyKind: "object",
    destination: example.destination ?? `results/${name}`,
    params: rowsOf(example.params),
    range: example.range ?? "",
    extraInputs: example.extra ?? [],
    headers: rowsOf(example.headers ?? {}),
  };
}

/** What is wrong with a range, with the fix; null where nothing is. An empty range means the whole object. */
export function rangeProblem(range: string): string | null {
  const text = range.trim();
  if (text === "") return null;
  const example = "Write the range like bytes=0-1023, bytes=500- or bytes=-200.";
  const list = /^bytes\s*=\s*(.*)$/i.exec(text)?.[1];
  if (list === undefined) return example;
  for (const part of list.split(",")) {
    const match = /^\s*(\d*)\s*-\s*(\d*)\s*$/.exec(part);
    const [, first = "", last = ""] = match ?? [];
    if (match === null || (first === "" && last === "")) return example;
    if (first !== "" && last !== "" && BigInt(last) < BigInt(first)) return `The range ends before it starts. Use bytes=${last}-${first}.`;
    if (first === "" && BigInt(last) === 0n) return "The range asks for the last 0 bytes. Use bytes=-200 for the last 200.";
  }
  return null;
}

export interface DraftProblems {
  storlet?: string;
  object?: string;
  destination?: string;
  range?: string;
  body?: string;
  /** By position in `params`, `extraInputs`, `headers` and `expect`. */
  params: ReadonlyMap<number, string>;
  extraInputs: ReadonlyMap<number, string>;
  headers: ReadonlyMap<number, string>;
  expect: ReadonlyMap<number, string>;
}

export const noProblems: DraftProblems = { params: new Map(), extraInputs: new Map(), headers: new Map(), expect: new Map() };

const pathHint = "Write container/object, for example samples/access.log.";

/** A row nobody filled in does not count. */
export function isBlank({ key, value }: Parameter): boolean {
  return key === "" && value === "";
}

function paramProblems(params: readonly Parameter[]): Map<number, string> {
  const problems = new Map<number, string>();
  const seen = new Set<string>();
  for (const [index, param] of params.entries()) {
    if (isBlank(param)) continue;
    if (param.key === "") problems.set(index, "Give the parameter a name.");
    // The name ends at the first colon of the decoded header, so a name cannot hold one.
    else if (param.key.includes(":")) problems.set(index, "A name cannot hold a colon. Take it out.");
    else if (seen.has(param.key)) problems.set(index, `${param.key} is set above already. Keep one.`);
    seen.add(param.key);
  }
  return problems;
}

/** Headers that a browser sets itself, whatever a page says. */
const browserHeaders =
  /^(accept-(charset|encoding)|access-control-request-.*|connection|content-length|cookie2?|date|dnt|expect|host|keep-alive|origin|referer|set-cookie|te|trailer|transfer-encoding|upgrade|via|proxy-.*|sec-.*)$/i;
/** Headers that other fields of the form stand for. */
const ownHeaders = /^(x-run-storlet|x-storlet-parameter.*|x-storlet-range|x-storlet-extra-resources|destination)$/i;

function headerProblem({ key, value }: Parameter): string | null {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(key)) return "A header's name has letters, digits and dashes.";
  if (browserHeaders.test(key)) return `A browser sets ${key} itself. Send it from a terminal: copy the request as curl.`;
  if (ownHeaders.test(key)) return `${key} has a field of its own above.`;
  return /[\r\n\0]/.test(value) ? "A header is one line." : null;
}

function headerProblems(headers: readonly Parameter[]): Map<number, string> {
  const problems = new Map<number, string>();
  const seen = new Set<string>();
  for (const [index, header] of headers.entries()) {
    if (isBlank(header)) continue;
    const key = header.key.toLowerCase();
    const problem = seen.has(key) ? `${header.key} is set above already. Keep one.` : headerProblem(header);
    if (problem !== null) problems.set(index, problem);
    seen.add(key);
  }
  return problems;
}

function listProblems<T>(items: readonly T[], problemOf: (item: T) => string | null): Map<number, string> {
  return new Map(
    items.flatMap((item, index) => {
      const problem = problemOf(item);
      return problem === null ? [] : [[index, problem] as const];
    }),
  );
}

function bodyProblem(draft: Draft, hasFile: boolean): string | null {
  if (draft.bodyKind === "object" && parseObjectPath(draft.bodyObject) === null) return pathHint;
  if (draft.bodyKind === "file" && !hasFile) return "Choose the file to send.";
  if (draft.bodyKind === "workspace" && draft.bodyPath.trim() === "")
    return "Name a file of the workspace, for example data/samples/access.log.";
  return null;
}

/** Everything that keeps this draft, its variables filled in, from being sent. `hasFile`: a local file has been chosen. */
export function findProblems(draft: Draft, hasFile: boolean): DraftProblems {
  const problems: DraftProblems = {
    params: paramProblems(draft.params),
    extraInputs: listProblems(draft.extraInputs, (path) => (path.trim() === "" || parseObjectPath(path) !== null ? null : pathHint)),
    headers: headerProblems(draft.headers),
    expect: listProblems(draft.expect, expectationProblem),
  };
  if (draft.door !== "PUT") {
    if (parseObjectPath(draft.object) === null) problems.object = pathHint;
    const range = rangeProblem(draft.range);
    if (range !== null) problems.range = range;
  }
  if (draft.door !== "GET" && parseObjectPath(draft.destination) === null) problems.destination = pathHint;
  const body = draft.door === "PUT" ? bodyProblem(draft, hasFile) : null;
  if (body !== null) problems.body = body;
  return problems;
}

/** True where nothing keeps the draft from being sent. */
export function isSendable(problems: DraftProblems): boolean {
  return (
    (["params", "extraInputs", "headers", "expect"] as const).every((field) => problems[field].size === 0) &&
    (["storlet", "object", "destination", "range", "body"] as const).every((field) => problems[field] === undefined)
  );
}
