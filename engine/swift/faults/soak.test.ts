/** Fifty clients that check every answer, for a while: no wrong answer, no leak. */
import { expect, it } from "vitest";
import { createTemporaryDirectory } from "../../store/test-store.ts";
import { createMixedClient } from "./mixed-client.ts";
import { createRandom } from "./random.ts";
import { createPlainClient, logIn, startServerProcess } from "./server-process.ts";

const isLong = process.env["STUDIO_LONG_TESTS"] === "1";
const lengthMs = isLong ? 600_000 : 15_000;
/** What is not counted: the first part fills caches and pools. */
const warmUpMs = lengthMs / 5;
const clients = 50;
const mayGrowBytes = 64 * 1024 * 1024;

it(
  `answers ${clients} clients right for ${lengthMs / 1000} s, with flat memory`,
  async () => {
    await using directory = await createTemporaryDirectory();
    await using server = await startServerProcess(directory.path);
    const token = await logIn(server.port, "test:tester", "testing");
    using owner = createPlainClient(server.port, token);
    expect((await owner.send("PUT", "/v1/AUTH_test/c")).status).toBe(201);
    const filesBefore = server.openFiles();

    let requests = 0;
    async function work(endMs: number): Promise<void> {
      await Promise.all(
        mixed.map(async (client) => {
          for (; performance.now() < endMs; requests += 1) await client.step();
        }),
      );
    }
    using connections = new DisposableStack();
    const mixed = Array.from({ length: clients }, (_unused, number) => {
      const client = connections.use(createPlainClient(server.port, token));
      return createMixedClient({ client, container: "/v1/AUTH_test/c", prefix: `w${number}-`, random: createRandom(number) });
    });
    const beganMs = performance.now();
    await work(beganMs + warmUpMs);
    const warmBytes = await server.settledBytes();
    await work(beganMs + lengthMs);
    const grownBytes = (await server.settledBytes()) - warmBytes;
    console.log(
      `${requests} requests in ${lengthMs / 1000} s; memory ${(warmBytes / 1e6).toFixed(0)} MB when warm, ${(grownBytes / 1e6).toFixed(1)} MB more at the end`,
    );
    expect(requests).toBeGreaterThan(clients * 10);
    expect(server.bugs).toEqual([]);
    expect(grownBytes).toBeLessThan(mayGrowBytes);

    const names = mixed.flatMap((client) => [...client.objects.keys()]);
    const bytes = mixed.flatMap((client) => [...client.objects.values()]).reduce((total, object) => total + object.bytes.byteLength, 0);
    const head = await owner.send("HEAD", "/v1/AUTH_test/c");
    expect(head.headers).toMatchObject({ "x-container-object-count": String(names.length), "x-container-bytes-used": String(bytes) });
    connections.dispose();
    // The server's threads have a few of their own, once they are needed.
    await expect.poll(() => server.openFiles(), { timeout: 5000 }).toBeLessThanOrEqual(filesBefore + 12);
  },
  lengthMs + 60_000,
);
