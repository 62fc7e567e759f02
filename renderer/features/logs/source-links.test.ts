import { describe, expect, it } from "vitest";
import { createSourceResolver, cutSegments, linkFrames, shortenFrames } from "./source-links.ts";

const file = (path: string) => ({ path, name: path.slice(path.lastIndexOf("/") + 1), sizeBytes: 1 });
const resolve = createSourceResolver([
  {
    name: "csv_filter",
    objectName: "csv_filter.py",
    files: [file("storlets/csv_filter/csv_filter.py"), file("storlets/csv_filter/util.py")],
  },
  { name: "redact", objectName: "redact.py", files: [file("storlets/redact/redact.py"), file("storlets/redact/util.py")] },
]);

describe("createSourceResolver", () => {
  it.each([
    ["csv_filter.py", undefined, "storlets/csv_filter/csv_filter.py"],
    ["/home/swift/csv_filter/csv_filter.py", undefined, "storlets/csv_filter/csv_filter.py"],
    ["util.py", "redact", "storlets/redact/util.py"],
    ["util.py", "redact.py", "storlets/redact/util.py"],
    ["util.py", undefined, null],
    ["redact.py", "csv_filter", "storlets/redact/redact.py"],
    ["/usr/lib/python3.11/util.py", "redact", null],
    ["/opt/storlets/runtime/python/worker.py", undefined, null],
    ["<string>", undefined, null],
    ["unknown.py", undefined, null],
  ])("%s while %s runs is %s", (name, storlet, path) => {
    expect(resolve(name, storlet)).toBe(path);
  });
});

describe("linkFrames", () => {
  it.each([
    ["no frame here"],
    ['  File "csv_filter.py", line 28, in __call__'],
    ['  File "/usr/lib/python3/csv.py", line 3, in x'],
    ['File "csv_filter.py", line 1 and File "redact.py", line 2'],
    [""],
  ])("keeps every character of %j", (line) => {
    expect(
      linkFrames(line, undefined, resolve)
        .map((segment) => segment.text)
        .join(""),
    ).toBe(line);
  });

  it("links an author's frame and leaves others alone", () => {
    expect(linkFrames('  File "csv_filter.py", line 28, in __call__', undefined, resolve)).toEqual([
      { text: '  File "', link: null },
      { text: 'csv_filter.py", line 28', link: { path: "storlets/csv_filter/csv_filter.py", line: 28 } },
      { text: ", in __call__", link: null },
    ]);
    expect(linkFrames('  File "/usr/lib/python3/csv.py", line 3', undefined, resolve)).toEqual([
      { text: '  File "/usr/lib/python3/csv.py", line 3', link: null },
    ]);
  });
});

it("cuts segments at any place", () => {
  const link = { path: "p", line: 1 };
  const segments = [
    { text: "abc", link: null },
    { text: "def", link },
    { text: "ghi", link: null },
  ];
  expect(cutSegments(segments, 2, 5)).toEqual([
    { text: "c", link: null },
    { text: "de", link },
  ]);
  expect(cutSegments(segments, 5, 9)).toEqual([
    { text: "f", link },
    { text: "ghi", link: null },
  ]);
  expect(cutSegments(segments, 3, 3)).toEqual([]);
});

it.each([
  ['  File "/var/lib/storlets/csv_filter.py.3867fd36e2d8/csv_filter.py", line 28, in x', '  File "csv_filter.py", line 28, in x'],
  ['File "/a b/x.py.0123456789ab/pkg/util.py", line 3', 'File "pkg/util.py", line 3'],
  ['File "/usr/lib/python3/csv.py", line 3', 'File "/usr/lib/python3/csv.py", line 3'],
  ["no frame in /x.py.0123456789ab/x.py", "no frame in /x.py.0123456789ab/x.py"],
])("shortens %s", (line, expected) => {
  expect(shortenFrames(line)).toBe(expected);
});
