/** Rules of the doors that need no store: copies, log objects, the size of the message that starts a run. */
import { describe, expect, it } from "vitest";
import { copyTargetHeaders, readCopyPath, unsupportedCopyHeader } from "./copy-rules.ts";
import { executeMessageBytes, messageProblem, pingMessageBytes } from "./message-size.ts";
import { formatRunLog } from "./run-log.ts";

const map = (fields: Record<string, string>): Map<string, string> => new Map(Object.entries(fields));

describe("copies", () => {
  it.each([
    ["/c/o", { container: "c", object: "o" }],
    ["c/o/p%20q", { container: "c", object: "o/p q" }],
    ["/c", { refusal: "Destination header must be of the form <container name>/<object name>" }],
    ["/c/", { refusal: "Destination header must be of the form <container name>/<object name>" }],
    ["", { refusal: "Destination header must be of the form <container name>/<object name>" }],
  ])("reads Destination %s", (value, expected) => {
    expect(readCopyPath(map({ destination: value }), "Destination")).toEqual(expected);
  });

  it.each(["X-Copy-From-Account", "Destination-Account", "X-Fresh-Metadata"])("does not take %s", (name) => {
    for (const byValue of [true, false]) {
      expect(unsupportedCopyHeader(map({ [name.toLowerCase()]: "" }), byValue)).toBe(`Storlet on copy with ${name} is not supported`);
    }
  });

  it.each([
    ["false", true],
    ["No", true],
    ["true", false],
    ["nonsense", false],
  ])("takes X-Fresh-Metadata: %s by its value: %s", (value, isTaken) => {
    const headers = map({ "x-fresh-metadata": value });
    expect(unsupportedCopyHeader(headers, true) === null).toBe(isTaken);
    expect(unsupportedCopyHeader(headers, false)).not.toBeNull();
  });

  it("takes the source's metadata over the request's, and nothing that describes the source's bytes", () => {
    const target = copyTargetHeaders(
      map({ "x-object-meta-a": "own", "x-object-meta-b": "own", "content-type": "text/plain", "x-copy-from": "/c/o", "if-match": "x" }),
      map({
        "x-object-meta-a": "source",
        "x-object-meta-u_v": "w",
        "content-type": "image/png",
        etag: "e",
        "x-object-sysmeta-slo-etag": "s",
      }),
    );
    expect(Object.fromEntries(target)).toEqual({
      "x-object-meta-a": "source",
      "x-object-meta-b": "own",
      "x-object-meta-u-v": "w",
      "content-type": "text/plain",
    });
  });
});

describe("the message that starts a run", () => {
  it("has the real engine's form: its ping is 103 bytes", () => {
    expect(pingMessageBytes()).toBe(103);
  });

  it("counts every character beyond ASCII as its escape, and every input", () => {
    const plain = executeMessageBytes({ a: "x" }, [{ metadata: {} }]);
    expect(executeMessageBytes({ a: "é" }, [{ metadata: {} }])).toBe(plain + 5);
    expect(executeMessageBytes({ a: "x" }, [{ metadata: { K: "v" } }])).toBe(plain + 8);
    expect(executeMessageBytes({ a: "x" }, [{ metadata: {}, range: { start: 1, end: 7 } }])).toBe(
      plain + '"start": "1", "end": "7", '.length,
    );
  });

  it("is refused from the first byte that does not fit", () => {
    const empty = executeMessageBytes({ a: "" }, [{ metadata: {} }]);
    expect(messageProblem({ a: "x".repeat(4096 - empty) }, [{ metadata: {} }])).toBeNull();
    expect(messageProblem({ a: "x".repeat(4097 - empty) }, [{ metadata: {} }])).toContain("has 4097 bytes, and 4096 are allowed");
  });
});

it("writes a log object as the real runtime writes a logger's lines", () => {
  const line = { seq: 1, time: 0 };
  const text = formatRunLog(
    [
      { ...line, level: "info", source: "engine", text: "GET" },
      { ...line, level: "warn", source: "storlet", text: "two\nlines" },
      { ...line, level: "info", source: "stdout", text: "printed" },
    ],
    "simple.SimpleStorlet",
  );
  expect(text).toBe("simple.SimpleStorlet WARNING: two\nlines\nprinted\n");
});
