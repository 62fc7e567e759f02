import { expect, it } from "vitest";
import { nextScale } from "./zoom.ts";

it.each([
  [1, 1, 1.1],
  [1, -1, 0.9],
  [1.05, 1, 1.1],
  [3, 1, 3],
  [0.5, -1, 0.5],
] as const)("from %d by %d to %d", (scale, step, next) => {
  expect(nextScale(scale, step)).toBe(next);
});
