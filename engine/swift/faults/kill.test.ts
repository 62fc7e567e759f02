/** `kill -9` at any moment under load: what was acknowledged is whole, what was under way happened or did not, nothing else is left. */
import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { createStore } from "../../store/store.ts";
import { createTemporaryDirectory, findByteFiles } from "../../store/test-store.ts";
import type { Store } from "../../store/types.ts";
import { systemClock } from "../../support/clock.ts";
import { readBody } from "../../support/streams.ts";
import { createMixedClient, WrongAnswer, type Expected, type MixedClient } from "./mixed-client.ts";
import { createRandom, type Random } from "./random.ts";
import { createPlainClient, logIn, startServerProcess } from "./server-process.ts";

const isLong = process.env["STUDIO_LONG_TESTS"] === "1";
const rounds = isLong ? 200 : 20;
const clients = 8;
const everything = { limit: 10_000, marker: "", endMarker: "", prefix: "", delimiter: "", reverse: false, path: null };

async function readObject(store: Store, object: string): Promise<Expected | null> {
  using opened = store.openObject({ account: "AUTH_test", container: "c", object });
  if (opened === null) return null;
  const bytes = await readBody(opened.read(0, opened.record.sizeBytes), 1 << 20);
  const { etag, metadata } = opened.record;
  expect(createHash("md5").update(bytes).digest("hex")).toBe(etag);
  return { bytes, etag, colour: metadata["x-object-meta-colour"] ?? null };
}

const isSame = (one: Expected | null, other: Expected | null): boolean => one?.etag === other?.etag && one?.colour === other?.colour;

/** Loads a server until it is killed. Clients go on where their earlier selves were cut off. */
async function loadAndKill(
  directory: string,
  earlier: readonly MixedClient[],
  random: Random,
): Promise<{ clients: MixedClient[]; requests: number }> {
  const server = await startServerProcess(directory);
  const token = await logIn(server.port, "test:tester", "testing");
  using owner = createPlainClient(server.port, token);
  expect((await owner.send("PUT", "/v1/AUTH_test/c")).status).toBeLessThan(300);
  let requests = 0;
  let isOver = false;
  const enough = 10 + random.below(300);
  const reached = Promise.withResolvers<void>();
  const wrong: unknown[] = [];
  const workers = Array.from({ length: clients }, async (_unused, number) => {
    using client = createPlainClient(server.port, token);
    const mixed = createMixedClient({
      client,
      container: "/v1/AUTH_test/c",
      prefix: `w${number}-`,
      random: createRandom(random.below(1e9)),
    });
    for (const [name, expected] of earlier[number]?.objects ?? []) mixed.settle(name, expected);
    try {
      while (!isOver) {
        await mixed.step();
        requests += 1;
        if (requests >= enough) reached.resolve();
      }
    } catch (thrown) {
      if (!isOver || thrown instanceof WrongAnswer) wrong.push(thrown);
      reached.resolve();
    }
    return mixed;
  });
  await reached.promise;
  isOver = true;
  await server.kill();
  const mixed = await Promise.all(workers);
  expect(wrong).toEqual([]);
  expect(server.bugs).toEqual([]);
  return { clients: mixed, requests };
}

async function checkAfterwards(directory: string, mixed: readonly MixedClient[]): Promise<void> {
  await using store = await createStore({ directory, clock: systemClock });
  await store.swept;
  for (const client of mixed) {
    const { pending } = client;
    if (pending !== null) {
      const found = await readObject(store, pending.name);
      const before = client.objects.get(pending.name) ?? null;
      expect(isSame(found, before) || isSame(found, pending.after)).toBe(true);
      client.settle(pending.name, found);
    }
    for (const [name, expected] of client.objects) {
      expect({ name, isSame: isSame(await readObject(store, name), expected) }).toEqual({ name, isSame: true });
    }
  }
  const listed = store.listObjects("AUTH_test", "c", everything, 0).map((item) => ("record" in item ? item.record : null)!);
  const names = mixed.flatMap((client) => [...client.objects.keys()]);
  expect(listed.map(({ name }) => name).sort()).toEqual(names.sort());
  const bytes = listed.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
  expect(store.findContainer("AUTH_test", "c")).toMatchObject({ objectCount: listed.length, bytesUsed: bytes });
  const files = await findByteFiles(directory);
  expect([files.incoming, files.blobs.length]).toEqual([[], listed.filter(({ sizeBytes }) => sizeBytes > 16 * 1024).length]);
}

it(
  `survives kill -9 at ${rounds} random moments`,
  async () => {
    await using directory = await createTemporaryDirectory();
    const random = createRandom(20_260_101);
    let mixed: MixedClient[] = [];
    let requests = 0;
    for (let round = 0; round < rounds; round += 1) {
      const loaded = await loadAndKill(directory.path, mixed, random);
      mixed = loaded.clients;
      requests += loaded.requests;
      await checkAfterwards(directory.path, mixed);
    }
    console.log(`${rounds} × kill -9 within ${requests} requests of ${clients} clients`);
  },
  isLong ? 3_600_000 : 300_000,
);
