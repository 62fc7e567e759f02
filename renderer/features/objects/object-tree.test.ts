import { expect, it } from "vitest";
import type { ObjectEntry } from "../../../engine/contract/index.ts";
import { folderKey, targetOf, treeRows, type FolderListing } from "./object-tree.ts";

const object = (name: string, bytes = 10): ObjectEntry => ({
  kind: "object",
  name,
  bytes,
  contentType: "text/csv",
  hash: "h",
  lastModified: "2026-01-01T00:00:00",
});
const subdir = (name: string): ObjectEntry => ({ kind: "subdir", name });
const listing = (entries: ObjectEntry[], rest: Partial<FolderListing> = {}): FolderListing => ({
  entries,
  hasMore: false,
  state: "listed",
  problem: null,
  ...rest,
});
const containers = [
  { name: "sensors", count: 41_000, bytes: 1_940_352 },
  { name: "storlet", count: 1, bytes: 1 },
];
const draw = (rows: ReturnType<typeof treeRows>): string[] =>
  rows.map((row) => `${"  ".repeat(row.level - 1)}${row.expanded === undefined ? "" : row.expanded ? "v " : "> "}${row.label}`);

it("shows closed containers with their counts", () => {
  const rows = treeRows(containers, new Map());
  expect(draw(rows)).toEqual(["> sensors", "> storlet"]);
  expect(rows[0]).toMatchObject({ fact: "41\u2009000", factText: "41\u2009000 objects, 1\u2009940\u2009352 bytes" });
  expect(rows[1]?.factText).toBe("1 object, 1 byte");
});

it("nests what was listed of open folders, by the last part of each name", () => {
  const rows = treeRows(
    containers,
    new Map([
      [folderKey({ container: "sensors", prefix: "" }), listing([subdir("2026-03/"), subdir("2026-04/"), object("all.csv")])],
      [folderKey({ container: "sensors", prefix: "2026-03/" }), listing([object("2026-03/a.csv")], { hasMore: true })],
    ]),
  );
  expect(draw(rows)).toEqual(["v sensors", "  v 2026-03/", "    Look for more folders", "  > 2026-04/", "> storlet"]);
});

it.each<[string, FolderListing, string[]]>([
  ["being listed", listing([], { state: "listing" }), ["Listing sensors/"]],
  ["the next page being listed", listing([object("a")], { state: "listing", hasMore: true }), ["Listing sensors/"]],
  ["empty", listing([]), ["No folders here"]],
  ["failed", listing([], { state: "failed", problem: "The engine did not answer." }), ["Not listed. Retry"]],
  ["failed on a later page", listing([object("a")], { state: "failed", hasMore: true }), ["Not listed. Retry"]],
])("a folder that is %s", (_name, state, expected) => {
  const rows = treeRows(containers.slice(0, 1), new Map([[folderKey({ container: "sensors", prefix: "" }), state]]));
  expect(rows.slice(1).map((row) => row.label)).toEqual(expected);
});

it("names what a row stands for, whatever the names hold", () => {
  const container = "a b/:%";
  expect(targetOf(folderKey({ container, prefix: "x/y/" }))).toEqual({ kind: "folder", folder: { container, prefix: "x/y/" } });
  expect(targetOf("nonsense")).toBeNull();
});

it("does not lose folders with odd names", () => {
  const rows = treeRows(
    containers.slice(0, 1),
    new Map([[folderKey({ container: "sensors", prefix: "" }), listing([object("dir"), subdir("//"), subdir("/")])]]),
  );
  expect(rows.slice(1).map((row) => row.label)).toEqual(["/", "/"]);
});
