import { expect, it } from "vitest";
import { createReadCache } from "./read-cache.ts";

it("answers from memory until something is written, and remembers nothing within a transaction", () => {
  let stamp: number | null = 1;
  let asked = 0;
  const cached = createReadCache({ stamp: () => stamp });
  const find = cached((account: string, container: string): object | null => {
    asked += 1;
    return container === "none" ? null : { account, container };
  });
  expect([find("a", "b"), find("a", "b"), find("a", "c"), find("a", "none"), find("a", "none")]).toEqual([
    { account: "a", container: "b" },
    { account: "a", container: "b" },
    { account: "a", container: "c" },
    null,
    null,
  ]);
  expect(asked).toBe(3);
  stamp = null;
  find("a", "b");
  find("a", "d");
  expect(asked).toBe(5);
  stamp = 2;
  find("a", "d");
  find("a", "b");
  find("a", "b");
  expect(asked).toBe(7);
});

it("forgets all where there are too many", () => {
  let asked = 0;
  const find = createReadCache({ stamp: () => 1 })((name: string) => ({ name, number: (asked += 1) }));
  for (let n = 0; n < 2000; n += 1) find(String(n));
  expect(find("1999").number).toBe(2000);
  expect(find("0").number).toBe(2001);
});
