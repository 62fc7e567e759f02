/** What a user has filled in to invoke a storlet, and what is wrong with it. Pure: the form and the request both read it. */
import type { Example } from "../../../engine/contract/index.ts";

export type InvokeDoor = "GET" | "PUT";

/** Where the bytes of a PUT come from. A local file is named here; its content never leaves memory. */
export type BodyKind = "text" | "file" | "object";

export interface Parameter {
  key: string;
  value: string;
}

export interface Draft {
  door: InvokeDoor;
  /** `container/object`: the source of a GET. */
  object: string;
  /** `container/object`: where a PUT stores what the storlet makes. */
  destination: string;
  params: readonly Parameter[];
  /** X-Storlet-Range of a GET; "" for the whole object. */
  range: string;
  bodyKind: BodyKind;
  bodyText: string;
  /** `container/object` whose content a PUT sends. */
  bodyObject: string;
}

export const emptyDraft: Draft = {
  door: "GET",
  object: "",
  destination: "",
  params: [],
  range: "",
  bodyKind: "text",
  bodyText: "",
  bodyObject: "",
};

/** The draft a storlet begins with: its own example where it has one. */
export function firstDraft(example: Example | null): Draft {
  if (example === null) return emptyDraft;
  const params = Object.entries(example.params).map(([key, value]) => ({ key, value }));
  const name = example.object.slice(example.object.lastIndexOf("/") + 1);
  return {
    ...emptyDraft,
    // What the form cannot send is run as a GET, which shows the same output.
    door: example.door === "PUT" ? "PUT" : "GET",
    object: example.object,
    bodyObject: example.object,
    bodyKind: "object",
    destination: example.destination ?? `results/${name}`,
    params,
    range: example.range ?? "",
  };
}

export interface ObjectPath {
  container: string;
  object: string;
}

/** `container/object`, with or without a leading slash; null where either part is missing. */
export function parseObjectPath(text: string): ObjectPath | null {
  const path = text.trim().replace(/^\//, "");
  const slash = path.indexOf("/");
  if (slash <= 0 || slash === path.length - 1) return null;
  return { container: path.slice(0, slash), object: path.slice(slash + 1) };
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
  object?: string;
  destination?: string;
  range?: string;
  body?: string;
  /** By position in `params`. */
  params: ReadonlyMap<number, string>;
}

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

/** Everything that keeps this draft from being sent. `hasFile`: a local file has been chosen. */
export function findProblems(draft: Draft, hasFile: boolean): DraftProblems {
  const problems: DraftProblems = { params: paramProblems(draft.params) };
  if (draft.door === "GET") {
    if (parseObjectPath(draft.object) === null) problems.object = pathHint;
    const range = rangeProblem(draft.range);
    if (range !== null) problems.range = range;
    return problems;
  }
  if (parseObjectPath(draft.destination) === null) problems.destination = pathHint;
  if (draft.bodyKind === "object" && parseObjectPath(draft.bodyObject) === null) problems.body = pathHint;
  if (draft.bodyKind === "file" && !hasFile) problems.body = "Choose the file to send.";
  return problems;
}

/** True where nothing keeps the draft from being sent. */
export function isSendable(problems: DraftProblems): boolean {
  return (
    problems.params.size === 0 && (["object", "destination", "range", "body"] as const).every((field) => problems[field] === undefined)
  );
}
