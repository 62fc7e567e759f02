import { describe, expect, it } from "vitest";
import type { Run } from "../../../engine/contract/index.ts";
import { judge, judgeRecorded, swiftErrorText, type InvocationFacts } from "./verdict.ts";

const run = (fields: Partial<Run>): Run => ({
  id: "4c97",
  transactionId: "tx1",
  account: "AUTH_test",
  scope: "test",
  storlet: "csv_filter.py",
  door: "GET",
  object: "samples/a.csv",
  params: {},
  state: "succeeded",
  status: 200,
  startedAt: 1000,
  durationMs: 41,
  phases: [],
  cold: false,
  sandbox: "docker",
  isolated: true,
  image: null,
  digest: "d",
  bytesIn: 0,
  bytesOut: 0,
  bodyCut: false,
  problem: null,
  exception: null,
  profile: "studio",
  contract: null,
  ...fields,
});
const exception: NonNullable<Run["exception"]> = {
  type: "ValueError",
  message: "could not convert string to float: 'n/a'",
  traceback: "Traceback",
  frames: [
    { file: "csv_filter.py", line: 12, function: "__call__", text: "self.go()" },
    { file: "csv_filter.py", line: 28, function: "go", text: "float(x)" },
  ],
};

interface Case {
  status?: number;
  text?: string;
  size?: number;
  cut?: boolean;
  outcome?: "answered" | "cancelled" | "unreachable";
  door?: "GET" | "PUT";
  body?: string;
  run?: Partial<Run> | null;
}
function facts(given: Case): InvocationFacts {
  const { status = 200, text = "OK", size = 0, cut = false, outcome = "answered", door = "GET", body = "", run: fields = {} } = given;
  return {
    storlet: "csv_filter.py",
    door,
    target: { container: "samples", object: "a.csv" },
    exchange: {
      outcome,
      head: outcome === "unreachable" ? null : { status, statusText: text, headers: [], transactionId: "tx1" },
      totalMs: 41,
      reason: outcome === "answered" && !cut ? null : "network error",
      body: { sizeBytes: size, cut },
    },
    bodyText: body,
    run: fields === null ? null : run(fields),
  };
}

