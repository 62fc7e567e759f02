import { describe, expect, it } from "vitest";
import { createLineCutter, parseReadyLine } from "./ready-line.ts";

const ready = {
  swift: "http://127.0.0.1:8080",
  auth: "http://127.0.0.1:8080/auth/v1.0",
  control: "http://127.0.0.1:28080/?token=abc",
  sandbox: "docker",
  pid: 42,
};

describe("parseReadyLine", () => {
  it.each([
    { name: "the ready line", line: JSON.stringify(ready), expected: ready },
    { name: "a log line", line: "Storlet Studio is starting", expected: null },
    { name: "broken JSON", line: '{"swift":', expected: null },
    { name: "another object", line: '{"level":30,"msg":"hello"}', expected: null },
    { name: "an unknown sandbox", line: JSON.stringify({ ...ready, sandbox: "cloud" }), expected: null },
    { name: "nothing", line: "", expected: null },
  ])("$name", ({ line, expected }) => {
    expect(parseReadyLine(line)).toEqual(expected);
  });
});

describe("createLineCutter", () => {
  it.each([
    { name: "several lines in one piece", pieces: ["a\nb\n"], expected: ["a", "b"] },
    { name: "a line in several pieces", pieces: ["a", "b", "c\nd"], expected: ["abc"] },
    { name: "Windows line ends", pieces: ["a\r\nb\r", "\n"], expected: ["a", "b"] },
  ])("$name", ({ pieces, expected }) => {
    const lines: string[] = [];
    const cut = createLineCutter((line) => lines.push(line));
    for (const piece of pieces) cut(piece);
    expect(lines).toEqual(expected);
  });

  it("keeps a character that is cut between two pieces", () => {
    const lines: string[] = [];
    const cut = createLineCutter((line) => lines.push(line));
    for (const byte of new TextEncoder().encode("größe\n")) cut(Uint8Array.of(byte));
    expect(lines).toEqual(["größe"]);
  });
});
