import { expect, it } from "vitest";
import { createBatch } from "./batch.ts";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const longMs = 60_000;

it("does what comes alone at once, and what comes after it together", async () => {
  let done = 0;
  const batch = createBatch(() => void (done += 1), longMs);
  batch.ask();
  expect(done).toBe(0);
  await turn();
  expect(done).toBe(1);
  for (let n = 0; n < 5; n += 1) batch.ask();
  await turn();
  expect(done).toBe(1);
  batch.flush();
  batch.flush();
  expect(done).toBe(2);
  batch.ask();
  batch[Symbol.dispose]();
  expect(done).toBe(3);
  batch.ask();
  await turn();
  expect(done).toBe(3);
});

it("does what is asked for during the pause when it is over", async () => {
  const second = Promise.withResolvers<void>();
  let done = 0;
  using batch = createBatch(() => {
    done += 1;
    if (done === 1) batch.ask();
    else second.resolve();
  }, 1);
  batch.ask();
  await second.promise;
  expect(done).toBe(2);
});
