import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { Agent, request as httpRequest } from "node:http";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createStore } from "../store/store.ts";
import { createTemporaryDirectory, findByteFiles } from "../store/test-store.ts";
import { systemClock } from "../support/clock.ts";
import { readBody } from "../support/streams.ts";

const script = `
  import { createStore } from ${JSON.stringify(join(import.meta.dirname, "../store/store.ts"))};
  import { createSwift } from ${JSON.stringify(join(import.meta.dirname, "swift.ts"))};
  import { systemClock } from ${JSON.stringify(join(import.meta.dirname, "../support/clock.ts"))};
  const store = await createStore({ directory: process.argv[1], clock: systemClock });
  await store.writeContainer("AUTH_test", "c", () => ({ metadata: { "x-container-write": "*" }, policy: "gold" }));
  const swift = createSwift({ store, clock: systemClock });
  console.log(JSON.stringify(await swift.listen({ port: 0 })));
`;

interface Child {
  readonly port: number;
  kill(): Promise<void>;
}

async function startChild(directory: string): Promise<Child> {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script, directory], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return {
    port: (JSON.parse(line.toString()) as { port: number }).port,
    async kill() {
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    },
  };
}

function send(
  port: number,
  agent: Agent,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: Buffer,
): Promise<{ status: number; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      { host: "127.0.0.1", port, agent, method, path, headers: { ...headers, "content-length": body?.byteLength ?? 0 } },
      (message) => {
        message.resume();
        message.on("end", () => resolve({ status: message.statusCode ?? 0, headers: message.headers }));
        message.on("error", reject);
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

const everything = { limit: 10_000, marker: "", endMarker: "", prefix: "", delimiter: "", reverse: false, path: null };

it("what was acknowledged before kill -9 is whole, and nothing else is left", async () => {
  await using directory = await createTemporaryDirectory();
  const child = await startChild(directory.path);
  const agent = new Agent({ keepAlive: true });
  const login = await send(child.port, agent, "GET", "/auth/v1.0", { "x-auth-user": "test:tester", "x-auth-key": "testing" });
  const token = String(login.headers["x-auth-token"]);

  const acknowledged = new Map<string, string>();
  const enough = Promise.withResolvers<void>();
  /** PUTs until the connection breaks: new names and overwrites, small bodies and large ones. */
  async function load(worker: number): Promise<void> {
    for (let round = 0; ; round += 1) {
      const name = `w${worker}-${round % 40}`;
      const body = randomBytes([1024, 300_000, 0, 20_000][round % 4]!);
      const digest = createHash("md5").update(body).digest("hex");
      // Until the answer is there the name may hold the old bytes or the new ones.
      acknowledged.delete(name);
      const answer = await send(child.port, agent, "PUT", `/v1/AUTH_test/c/${name}`, { "x-auth-token": token }, body);
      if (answer.status === 201) acknowledged.set(name, digest);
      if (acknowledged.size >= 150) enough.resolve();
    }
  }
  const workers = Array.from({ length: 8 }, (_unused, worker) => load(worker).catch(() => {}));
  await enough.promise;
  await child.kill();
  await Promise.all(workers);
  agent.destroy();
  expect(acknowledged.size).toBeGreaterThan(100);

  await using store = await createStore({ directory: directory.path, clock: systemClock });
  await store.swept;
  for (const [name, digest] of acknowledged) {
    expect(store.findObject({ account: "AUTH_test", container: "c", object: name })).toMatchObject({ etag: digest });
  }
  let withFile = 0;
  let bytes = 0;
  const listed = store.listObjects("AUTH_test", "c", everything, 0);
  for (const item of listed) {
    if ("subdir" in item) throw new Error("no delimiter was asked for");
    using opened = store.openObject({ account: "AUTH_test", container: "c", object: item.record.name })!;
    const content = await readBody(opened.read(0, opened.record.sizeBytes), 1 << 20);
    expect(createHash("md5").update(content).digest("hex")).toBe(item.record.etag);
    withFile += content.byteLength > 16 * 1024 ? 1 : 0;
    bytes += content.byteLength;
  }
  expect(store.findContainer("AUTH_test", "c")).toMatchObject({ objectCount: listed.length, bytesUsed: bytes });
  const files = await findByteFiles(directory.path);
  expect([files.incoming, files.blobs.length]).toEqual([[], withFile]);
});
