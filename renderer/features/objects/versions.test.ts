import { expect, it } from "vitest";
import { readVersions } from "./versions.ts";

it("reads the versions of one object from a listing by prefix", () => {
  const rows = [
    { name: "a", version_id: "3", bytes: 3, last_modified: "2026-03-14T12:01:00", is_latest: true, content_type: "text/csv" },
    {
      name: "a",
      version_id: "2",
      bytes: 0,
      last_modified: "2026-03-14T06:00:00",
      is_latest: false,
      content_type: "application/x-deleted;swift_versions_deleted=1",
    },
    { name: "a", version_id: "null", bytes: 1, last_modified: "2026-03-13T23:59:00", is_latest: false, content_type: "text/csv" },
    { name: "ab", version_id: "9", bytes: 1, last_modified: "2026-03-13T23:59:00", is_latest: true, content_type: "text/csv" },
  ];
  expect(readVersions(rows, "a").map(({ id, isLatest, isMarker }) => [id, isLatest, isMarker])).toEqual([
    ["3", true, false],
    ["2", false, true],
    ["null", false, false],
  ]);
  expect(readVersions("nonsense", "a")).toEqual([]);
});
