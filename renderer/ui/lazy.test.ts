import { expect, it, vi } from "vitest";
import { keepTrying } from "./lazy.ts";

it("asks again for what cannot be loaded, and no more once it is there", async () => {
  vi.useFakeTimers();
  let asked = 0;
  const loaded = keepTrying(async () => {
    asked += 1;
    if (asked < 4) throw new Error("away");
    return "part";
  });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await loaded).toBe("part");
  expect(asked).toBe(4);
  vi.useRealTimers();
});
