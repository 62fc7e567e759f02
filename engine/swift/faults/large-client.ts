/** A client that makes and deletes static large objects, and knows which of them must be whole. */
import { randomBytes } from "node:crypto";
import { WrongAnswer } from "./mixed-client.ts";
import type { Random } from "./random.ts";
import type { PlainClient } from "./server-process.ts";

export interface LargeClient {
  /** What each acknowledged large object reads as; null for one whose deletion was acknowledged. */
  readonly objects: ReadonlyMap<string, Buffer | null>;
  step(): Promise<void>;
}

/** Small enough to lie in the database, so that files on disk are the other clients' alone. */
const segmentBytes = 5000;

interface LargeOptions {
  readonly client: PlainClient;
  /** `/v1/AUTH_test/large`, which exists. */
  readonly container: string;
  /** Begins the names of this client's objects: no other client, and no earlier one, uses it. */
  readonly prefix: string;
  readonly random: Random;
  readonly earlier: ReadonlyMap<string, Buffer | null>;
}

export function createLargeClient({ client, container, prefix, random, earlier }: LargeOptions): LargeClient {
  const objects = new Map(earlier);
  const folder = container.split("/").at(-1) as string;
  let made = 0;

  async function expectStatus(status: number, ...request: Parameters<PlainClient["send"]>): Promise<Buffer> {
    const answer = await client.send(...request);
    if (answer.status === status) return answer.bytes;
    throw new WrongAnswer(`${request[0]} ${request[1]}: ${answer.status} in place of ${status}: ${answer.bytes.toString()}`);
  }

  async function make(): Promise<void> {
    const name = `${prefix}${made++}`;
    const segments = [randomBytes(segmentBytes), randomBytes(segmentBytes)];
    const manifest = [];
    for (const [index, bytes] of segments.entries()) {
      await expectStatus(201, "PUT", `${container}/${name}-${index}`, {}, bytes);
      manifest.push({ path: `/${folder}/${name}-${index}` });
    }
    await expectStatus(201, "PUT", `${container}/${name}?multipart-manifest=put`, {}, Buffer.from(JSON.stringify(manifest)));
    objects.set(name, Buffer.concat(segments));
  }

  async function remove(name: string): Promise<void> {
    // Until the answer is there it may be whole, half gone or gone.
    objects.delete(name);
    const report = await expectStatus(200, "DELETE", `${container}/${name}?multipart-manifest=delete`);
    if (!report.includes("Response Status: 200 OK")) throw new WrongAnswer(`DELETE ${name}: ${report.toString()}`);
    objects.set(name, null);
  }

  return {
    objects,
    async step() {
      const whole = [...objects].filter(([, bytes]) => bytes !== null).map(([name]) => name);
      if (whole.length < 5 || random.below(3) > 0) await make();
      else await remove(random.pick(whole));
    },
  };
}
