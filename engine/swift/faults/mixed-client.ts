/** A client that does everything to objects of its own, knows what each answer must be, and says so where it is another one. */
import { createHash, randomBytes } from "node:crypto";
import type { PlainAnswer, PlainClient } from "./server-process.ts";
import type { Random } from "./random.ts";

/** What an object must be. */
export interface Expected {
  readonly etag: string;
  readonly bytes: Buffer;
  readonly colour: string | null;
}

export interface MixedClient {
  /** By object name, without those that are not there. */
  readonly objects: ReadonlyMap<string, Expected>;
  /** What is being changed: until the answer is there, the name may hold what it held or this. Null means no object. */
  readonly pending: { readonly name: string; readonly after: Expected | null } | null;
  /** Sends one request and checks the answer. Throws a WrongAnswer, or what a broken connection gives. */
  step(): Promise<void>;
  /** Takes over what a change that was cut off came to. */
  settle(name: string, found: Expected | null): void;
}

export class WrongAnswer extends Error {
  override readonly name = "WrongAnswer";
}

const source = randomBytes(1 << 20);
const sizes = [0, 1, 1000, 16 * 1024, 16 * 1024 + 1, 64 * 1024 + 1, 300_000, 700_000];
const namesEach = 20;

interface MixedOptions {
  readonly client: PlainClient;
  /** `/v1/AUTH_test/c`, which exists. */
  readonly container: string;
  /** Begins the names of this client's objects and of no other's. */
  readonly prefix: string;
  readonly random: Random;
}

function check(answer: PlainAnswer, status: number, what: string): void {
  if (answer.status !== status)
    throw new WrongAnswer(`${what}: ${answer.status} in place of ${status}: ${answer.bytes.subarray(0, 200).toString()}`);
}

function checkObject(answer: PlainAnswer, expected: Expected, what: string): void {
  const { etag, headers } = { etag: answer.headers.etag, headers: answer.headers };
  if (etag !== expected.etag) throw new WrongAnswer(`${what}: ETag ${etag} in place of ${expected.etag}`);
  const colour = headers["x-object-meta-colour"] ?? null;
  if (colour !== expected.colour) throw new WrongAnswer(`${what}: colour ${String(colour)} in place of ${expected.colour}`);
}

function checkBytes(answer: PlainAnswer, expected: Buffer, what: string): void {
  if (!answer.bytes.equals(expected)) throw new WrongAnswer(`${what}: ${answer.bytes.byteLength} other bytes`);
}

