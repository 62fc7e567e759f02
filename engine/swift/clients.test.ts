import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isClientThere } from "../testing/clients.ts";
import { createClientBench, digest, type ClientBench } from "./test-clients.ts";

const hasSwift = await isClientThere("the swift client", "swift", "--version");
const hasRclone = await isClientThere("the rclone client", "rclone", "version");
const hasCurl = await isClientThere("the curl client", "curl", "--version");

let bench: ClientBench;
beforeAll(async () => {
  bench = await createClientBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

describe.skipIf(!hasSwift)("the swift client", () => {
  const swift = (...args: string[]): Promise<string> => {
    const login = ["-A", `${bench.url}/auth/v1.0`, "-U", "test:tester", "-K", "testing"];
    return bench.run("swift", [...login, ...args]);
  };

  it("uploads, lists, shows, downloads and deletes", async () => {
    const bytes = randomBytes(2_000_000);
    await writeFile(join(bench.path, "données.bin"), bytes);
    await swift("upload", "-H", "X-Object-Meta-Color: blue", "cli", "données.bin");
    expect(await swift("list", "cli")).toBe("données.bin\n");
    const shown = await swift("stat", "cli", "données.bin");
    expect(shown).toMatch(/Meta Color: blue/);
    expect(shown).toMatch(new RegExp(`ETag: ${digest(bytes)}`));
    await swift("download", "cli", "données.bin", "-o", "back.bin");
    expect(digest(await readFile(join(bench.path, "back.bin")))).toBe(digest(bytes));
    await swift("post", "cli", "-r", ".r:*");
    expect(await swift("stat", "cli")).toMatch(/Read ACL: \.r:\*/);
    await swift("delete", "cli");
    expect(await swift("list")).toBe("");
  });
});

describe.skipIf(!hasSwift)("the swift client with segments", () => {
  it.each([
    ["static large object", ["--use-slo"], "X-Static-Large-Object"],
    ["dynamic large object", [], "Manifest"],
  ])("uploads a %s, shows it, reads it back and deletes its segments", async (_kind, how, mark) => {
    const swift = (...args: string[]): Promise<string> => {
      const login = ["-A", `${bench.url}/auth/v1.0`, "-U", "test2:tester2", "-K", "testing2"];
      return bench.run("swift", [...login, ...args]);
    };
    const bytes = randomBytes(3_500_000);
    await writeFile(join(bench.path, "parts.bin"), bytes);
    await swift("upload", "-S", "1000000", ...how, "large", "parts.bin");
    expect((await swift("list", "large_segments")).trimEnd().split("\n")).toHaveLength(4);
    expect(await swift("stat", "large", "parts.bin")).toMatch(new RegExp(`Content Length: 3500000[\\s\\S]*${mark}`, "i"));
    await swift("download", "large", "parts.bin", "-o", "whole.bin");
    expect(digest(await readFile(join(bench.path, "whole.bin")))).toBe(digest(bytes));
    await swift("delete", "large");
    expect((await swift("list", "large_segments")).trim()).toBe("");
    await swift("delete", "large_segments");
  });
});

describe.skipIf(!hasRclone)("rclone", () => {
  it("syncs a tree of 200 files there and back, and finds no difference", async () => {
    const remote = `:swift,user='test:tester',key=testing,auth='${bench.url}/auth/v1.0':`;
    const rclone = (...args: string[]): Promise<unknown> => bench.run("rclone", ["--config", "", ...args]);
    const tree = join(bench.path, "tree");
    for (let index = 0; index < 200; index++) {
      await mkdir(join(tree, `folder ${index % 7}`), { recursive: true });
      await writeFile(join(tree, `folder ${index % 7}`, `file-${index}.bin`), randomBytes(index * 50));
    }
    await rclone("sync", "tree", `${remote}rclone/tree`);
    await rclone("check", "tree", `${remote}rclone/tree`);
    await rclone("sync", `${remote}rclone/tree`, "back");
    expect(
      (await readdir(join(bench.path, "back"), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()),
    ).toHaveLength(200);
    await rclone("check", "tree", "back");
  });
});

describe.skipIf(!hasCurl)("curl", () => {
  const curl = (...args: string[]): Promise<string> => bench.run("curl", ["-sS", ...args]);

  it("logs in, creates, uploads with 100-continue, downloads a range and deletes", async () => {
    const login = await curl("-i", `${bench.url}/auth/v1.0`, "-H", "X-Auth-User: test:tester", "-H", "X-Auth-Key: testing");
    const header = (name: string): string => new RegExp(`^${name}: (.*?)\r?$`, "m").exec(login)?.[1] ?? "";
    const url = header("X-Storage-Url");
    const token = ["-H", `X-Auth-Token: ${header("X-Auth-Token")}`];
    const status = ["-o", "/dev/null", "-w", "%{http_code}"];
    const bytes = randomBytes(3_000_000);
    await writeFile(join(bench.path, "big.bin"), bytes);
    expect(await curl(...status, "-X", "PUT", ...token, `${url}/curl`)).toBe("201");
    expect(await curl(...status, "-T", "big.bin", "-H", "Expect: 100-continue", ...token, `${url}/curl/big`)).toBe("201");
    await curl("-o", "back.bin", ...token, `${url}/curl/big`);
    expect(digest(await readFile(join(bench.path, "back.bin")))).toBe(digest(bytes));
    await curl("-o", "part.bin", "-r", "10-19", ...token, `${url}/curl/big`);
    expect(await readFile(join(bench.path, "part.bin"))).toEqual(bytes.subarray(10, 20));
    expect(await curl(...status, "-X", "DELETE", ...token, `${url}/curl/big`)).toBe("204");
    expect(await curl(...status, "-X", "DELETE", ...token, `${url}/curl`)).toBe("204");
  });
});
