/** `kill -9` at any moment under load: what was acknowledged is whole, what was under way happened or did not, nothing else is left. */
import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { createStore } from "../../store/store.ts";
import { createTemporaryDirectory, findByteFiles } from "../../store/test-store.ts";
import type { Store } from "../../store/types.ts";
import { systemClock } from "../../support/clock.ts";
import { readBody } from "../../support/streams.ts";
import { createAccountClient } from "../account-client.ts";
import { createSwift } from "../swift.ts";
import { createLargeClient, type LargeClient } from "./large-client.ts";
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

type LargeObjects = LargeClient["objects"];

/** Loads a server until it is killed. Clients go on where their earlier selves were cut off. */
async function loadAndKill(
  directory: string,
  round: number,
  earlier: readonly MixedClient[],
  earlierLarge: LargeObjects,
  random: Random,
): Promise<{ clients: MixedClient[]; large: LargeObjects; requests: number }> {
  const server = await startServerProcess(directory);
  const token = await logIn(server.port, "test:tester", "testing");
  using owner = createPlainClient(server.port, token);
  for (const container of ["c", "large"]) expect((await owner.send("PUT", `/v1/AUTH_test/${container}`)).status).toBeLessThan(300);
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
    await goOn(mixed);
    return mixed;
  });
  using largeConnection = createPlainClient(server.port, token);
  const large = createLargeClient({
    client: largeConnection,
    container: "/v1/AUTH_test/large",
    prefix: `r${round}-`,
    random: createRandom(random.below(1e9)),
    earlier: earlierLarge,
  });
  const largeWorker = goOn(large);

  async function goOn(client: { step(): Promise<void> }): Promise<void> {
    try {
      while (!isOver) {
        await client.step();
        requests += 1;
        if (requests >= enough) reached.resolve();
      }
    } catch (thrown) {
      if (!isOver || thrown instanceof WrongAnswer) wrong.push(thrown);
      reached.resolve();
    }
  }

  await reached.promise;
  isOver = true;
  await server.kill();
  const mixed = await Promise.all(workers);
  await largeWorker;
  expect(wrong).toEqual([]);
  expect(server.bugs).toEqual([]);
  return { clients: mixed, large: large.objects, requests };
}

/** Large objects as a client reads them: whole, or gone with their segments. */
async function checkLarge(store: Store, large: LargeObjects): Promise<void> {
  await using swift = createSwift({ store, clock: systemClock });
  const client = createAccountClient({ handle: swift.handle, newContext: swift.newContext, account: "AUTH_test" });
  for (const [name, bytes] of large) {
    const answer = await client.send({ method: "GET", container: "large", object: name });
    const found = await readBody(answer.body, 1 << 20);
    expect({ name, status: answer.status }).toEqual({ name, status: bytes === null ? 404 : 200 });
    if (bytes !== null) expect(found.equals(bytes)).toBe(true);
    else for (const index of [0, 1]) expect(hasSegment(store, `${name}-${index}`)).toBe(false);
  }
}

function hasSegment(store: Store, object: string): boolean {
  using opened = store.openObject({ account: "AUTH_test", container: "large", object });
  return opened !== null;
}

async function checkAfterwards(directory: string, mixed: readonly MixedClient[], large: LargeObjects): Promise<void> {
  await using store = await createStore({ directory, clock: systemClock });
  await store.swept;
  await checkLarge(store, large);
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
    let large: LargeObjects = new Map();
    let requests = 0;
    for (let round = 0; round < rounds; round += 1) {
      const loaded = await loadAndKill(directory.path, round, mixed, large, random);
      mixed = loaded.clients;
      large = loaded.large;
      requests += loaded.requests;
      await checkAfterwards(directory.path, mixed, large);
    }
    console.log(`${rounds} × kill -9 within ${requests} requests of ${clients} clients and one with ${large.size} large objects`);
  },
  isLong ? 3_600_000 : 300_000,
);
