import { expect, it } from "vitest";
import { expiryWords, iconOfName, notesOf, shortTime } from "./row-notes.ts";

const now = Date.parse("2026-03-14T12:00:00Z");

it.each([
  [2 * 86_400, "expires in 2 days"],
  [86_400, "expires in 1 day"],
  [7200, "expires in 2 hours"],
  [300, "expires in 5 min"],
  [12, "expires in 12 s"],
  [-1, "expired"],
])("after %d s: %s", (seconds, words) => {
  expect(expiryWords(now / 1000 + seconds, now)).toBe(words);
});

it.each<[Record<string, string>, number | null, string[]]>([
  [{ "X-Static-Large-Object": "True" }, 5, ["5 segments, SLO"]],
  [{ "X-Static-Large-Object": "True" }, null, ["SLO"]],
  [{ "X-Object-Manifest": "parts/a" }, null, ["DLO"]],
  [{ "X-Symlink-Target": "sensors/2026%20a/station-04.csv" }, null, ["link to station-04.csv"]],
  [{ "X-Delete-At": String(now / 1000 + 60) }, null, ["expires in 1 min"]],
  [{ ETag: "x" }, null, []],
])("%j", (headers, segments, labels) => {
  expect(notesOf(new Headers(headers), now, segments).map(({ label }) => label)).toEqual(labels);
});

it("names kinds of files and times", () => {
  expect(["a.csv", "b.json", "c.PNG", "d"].map(iconOfName)).toEqual(["table", "json", "file-media", "file"]);
  expect(shortTime("2024-03-14T12:01:00.000000", new Date(now))).toMatch(/^1[345] Mar 2024$/);
  expect(shortTime("", new Date(now))).toBe("");
});
