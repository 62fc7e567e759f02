/** A disk that is really full: 507, nothing lost, nothing half there, and all is well once there is room again. */
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createStore } from "../../store/store.ts";
import { createTemporaryDirectory, findByteFiles } from "../../store/test-store.ts";
import { systemClock } from "../../support/clock.ts";
import { createPlainClient, logIn, startServerProcess, type PlainClient } from "./server-process.ts";

/** Programs of the system, not of a package. */
const [mount, unmount] = ["mount", "umount"];
const sizeMiB = 48;
const container = "/v1/AUTH_test/c";
const md5 = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("hex");

/** A small file system of its own; null where this process may not make one. */
function mountSmallDisk(path: string): Disposable | null {
  try {
    execFileSync(mount, ["-t", "tmpfs", "-o", `size=${sizeMiB}m`, "tmpfs", path], { stdio: "pipe" });
  } catch (error) {
    if (process.env["CI"] === "true") throw new Error("No file system can be mounted, and CI=true wants it.", { cause: error });
    console.warn("LEFT OUT: the tests of a full disk, because this user may not mount a small file system.");
    return null;
  }
  return { [Symbol.dispose]: () => void execFileSync(unmount, ["-l", path], { stdio: "pipe" }) };
}

/** Everything acknowledged is there, byte for byte, and the listing shows that and no more. */
async function checkAll(client: PlainClient, acknowledged: ReadonlyMap<string, string>): Promise<void> {
  const listed = JSON.parse((await client.send("GET", `${container}?format=json`)).bytes.toString()) as { name: string; hash: string }[];
  expect(Object.fromEntries(listed.map(({ name, hash }) => [name, hash]))).toEqual(Object.fromEntries([...acknowledged].sort()));
  for (const [name, etag] of acknowledged) {
    const answer = await client.send("GET", `${container}/${name}`);
    expect([answer.status, md5(answer.bytes)]).toEqual([200, etag]);
  }
}

describe("a full disk", () => {
  it.each([
    ["files", 1_500_000],
    ["rows", 12_000],
  ])("takes no %s, keeps what there is, and goes on when there is room", async (_what, sizeBytes) => {
    await using directory = await createTemporaryDirectory();
    using disk = mountSmallDisk(directory.path);
    if (disk === null) return;
    const ballast = join(directory.path, "ballast");
    writeFileSync(ballast, randomBytes((sizeMiB - 16) * 1024 * 1024));
    await using server = await startServerProcess(directory.path);
    using client = createPlainClient(server.port, await logIn(server.port, "test:tester", "testing"));
    await client.send("PUT", container);

    const acknowledged = new Map<string, string>();
    const refused: number[] = [];
    for (let number = 0; refused.length < 5; number += 1) {
      const body = randomBytes(sizeBytes);
      // Old names as well as new ones: an overwrite that does not fit must leave the old bytes.
      const name = `o${refused.length === 0 ? number : number % 5}`;
      const { status } = await client.send("PUT", `${container}/${name}`, {}, body);
      if (status === 201) acknowledged.set(name, md5(body));
      else refused.push(status);
    }
    expect(new Set(refused)).toEqual(new Set([507]));
    expect(acknowledged.size).toBeGreaterThan(4);
    await checkAll(client, acknowledged);
    expect((await findByteFiles(directory.path)).incoming).toEqual([]);

    // Whoever wants room removes something.
    expect((await client.send("DELETE", `${container}/o0`)).status).toBe(204);
    acknowledged.delete("o0");
    await checkAll(client, acknowledged);

    rmSync(ballast);
    const body = randomBytes(sizeBytes);
    expect((await client.send("PUT", `${container}/after`, {}, body)).status).toBe(201);
    acknowledged.set("after", md5(body));
    await checkAll(client, acknowledged);
    expect(server.bugs).toEqual([]);

    // What is acknowledged on such a disk survives the end of the process too.
    await server.kill();
    await using again = await startServerProcess(directory.path);
    using other = createPlainClient(again.port, await logIn(again.port, "test:tester", "testing"));
    await checkAll(other, acknowledged);
  });

  it("takes no snapshot, and leaves no part of one", async () => {
    await using directory = await createTemporaryDirectory();
    using disk = mountSmallDisk(directory.path);
    if (disk === null) return;
    await using store = await createStore({ directory: directory.path, clock: systemClock });
    await store.writeContainer("AUTH_test", "c", () => ({ metadata: {}, policy: "gold" }));
    for (let number = 0; number < 1000; number += 1) {
      const staged = await store.stage(randomBytes(12_000), { maxBytes: 1 << 20 });
      const key = { account: "AUTH_test", container: "c", object: `o${number}` };
      await store.putObject(key, staged, { contentType: "a/b", deleteAt: null, metadata: {} }, { onlyIfAbsent: false });
    }
    const ballast = join(directory.path, "ballast");
    const { bavail, bsize } = statfsSync(directory.path);
    writeFileSync(ballast, Buffer.alloc(bavail * bsize - 4 * 1024 * 1024));
    await expect(store.snapshots.save("s")).rejects.toMatchObject({ code: "DISK_FULL" });
    expect(await store.snapshots.list()).toEqual([]);
    expect(readdirSync(join(directory.path, "snapshots"))).toEqual([]);
    rmSync(ballast);
    expect(await store.snapshots.save("s")).toMatchObject({ objects: 1000 });
  });
});
