import { expect, it } from "vitest";
import type { Run } from "../../../engine/contract/index.ts";
import { contractStripOf } from "./contract-strip.ts";

const withContract = (contract: unknown): Run => ({ id: "a", contract }) as unknown as Run;
const whole = {
  metadata: "before-data",
  metadataBytes: 20,
  metadataLimitBytes: 4096,
  outputClosed: true,
  longestStall: { waitedFor: "first-byte", ms: 12, limitMs: 40_000 },
  broken: [],
};

it("is not there where nobody looked", () => {
  expect([undefined, null, "x", {}].map((contract) => contractStripOf(withContract(contract)))).toEqual([null, null, null, null]);
});

it("has a cell for each promise, with its evidence", () => {
  const strip = contractStripOf(withContract(whole));
  expect(strip).toMatchObject({ kept: 4, checked: 4, broken: [] });
  expect(strip?.cells.map(({ word }) => word)).toEqual([
    "metadata before body",
    "metadata under 4\u2009096 bytes",
    "output closed",
    "no pause over 40.0 s",
  ]);
  expect(strip?.cells[3]?.evidence).toBe("The longest wait was 12 ms, for first byte.");
});

it("says what was missed, and does not count what is not known", () => {
  const strip = contractStripOf(
    withContract({
      ...whole,
      metadata: "missing",
      metadataBytes: null,
      outputClosed: false,
      longestStall: null,
      broken: ["No metadata.", 3],
    }),
  );
  expect(strip?.cells.map(({ state }) => state)).toEqual(["missed", "unknown", "missed"]);
  expect(strip).toMatchObject({ kept: 0, checked: 2, broken: ["No metadata."] });
});
