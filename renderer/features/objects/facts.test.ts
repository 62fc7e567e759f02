import { expect, it } from "vitest";
import { factsOf, formatUtc } from "./facts.ts";

const common = {
  "Content-Type": "text/csv",
  ETag: '"7c1a"',
  "Last-Modified": "Sat, 14 Mar 2026 12:01:07 GMT",
  "X-Object-Meta-Source-Unit": "celsius",
  "X-Object-Meta-Station": "04",
};

it.each([
  ["the whole object", { "Content-Length": "1940352" }, 1_940_352],
  ["a range of it", { "Content-Length": "65536", "Content-Range": "bytes 0-65535/1940352" }, 1_940_352],
  ["an unsatisfiable range", { "Content-Length": "0", "Content-Range": "bytes */0" }, 0],
])("reads %s", (_name, sizes, sizeBytes) => {
  expect(factsOf(new Headers({ ...common, ...sizes }))).toEqual({
    sizeBytes,
    contentType: "text/csv",
    etag: "7c1a",
    lastModified: "Sat, 14 Mar 2026 12:01:07 GMT",
    metadata: [
      { name: "Source-Unit", value: "celsius" },
      { name: "Station", value: "04" },
    ],
  });
});

it("shows times in UTC", () => {
  expect(formatUtc("Sat, 14 Mar 2026 12:01:07 GMT")).toBe("14 Mar 2026 12:01:07 UTC");
  expect(formatUtc("yesterday")).toBe("yesterday");
});
