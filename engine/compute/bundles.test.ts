/** Bundles on disk: names, atomic lay-out, removal. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { streamOf } from "../support/streams.ts";
import { layOutBundle, removeBundleVersions, removeHalfWrittenBundles, safeName } from "./bundles.ts";
import type { Bundle } from "./types.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "bundles-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

function bundleOf(digest: string, files: Bundle["files"]): Bundle {
  return { name: "a.py", language: "python", entry: "a.A", digest: digest.padEnd(64, "0"), files };
}

describe("safeName", () => {
  it.each([
    ["simple.py", /^simple\.py$/],
    ["identity-1.0.jar", /^identity-1\.0\.jar$/],
    ["a/b.py", /^a_b\.py-[0-9a-f]{8}$/],
    ["..", /^_-[0-9a-f]{8}$/],
    [".new-x", /^_new-x-[0-9a-f]{8}$/],
    ["", /^-[0-9a-f]{8}$/],
    ["ünï", /^_n_-[0-9a-f]{8}$/],
    ["x".repeat(300), /^x{80}-[0-9a-f]{8}$/],
  ])("%j", (name, expected) => expect(safeName(name)).toMatch(expected));

  it("keeps different names apart", () => {
    expect(safeName("a/b")).not.toBe(safeName("a_b"));
    expect(safeName("a/b")).not.toBe(safeName("a:b"));
  });
});

describe("layOutBundle", () => {
  it("writes streams and bytes, in folders too", async () => {
    const bundle = bundleOf("aaaaaaaaaaaa", [
      { name: "a.py", mode: 0o600, open: async () => streamOf(chunks("one", "two")) },
      { name: "lib/b.py", mode: 0o644, open: async () => Buffer.from("three") },
    ]);
    const name = await layOutBundle(root, bundle);
    expect(name).toBe("a.py.aaaaaaaaaaaa");
    expect(await readFile(join(root, name, "a.py"), "utf8")).toBe("onetwo");
    expect(await readFile(join(root, name, "lib/b.py"), "utf8")).toBe("three");
  });

  it("leaves nothing where a file cannot be had", async () => {
    const bundle = bundleOf("bbbbbbbbbbbb", [
      { name: "a.py", mode: 0o600, open: async () => Buffer.from("x") },
      { name: "b.py", mode: 0o600, open: () => Promise.reject(new Error("gone")) },
    ]);
    await expect(layOutBundle(root, bundle)).rejects.toThrow("gone");
    expect(await readdir(root)).toEqual([]);
  });

  it("may be asked many times at once", async () => {
    const bundle = bundleOf("cccccccccccc", [{ name: "a.py", mode: 0o600, open: async () => Buffer.from("x") }]);
    await Promise.all(Array.from({ length: 5 }, () => layOutBundle(root, bundle)));
    expect(await readdir(root)).toEqual(["a.py.cccccccccccc"]);
  });

  it("removes old versions of a name, and only of that name", async () => {
    const file = { name: "a.py", mode: 0o600, open: async () => Buffer.from("x") };
    for (const digest of ["111111111111", "222222222222"]) await layOutBundle(root, bundleOf(digest, [file]));
    await layOutBundle(root, { ...bundleOf("333333333333", [file]), name: "a.py.b" });
    await removeBundleVersions(root, "a.py", (name) => name.endsWith("222222222222"));
    expect((await readdir(root)).sort()).toEqual(["a.py.222222222222", "a.py.b.333333333333"]);
    await layOutBundle(root, { ...bundleOf("444444444444", [file]), name: "../x" });
    await removeHalfWrittenBundles(root);
    expect(await readdir(root)).toHaveLength(3);
  });
});