describe("judge", () => {
  it("is content with an answer that came whole", () => {
    expect(judge(facts({}))).toEqual({ state: "succeeded", headline: "200 OK", badge: null, trouble: null });
    expect(judge(facts({ door: "PUT", status: 201, text: "Created" })).headline).toBe("201 Created");
  });

  it("points at the author's line when a storlet raised after its first byte", () => {
    const verdict = judge(
      facts({
        cut: true,
        size: 98_304,
        run: { state: "failed", exception, bodyCut: true, problem: { code: "STORLET_EXCEPTION", message: "m" } },
      }),
    );
    expect(verdict).toMatchObject({ state: "failed", headline: "Failed", badge: "200, body cut" });
    expect(verdict.trouble).toEqual({
      title: "csv_filter stopped at line 28 with ValueError",
      why: "could not convert string to float: 'n/a'",
      effect: "200 was already sent, so the client got 98\u2009304 bytes and a cut connection.",
      todo: "Look at line 28, save, and run again.",
      code: "STORLET_EXCEPTION",
      remedies: [{ kind: "reveal", line: 28 }],
    });
  });

  it("says what the client got when it raised before, and that a PUT stored nothing", () => {
    const failed = { state: "failed" as const, exception };
    expect(judge(facts({ status: 503, text: "Service Unavailable", run: failed })).trouble?.effect).toBe(
      "The client got 503 Service Unavailable.",
    );
    expect(judge(facts({ door: "PUT", status: 500, text: "Internal Server Error", run: failed })).trouble?.effect).toBe(
      "The client got 500 Internal Server Error. Nothing was stored.",
    );
  });

  it("names no line where no frame is the author's", () => {
    const verdict = judge(facts({ status: 503, run: { state: "failed", exception: { ...exception, frames: [], message: "" } } }));
    expect(verdict.trouble).toMatchObject({
      title: "csv_filter stopped with ValueError",
      why: "ValueError carries no message.",
      remedies: [],
    });
  });

  it("gives the engine's own words for a timeout", () => {
    const problem = { code: "STORLET_TIMEOUT" as const, message: "csv_filter gave no answer within 40 s.", hint: "Write output earlier." };
    const verdict = judge(facts({ status: 503, text: "Service Unavailable", run: { state: "timed-out", problem } }));
    expect(verdict).toMatchObject({
      state: "timed-out",
      headline: "Timed out",
      badge: "503",
      trouble: { title: problem.message, todo: problem.hint, code: "STORLET_TIMEOUT" },
    });
  });

  it.each<[string, Case, string, string[]]>([
    [
      "a switched off account",
      { status: 400, body: "<html><h1>Bad Request</h1><p>Account disabled for storlets</p></html>" },
      "Storlets are switched off for this account",
      ["enable-account"],
    ],
    [
      "a storlet that is not there",
      { status: 401, body: "<p>Failed to verify access to the storlet. Either…</p>" },
      "csv_filter.py is not deployed",
      ["deploy"],
    ],
    ["an object that is not there", { status: 404, text: "Not Found" }, "There is no object samples/a.csv", []],
    ["a container that is not there", { status: 404, door: "PUT" }, "There is no container samples", ["create-container"]],
    [
      "any other refusal",
      { status: 416, text: "Requested Range Not Satisfiable" },
      "Swift answered 416 Requested Range Not Satisfiable",
      [],
    ],
  ])("explains %s", (_name, given, title, remedies) => {
    const { state, trouble } = judge(facts({ ...given, run: null }));
    expect(state).toBe("failed");
    expect(trouble?.title).toBe(title);
    expect(trouble?.remedies.map((remedy) => remedy.kind)).toEqual(remedies);
  });

  it("shows Swift's words for a refusal it does not know", () => {
    const verdict = judge(
      facts({
        status: 400,
        text: "Bad Request",
        body: "<html><h1>Bad Request</h1><p>Storlet execution with range header is not supported</p></html>",
        run: null,
      }),
    );
    expect(verdict.trouble?.why).toBe("Storlet execution with range header is not supported");
  });

  it("does not take a cut body for a success even without a run on record", () => {
    const verdict = judge(facts({ cut: true, size: 1, run: null }));
    expect(verdict).toMatchObject({ state: "failed", badge: "200, body cut", trouble: { title: "The answer broke off after 1 byte" } });
  });

  it("tells an engine that is away from one that refused", () => {
    expect(judge(facts({ outcome: "unreachable", run: null }))).toMatchObject({
      headline: "No answer",
      trouble: { code: "ENGINE_NOT_RUNNING" },
    });
  });

  it("does not call a cancelled run a failure", () => {
    expect(
      judge(facts({ outcome: "cancelled", cut: true, run: { state: "cancelled", problem: { code: "CANCELLED", message: "x" } } })),
    ).toEqual({
      state: "cancelled",
      headline: "Cancelled",
      badge: null,
      trouble: null,
    });
  });
});

describe("judgeRecorded", () => {
  it("reads a recorded failure like a live one", () => {
    expect(judgeRecorded(run({ state: "failed", exception, bodyCut: true, bytesOut: 5 }))).toMatchObject({
      badge: "200, body cut",
      trouble: { effect: "200 was already sent, so the client got 5 bytes and a cut connection." },
    });
    expect(judgeRecorded(run({}))).toMatchObject({ state: "succeeded", headline: "200" });
    expect(judgeRecorded(run({ state: "cancelled" })).state).toBe("cancelled");
  });
});

it.each([
  ["<html><h1>Bad Request</h1><p>Wrong &lt;b&gt; &amp; more</p></html>", "Wrong <b> & more"],
  ["plain words\n", "plain words"],
  ["<script>alert(1)</script>", "alert(1)"],
  ["", ""],
])("reads the words of %j", (body, words) => {
  expect(swiftErrorText(body)).toBe(words);
});
