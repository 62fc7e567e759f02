import { expect, it } from "vitest";
import type { Run } from "../../../engine/contract/index.ts";
import { replayWords } from "./replay-words.ts";

const run = (mode: "exact" | "today", digest: string): Pick<Run, "digest" | "replay"> => ({ digest, replay: { of: "a", mode } });

it.each<[string, Pick<Run, "digest" | "replay">, { digest: string } | null, string, boolean]>([
  ["the same code", run("today", "aaaaaaaaaa"), { digest: "aaaaaaaaaa" }, " The storlet's code is the same.", false],
  [
    "other code",
    run("today", "bbbbbbbbbb"),
    { digest: "aaaaaaaaaa" },
    " The storlet's code changed since: aaaaaaaa then, bbbbbbbb now.",
    true,
  ],
  ["an exact one", run("exact", "aaaaaaaaaa"), { digest: "aaaaaaaaaa" }, "", false],
  ["no code", run("today", ""), { digest: "aaaaaaaaaa" }, "", false],
  ["a run that is gone", run("today", "aaaaaaaaaa"), null, "", false],
])("of %s", (_name, replayed, original, text, changed) => {
  expect(replayWords(replayed, original)).toEqual({ text, changed });
});
