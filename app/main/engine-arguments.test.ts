import { describe, expect, it } from "vitest";
import { parsePassedOn, planEngineArguments } from "./engine-arguments.ts";

const previous = {
  swift: "http://127.0.0.1:9001",
  auth: "http://127.0.0.1:9001/auth/v1.0",
  control: "http://127.0.0.1:9002/?token=old",
  sandbox: "process",
  pid: 7,
} as const;

describe("parsePassedOn", () => {
  it.each([
    { argv: ["electron", "."], expected: [] },
    { argv: ["electron", ".", "--no-sandbox", "--", "--port", "9000"], expected: ["--port", "9000"] },
    { argv: ["studio", "--"], expected: [] },
  ])("$argv", ({ argv, expected }) => {
    expect(parsePassedOn(argv)).toEqual(expected);
  });
});

describe("planEngineArguments", () => {
  it.each([
    { name: "everything free", passedOn: [], taken: [], last: null, expected: ["--port", "8080", "--control-port", "28080"] },
    { name: "Swift's port taken", passedOn: [], taken: [8080], last: null, expected: ["--port", "0", "--control-port", "28080"] },
    {
      name: "the user's port wins",
      passedOn: ["--port", "9000"],
      taken: [8080],
      last: null,
      expected: ["--control-port", "28080", "--port", "9000"],
    },
    {
      name: "the user's port wins, other spelling",
      passedOn: ["--control-port=9"],
      taken: [],
      last: null,
      expected: ["--port", "8080", "--control-port=9"],
    },
    { name: "after a crash", passedOn: [], taken: [], last: previous, expected: ["--port", "9001", "--control-port", "9002"] },
    { name: "after a crash, port lost", passedOn: [], taken: [9002], last: previous, expected: ["--port", "9001", "--control-port", "0"] },
  ])("$name", async ({ passedOn, taken, last, expected }) => {
    const plan = await planEngineArguments({
      passedOn,
      previous: last,
      isPortFree: (port) => Promise.resolve(!(taken as number[]).includes(port)),
    });
    expect(plan).toEqual(["serve", "--ready-json", ...expected]);
  });
});
