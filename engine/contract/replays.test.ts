import { describe, expect, it } from "vitest";
import { chooseReplay, repeatableHeaders, unsignedTarget, type ReplayFacts } from "./replays.ts";
import type { KeptBody, RunExchange, SentHeader } from "./words.ts";

const headers: SentHeader[] = [
  { name: "x-auth-token", value: "", hiddenCharacters: 32 },
  { name: "x-run-storlet", value: "line_filter.py" },
  { name: "x-storlet-parameter-1", value: "who:it's" },
  { name: "user-agent", value: "curl" },
  { name: "host", value: "127.0.0.1" },
  { name: "accept", value: "*/*" },
  { name: "range", value: "bytes=0-1" },
];

it("repeats what was asked, not the connection or the secrets", () => {
  expect(repeatableHeaders(headers).map(({ name }) => name)).toEqual(["x-run-storlet", "x-storlet-parameter-1", "range"]);
});

it.each([
  ["/v1/a/c/o", "/v1/a/c/o"],
  ["/v1/a/c/o?a=1&temp_url_sig=hidden&temp_url_expires=9", "/v1/a/c/o?a=1"],
  ["/v1/a/c/o?temp_url_sig=hidden", "/v1/a/c/o"],
])("%s without its signature", (target, expected) => expect(unsignedTarget(target)).toBe(expected));

const kept = (fields: Partial<KeptBody> = {}): KeptBody => ({ sizeBytes: 4, keptBytes: 4, ref: "r", cut: false, ...fields });
const exchange = (body: KeptBody | null): RunExchange => ({
  request: { method: "PUT", target: "/v1/AUTH_test/c/o", headers, body },
  response: { status: 201, headers: [], body: null },
});
const facts: ReplayFacts = {
  run: { account: "AUTH_test", digest: "d".repeat(64), profile: "studio", storlet: "a.py", state: "succeeded" },
  exchange: exchange(null),
  account: "AUTH_test",
  profile: "studio",
  isRequestKept: true,
  isCodeKept: true,
  inputs: [{ name: "c/o", state: "kept", sizeBytes: 4 }],
};

describe("a replay against today", () => {
  it.each<[string, Partial<ReplayFacts>, string | null]>([
    ["of anything that is kept", {}, null],
    ["of old code", { isCodeKept: false, inputs: null, profile: "strict" }, null],
    ["of a run that goes on", { run: { ...facts.run, state: "streaming" } }, "It is still running."],
    ["where nothing is kept", { exchange: null, isRequestKept: false }, "What was sent is not kept with this run."],
    ["of another account", { account: "AUTH_b" }, "It went to AUTH_test; from here only AUTH_b can be reached."],
    [
      "of a long body",
      { exchange: exchange(kept({ sizeBytes: 9 })), isRequestKept: false },
      "What was sent is longer than what is kept of it.",
    ],
    [
      "of a torn body",
      { exchange: exchange(kept({ cut: true })), isRequestKept: false },
      "What was sent broke off, so it cannot be sent again.",
    ],
  ])("%s", (_name, fields, reason) => expect(chooseReplay({ ...facts, ...fields }).today).toBe(reason));
});

describe("an exact replay", () => {
  it.each<[string, Partial<ReplayFacts>, string | null]>([
    ["of what is kept", {}, null],
    ["of an object that is the same", { inputs: [{ name: "c/o", state: "unchanged", sizeBytes: null }] }, null],
    ["of what cannot be sent at all", { exchange: null }, "What was sent is not kept with this run."],
    ["where no code ran", { run: { ...facts.run, digest: "" } }, "No code ran."],
    ["in another profile", { profile: "strict" }, "It ran in the profile studio; the engine runs in strict."],
    ["without its code", { isCodeKept: false }, "Code dddddddd of a.py is not kept."],
    ["of an old record", { inputs: null }, "What it read is not kept with this run."],
    ["of an object that changed", { inputs: [{ name: "c/o", state: "changed", sizeBytes: 1 }] }, "c/o is not kept, and it changed since."],
    [
      "of an object that is gone",
      { inputs: [{ name: "c/o", state: "gone", sizeBytes: 1 }] },
      "c/o is not kept, and it is not there any more.",
    ],
  ])("%s", (_name, fields, reason) => expect(chooseReplay({ ...facts, ...fields }).exact).toBe(reason));
});
