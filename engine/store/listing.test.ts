import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareNames, nameAfterPrefix, walkNames, type NameRange } from "./listing.ts";
import type { ListingRequest } from "./types.ts";

interface Named {
  readonly name: string;
}

/** The plainest possible scan, over an array; counts the rows it hands out. */
function scanOf(names: readonly string[]): { scan: (range: NameRange, limit: number) => Iterable<Named>; rows: () => number } {
  const sorted = names.toSorted(compareNames);
  let rows = 0;
  function* scan(range: NameRange, limit: number): Generator<Named> {
    const inside = sorted.filter((name) => {
      const low = range.lower === null ? 1 : compareNames(name, range.lower);
      const high = range.upper === null ? -1 : compareNames(name, range.upper);
      return (low > 0 || (low === 0 && range.lowerInclusive)) && (high < 0 || (high === 0 && range.upperInclusive));
    });
    if (range.reverse) inside.reverse();
    for (const name of inside.slice(0, limit)) {
      rows += 1;
      yield { name };
    }
  }
  return { scan, rows: () => rows };
}

const everything: ListingRequest = { limit: 10_000, marker: "", endMarker: "", prefix: "", delimiter: "", reverse: false, path: null };

function list(names: readonly string[], request: Partial<ListingRequest>): string[] {
  const { scan } = scanOf(names);
  return walkNames({ ...everything, ...request }, scan).map((item) => ("subdir" in item ? `${item.subdir}*` : item.record.name));
}

const tree = ["a", "b", "b/", "b/1", "b/2/x", "b0", "c/1", "d--e--f", "d--g", "é", "😀", "\uffee"];

describe("walkNames", () => {
  it.each<[string, Partial<ListingRequest>, string[]]>([
    ["everything in UTF-8 order", {}, ["a", "b", "b/", "b/1", "b/2/x", "b0", "c/1", "d--e--f", "d--g", "é", "\uffee", "😀"]],
    ["reverse", { reverse: true, limit: 3 }, ["😀", "\uffee", "é"]],
    ["limit 0", { limit: 0 }, []],
    ["limit 2", { limit: 2 }, ["a", "b"]],
    ["marker is exclusive", { marker: "b/1", limit: 2 }, ["b/2/x", "b0"]],
    ["end_marker is exclusive", { endMarker: "b/" }, ["a", "b"]],
    ["reverse swaps the markers", { reverse: true, marker: "b0", endMarker: "b/" }, ["b/2/x", "b/1"]],
    ["prefix", { prefix: "b/" }, ["b/", "b/1", "b/2/x"]],
    ["marker before the prefix", { prefix: "b/", marker: "a" }, ["b/", "b/1", "b/2/x"]],
    ["marker behind the prefix", { prefix: "b/", marker: "c" }, []],
    ["end_marker inside the prefix", { prefix: "b/", endMarker: "b/2" }, ["b/", "b/1"]],
    ["delimiter", { delimiter: "/" }, ["a", "b", "b/*", "b0", "c/*", "d--e--f", "d--g", "é", "\uffee", "😀"]],
    ["delimiter in reverse", { delimiter: "/", reverse: true, marker: "d" }, ["c/*", "b0", "b/*", "b", "a"]],
    ["subdirectories count for the limit", { delimiter: "/", limit: 3 }, ["a", "b", "b/*"]],
    ["a long delimiter", { delimiter: "--", prefix: "d" }, ["d--*"]],
    ["a long delimiter below a prefix", { delimiter: "--", prefix: "d--" }, ["d--e--*", "d--g"]],
    ["an object named like the prefix", { delimiter: "/", prefix: "b/" }, ["b/", "b/1", "b/2/*"]],
    ["marker equal to a subdirectory passes it over", { delimiter: "/", marker: "b/", limit: 1 }, ["b0"]],
    ["marker inside a subdirectory reports it again", { delimiter: "/", marker: "b/1", limit: 2 }, ["b/*", "b0"]],
    ["path of the root", { path: "" }, ["a", "b", "b/", "b0", "d--e--f", "d--g", "é", "\uffee", "😀"]],
    ["path of a directory", { path: "b" }, ["b/1"]],
    ["path with a slash", { path: "b/" }, ["b/1"]],
    ["path in reverse keeps the markers of directories", { path: "", reverse: true, marker: "c" }, ["b0", "b/", "b", "a"]],
  ])("%s", (_what, request, expected) => {
    expect(list(tree, request)).toEqual(expected);
  });

  it("passes a large subdirectory over with one seek", () => {
    const names = ["a", ...Array.from({ length: 5_000 }, (_unused, at) => `big/${String(at).padStart(5, "0")}`), "z"];
    const { scan, rows } = scanOf(names);
    expect(walkNames({ ...everything, delimiter: "/" }, scan)).toHaveLength(3);
    expect(rows()).toBeLessThan(10);
  });

  const name = fc.string({ unit: fc.constantFrom("a", "b", "/", "-", "é", "😀"), minLength: 1, maxLength: 6 });
  it("agrees with a listing made from all names at once", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(name),
        fc.record({ prefix: fc.oneof(fc.constant(""), name), marker: fc.oneof(fc.constant(""), name), reverse: fc.boolean() }),
        (names, { prefix, marker, reverse }) => {
          const wanted: string[] = [];
          for (const item of names.toSorted(compareNames)) {
            if (!item.startsWith(prefix)) continue;
            if (marker !== "" && (reverse ? compareNames(item, marker) >= 0 : compareNames(item, marker) <= 0)) continue;
            const at = item.indexOf("/", prefix.length);
            const shown = at < 0 ? item : `${item.slice(0, at + 1)}*`;
            if (shown !== `${marker}*` || reverse) if (!wanted.includes(shown)) wanted.push(shown);
          }
          if (reverse) wanted.reverse();
          expect(list(names, { prefix, marker, reverse, delimiter: "/" })).toEqual(wanted);
        },
      ),
    );
  });
});

describe("names", () => {
  it("are compared as their UTF-8 bytes", () => {
    const text = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(Math.sign(compareNames(one, other))).toBe(Buffer.compare(Buffer.from(one), Buffer.from(other)));
      }),
    );
  });

  it.each([
    ["a", "b"],
    ["a/", "a0"],
    ["\ud7ff", "\ue000"],
    ["a\u{10ffff}", "b"],
    ["\u{10ffff}", null],
  ])("after the prefix %j comes %j", (prefix, after) => {
    expect(nameAfterPrefix(prefix)).toBe(after);
  });
});
