import { describe, expect, it } from "vitest";
import { phaseNames, type Phase } from "../../engine/contract/index.ts";
import { labelledPhases, orderedPhases, phaseOrder, phasesSentence } from "./phases.ts";

const phase = (name: Phase["name"], durationMs: number): Phase => ({ name, startMs: 0, durationMs });
const phases = [phase("stream", 22), phase("execute", 30), phase("authorise", 1), phase("metadata", 2)];

describe("phases", () => {
  it("keeps the order of the contract", () => {
    expect(phaseOrder).toEqual(phaseNames);
    expect(orderedPhases(phases).map(({ name }) => name)).toEqual(["authorise", "execute", "metadata", "stream"]);
  });

  it("names the first, the longest and the last", () => {
    expect(labelledPhases(phases).map(({ name }) => name)).toEqual(["authorise", "execute", "stream"]);
    expect(labelledPhases([])).toEqual([]);
  });

  it("says the same in a sentence", () => {
    expect(phasesSentence(phases)).toBe("authorise 1 ms, execute 30 ms, metadata 2 ms, stream 22 ms");
    expect(phasesSentence([])).toBe("No phase was recorded.");
  });
});
