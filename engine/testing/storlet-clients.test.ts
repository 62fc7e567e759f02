/** The real swift client runs storlets by a header: on download, upload and copy, in both languages on every kind of sandbox. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildJar, findTestJdk } from "../compute/test-java.ts";
import { isClientThere } from "./clients.ts";
import { deployStorlets, putObject, registrationOf, sandboxHosts } from "./conformance.ts";
import { createTestEngine, type TestEngine } from "./test-engine.ts";

const jdk = await findTestJdk(process.env);
const hasSwift = await isClientThere("the swift client", "swift", "--version");
const run = promisify(execFile);

const languages = [
  { language: "Python", half: "half.py" },
  { language: "Java", half: "halfstorlet-1.0.jar" },
].filter(({ language }) => language === "Python" || jdk.missing === null);

describe.skipIf(!hasSwift).each(sandboxHosts)("the swift client, on %s", (_host, options) => {
  const directory = mkdtempSync(join(tmpdir(), "studio-swift-"));
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await createTestEngine(options);
    await engine.fetch("PUT", "/c");
    await putObject(engine, "/c/letters", "abcdefghijklmonp", { "X-Object-Meta-Kept": "yes" });
    await deployStorlets(engine, ["half.py", "exec_query_header.py"]);
    if (jdk.missing === null) {
      const jar = await buildJar({ folder: "seven" });
      await putObject(engine, "/storlet/halfstorlet-1.0.jar", jar, registrationOf("Java", "seven.Half"));
    }
    writeFileSync(join(directory, "local.txt"), "0123456789");
  });
  afterAll(async () => {
    rmSync(directory, { recursive: true });
    await engine[Symbol.asyncDispose]();
  });

  const swift = async (...words: string[]): Promise<string> => {
    const login = ["-A", engine.ready.auth, "-U", "test:tester", "-K", "testing"];
    return (await run("swift", [...login, ...words], { cwd: directory })).stdout;
  };
  const stored = async (path: string): Promise<string> => (await engine.fetch("GET", path)).text();

  describe.each(languages)("$language", ({ half }) => {
    const header = ["-H", `X-Run-Storlet: ${half}`];

    it("swift download -H X-Run-Storlet", async () => {
      // The ETag is the original's, here as on the real system: the client must not compare.
      await swift("download", "--ignore-checksum", ...header, "-o", "half.txt", "c", "letters");
      expect(readFileSync(join(directory, "half.txt"), "utf8")).toBe("acegikmn");
      await expect(swift("download", ...header, "-o", "compared.txt", "c", "letters")).rejects.toThrow(/md5sum != etag/);
    });

    it("swift download -H X-Storlet-Range", async () => {
      await swift("download", "--ignore-checksum", ...header, "-H", "X-Storlet-Range: bytes=5-10", "-o", "range.txt", "c", "letters");
      expect(readFileSync(join(directory, "range.txt"), "utf8")).toBe("fhj");
    });

    it("swift upload -H X-Run-Storlet", async () => {
      await swift("upload", "--ignore-checksum", ...header, "-H", "X-Object-Meta-Own: mine", "c", "local.txt");
      expect(await stored("/c/local.txt")).toBe("02468");
      expect(await swift("stat", "c", "local.txt")).toMatch(/Meta Own: mine/);
    });

    it("swift copy -H X-Run-Storlet", async () => {
      await swift("copy", ...header, "--destination", "/c/copied", "c", "letters");
      expect(await stored("/c/copied")).toBe("acegikmn");
      expect(await swift("stat", "c", "copied")).toMatch(/Meta Kept: yes/);
    });
  });

  it("swift download with parameters in headers", async () => {
    const header = ["-H", "X-Run-Storlet: exec_query_header.py", "-H", "X-Storlet-Parameter-1: color:blue"];
    await swift("download", ...header, "-o", "same.txt", "c", "letters");
    expect(readFileSync(join(directory, "same.txt"), "utf8")).toBe("abcdefghijklmonp");
  });

  it("swift post enables and disables, and a storlet in a missing container fails as the client says", async () => {
    await swift("post", "-m", "Storlet-Enabled:False");
    await expect(swift("download", "-H", "X-Run-Storlet: half.py", "-o", "never.txt", "c", "letters")).rejects.toThrow(/400 Bad Request/);
    await swift("post", "-m", "Storlet-Enabled:True");
    await expect(swift("download", "-H", "X-Run-Storlet: nope.py", "-o", "never.txt", "c", "letters")).rejects.toThrow(/401 Unauthorized/);
  });
});