export function createMixedClient({ client, container, prefix, random }: MixedOptions): MixedClient {
  const objects = new Map<string, Expected>();
  let pending: MixedClient["pending"] = null;

  const anyName = (): string => `${prefix}${random.pick(["", "d/", "d/e/"])}${random.below(namesEach)}`;
  const newColour = (): string => `c${random.below(1000)}`;

  function anyBytes(): Buffer {
    const size = random.pick(sizes);
    const start = random.below(source.byteLength - size);
    return source.subarray(start, start + size);
  }

  /** Does what changes an object, so that it is known at any moment what it may be. */
  async function change(
    name: string,
    after: Expected | null,
    status: number,
    act: () => Promise<PlainAnswer>,
    what: string,
  ): Promise<void> {
    pending = { name, after };
    const answer = await act();
    check(answer, status, `${what} ${name}`);
    settle(name, after);
  }

  function settle(name: string, found: Expected | null): void {
    pending = null;
    if (found === null) objects.delete(name);
    else objects.set(name, found);
  }

  async function put(): Promise<void> {
    const name = anyName();
    const bytes = anyBytes();
    const after: Expected = {
      bytes,
      etag: createHash("md5").update(bytes).digest("hex"),
      colour: random.below(2) === 0 ? newColour() : null,
    };
    const headers: Record<string, string> = after.colour === null ? {} : { "x-object-meta-colour": after.colour };
    if (random.below(3) === 0) headers["transfer-encoding"] = "chunked";
    if (random.below(4) === 0) headers["etag"] = after.etag;
    const existing = objects.get(name);
    if (random.below(6) === 0 && existing !== undefined) {
      check(await client.send("PUT", `${container}/${name}`, { ...headers, "if-none-match": "*" }, bytes), 412, `PUT if absent ${name}`);
      return;
    }
    await change(name, after, 201, () => client.send("PUT", `${container}/${name}`, headers, bytes), "PUT");
  }

  async function get(): Promise<void> {
    const name = anyName();
    const existing = objects.get(name);
    const answer = await client.send("GET", `${container}/${name}`);
    check(answer, existing === undefined ? 404 : 200, `GET ${name}`);
    if (existing === undefined) return;
    checkObject(answer, existing, `GET ${name}`);
    checkBytes(answer, existing.bytes, `GET ${name}`);
  }

  async function getRange(): Promise<void> {
    const name = anyName();
    const existing = objects.get(name);
    if (existing === undefined || existing.bytes.byteLength === 0) return get();
    const start = random.below(existing.bytes.byteLength);
    const end = start + random.below(existing.bytes.byteLength - start);
    const answer = await client.send("GET", `${container}/${name}`, { range: `bytes=${start}-${end}` });
    check(answer, 206, `GET ${name} ${start}-${end}`);
    checkBytes(answer, existing.bytes.subarray(start, end + 1), `GET ${name} ${start}-${end}`);
  }

  async function head(): Promise<void> {
    const name = anyName();
    const existing = objects.get(name);
    const conditional = existing !== undefined && random.below(2) === 0;
    const answer = await client.send("HEAD", `${container}/${name}`, conditional ? { "if-none-match": existing.etag } : {});
    check(answer, existing === undefined ? 404 : conditional ? 304 : 200, `HEAD ${name}`);
    if (existing !== undefined && !conditional) checkObject(answer, existing, `HEAD ${name}`);
  }

  async function post(): Promise<void> {
    const name = anyName();
    const existing = objects.get(name);
    const colour = newColour();
    const after = existing === undefined ? null : { ...existing, colour };
    await change(
      name,
      after,
      after === null ? 404 : 202,
      () => client.send("POST", `${container}/${name}`, { "x-object-meta-colour": colour }),
      "POST",
    );
  }

  async function remove(): Promise<void> {
    const name = anyName();
    await change(name, null, objects.has(name) ? 204 : 404, () => client.send("DELETE", `${container}/${name}`), "DELETE");
  }

  async function copy(): Promise<void> {
    const from = anyName();
    const to = anyName();
    const existing = objects.get(from);
    const [, , account, folder] = container.split("/");
    const act = (): Promise<PlainAnswer> =>
      random.below(2) === 0
        ? client.send("COPY", `${container}/${from}`, { destination: `${folder}/${to}` })
        : client.send("PUT", `${container}/${to}`, { "x-copy-from": `/${folder}/${from}`, "x-copy-from-account": account! });
    const after = existing ?? objects.get(to) ?? null;
    await change(to, after, existing === undefined ? 404 : 201, act, `COPY ${from} to`);
  }

  async function list(): Promise<void> {
    const limit = random.pick([3, 1000]);
    const expected = [...objects.keys()].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
    const found: { name: string; hash: string; bytes: number }[] = [];
    for (;;) {
      const marker = encodeURIComponent(found.at(-1)?.name ?? "");
      const answer = await client.send(
        "GET",
        `${container}?format=json&prefix=${encodeURIComponent(prefix)}&limit=${limit}&marker=${marker}`,
      );
      check(answer, 200, "listing");
      const page = JSON.parse(answer.bytes.toString()) as typeof found;
      found.push(...page);
      if (page.length < limit) break;
    }
    if (found.map(({ name }) => name).join() !== expected.join()) {
      throw new WrongAnswer(`listing of ${prefix}: ${found.map(({ name }) => name).join()} in place of ${expected.join()}`);
    }
    for (const { name, hash, bytes } of found) {
      const known = objects.get(name)!;
      if (hash !== known.etag || bytes !== known.bytes.byteLength) throw new WrongAnswer(`listing of ${name}: ${hash}, ${bytes} bytes`);
    }
  }

  const steps = [put, put, put, put, get, get, get, getRange, head, post, remove, copy, copy, list];
  return {
    objects,
    get pending() {
      return pending;
    },
    step: () => random.pick(steps)(),
    settle,
  };
}
