import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { areDependenciesInstalled } from "./setup.mjs";

const lock = {
  "": { name: "x" },
  "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
  "node_modules/windows-only": { version: "2.0.0", integrity: "sha512-w", optional: true },
};
type Packages = Record<string, { version?: string; integrity?: string; optional?: boolean; name?: string }>;

describe("areDependenciesInstalled", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "studio-setup-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function write(present: Packages | string | null): void {
    writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ packages: lock }));
    if (present === null) return;
    mkdirSync(join(folder, "node_modules"));
    const text = typeof present === "string" ? present : JSON.stringify({ packages: present });
    writeFileSync(join(folder, "node_modules/.package-lock.json"), text);
  }

  const { "": _root, ...all } = lock;
  const { "node_modules/windows-only": _optional, ...withoutOptional } = all;

  it.each<{ name: string; present: Packages | string | null; expected: boolean }>([
    { name: "nothing installed", present: null, expected: false },
    { name: "everything installed", present: all, expected: true },
    { name: "an optional package left out", present: withoutOptional, expected: true },
    { name: "a package missing", present: {}, expected: false },
    { name: "another version", present: { ...all, "node_modules/a": { version: "1.0.1", integrity: "sha512-a" } }, expected: false },
    { name: "other contents", present: { ...all, "node_modules/a": { version: "1.0.0", integrity: "sha512-b" } }, expected: false },
    { name: "one too many", present: { ...all, "node_modules/b": { version: "1.0.0" } }, expected: false },
    {
      name: "a package of this platform that the lock file lacks",
      present: { ...all, "node_modules/b": { version: "1.0.0", optional: true } },
      expected: true,
    },
    { name: "npm's record is cut off", present: '{"packages":', expected: false },
  ])("$name -> $expected", ({ present, expected }) => {
    write(present);
    expect(areDependenciesInstalled(folder)).toBe(expected);
  });
});
