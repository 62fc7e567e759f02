import { expect, it } from "vitest";
import type { Run } from "../../../engine/contract/index.ts";
import { previousOf } from "./RunCommands.tsx";

const run = (id: string, startedAt: number, fields: Partial<Run> = {}): Run =>
  ({ id, startedAt, storlet: "a.py", object: "c/o", door: "GET", state: "succeeded", ...fields }) as Run;
const subject = run("s", 10);

it.each<[string, Run[], string | null]>([
  ["the nearest on the same object", [run("far", 1), run("near", 9), run("other", 9.5, { object: "c/p" })], "near"],
  ["one of another object where there is no other", [run("other", 9, { object: "c/p" }), run("older", 2, { object: "c/p" })], "other"],
  ["never a later one", [run("later", 11)], null],
  ["never another storlet's", [run("x", 9, { storlet: "b.py" })], null],
  ["never one that goes on", [run("x", 9, { state: "running" })], null],
  ["never itself", [subject], null],
])("%s", (_name, runs, id) => {
  expect(previousOf(subject, runs)?.id ?? null).toBe(id);
});
