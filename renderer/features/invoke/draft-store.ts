/** Keeps each storlet's last draft across visits. Owns the form of what is stored; anything else found there is passed over. */
import type { Expectation } from "../../../engine/contract/index.ts";
import { testsOf } from "../../../engine/contract/recipe-checks.ts";
import { emptyDraft, type Draft, type Parameter } from "./draft.ts";

export interface KeptDrafts {
  load(storlet: string): Draft | null;
  save(storlet: string, draft: Draft): void;
  loadStorlet(): string | null;
  saveStorlet(storlet: string): void;
  /** Name of the recipe the form was filled from; null for none. */
  loadRecipe(): string | null;
  saveRecipe(recipe: string | null): void;
  loadEnvironment(): string | null;
  saveEnvironment(environment: string | null): void;
}

/** The part of `Storage` that is needed. */
export type TextStorage = Pick<Storage, "getItem" | "setItem">;

/** Typed text beyond this is not kept: the storage of a page is small. */
const keptTextLength = 100_000;

const isParameter = (value: unknown): value is Parameter =>
  typeof value === "object" &&
  value !== null &&
  "key" in value &&
  "value" in value &&
  typeof value.key === "string" &&
  typeof value.value === "string";

function isExpectation(value: unknown): value is Expectation {
  if (typeof value !== "object" || value === null) return false;
  const { subject, name, test, value: text } = value as Record<string, unknown>;
  return Object.hasOwn(testsOf, String(subject)) && [name, test, text].every((field) => typeof field === "string");
}

/** A draft from stored JSON; fields that are missing or of another kind fall back to the empty draft's. */
export function parseDraft(text: string): Draft | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const stored = value as Record<string, unknown>;
  const string = (field: keyof Draft): string => (typeof stored[field] === "string" ? stored[field] : "");
  const strings = (value: unknown): string[] => (Array.isArray(value) ? value.filter((item) => typeof item === "string") : []);
  const { door, bodyKind } = stored;
  return {
    door: door === "PUT" || door === "COPY" ? door : "GET",
    object: string("object"),
    destination: string("destination"),
    params: Array.isArray(stored["params"]) ? stored["params"].filter(isParameter) : emptyDraft.params,
    range: string("range"),
    extraInputs: strings(stored["extraInputs"]),
    headers: Array.isArray(stored["headers"]) ? stored["headers"].filter(isParameter) : [],
    expect: Array.isArray(stored["expect"]) ? stored["expect"].filter(isExpectation) : [],
    bodyKind: bodyKind === "file" || bodyKind === "object" || bodyKind === "workspace" ? bodyKind : "text",
    bodyText: string("bodyText"),
    bodyPath: string("bodyPath"),
    bodyObject: string("bodyObject"),
  };
}

/** Drafts below `scope` (the workspace) in a page's storage. A storage that refuses is as good as none. */
export function createKeptDrafts(storage: TextStorage | null, scope: string): KeptDrafts {
  const draftKey = (storlet: string): string => `studio.invoke.${scope}.draft.${storlet}`;
  const storletKey = `studio.invoke.${scope}.storlet`;
  const recipeKey = `studio.invoke.${scope}.recipe`;
  const environmentKey = `studio.invoke.${scope}.environment`;
  const orNone = (text: string | null): string | null => (text === "" ? null : text);
  function read(key: string): string | null {
    try {
      return storage?.getItem(key) ?? null;
    } catch {
      return null;
    }
  }
  function write(key: string, text: string): void {
    try {
      storage?.setItem(key, text);
    } catch {
      // A full or forbidden storage only means that the draft is not there next time.
    }
  }
  return {
    load(storlet) {
      const text = read(draftKey(storlet));
      return text === null ? null : parseDraft(text);
    },
    save(storlet, draft) {
      write(draftKey(storlet), JSON.stringify({ ...draft, bodyText: draft.bodyText.length > keptTextLength ? "" : draft.bodyText }));
    },
    loadStorlet: () => read(storletKey),
    saveStorlet: (storlet) => write(storletKey, storlet),
    loadRecipe: () => orNone(read(recipeKey)),
    saveRecipe: (recipe) => write(recipeKey, recipe ?? ""),
    loadEnvironment: () => orNone(read(environmentKey)),
    saveEnvironment: (environment) => write(environmentKey, environment ?? ""),
  };
}
