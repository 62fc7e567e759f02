/** How a run kept the rules of storlets, as cells: one per promise, kept, missed or not looked at. Pure. */
import type { Run } from "../../../engine/contract/index.ts";
import { formatCount, formatDuration } from "../../ui/format.ts";

export interface ContractCell {
  /** The promise in a few words. */
  word: string;
  state: "kept" | "missed" | "unknown";
  /** The evidence, in a sentence. */
  evidence: string;
}

export interface ContractStrip {
  cells: readonly ContractCell[];
  kept: number;
  checked: number;
  /** What was not kept, as the engine says it. */
  broken: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields | null => (typeof value === "object" && value !== null ? (value as Fields) : null);
const numberOf = (value: unknown): number | null => (typeof value === "number" ? value : null);

function metadataCells(check: Fields): ContractCell[] {
  const cells: ContractCell[] = [];
  const { metadata } = check;
  if (metadata === "before-data" || metadata === "after-data" || metadata === "missing") {
    const evidence = {
      "before-data": "The storlet set its metadata before it wrote.",
      "after-data": "The storlet wrote before it set its metadata.",
      missing: "The storlet set no metadata.",
    }[metadata];
    cells.push({ word: "metadata before body", state: metadata === "before-data" ? "kept" : "missed", evidence });
  }
  const bytes = numberOf(check["metadataBytes"]);
  const limit = numberOf(check["metadataLimitBytes"]);
  if (limit !== null) {
    cells.push({
      word: `metadata under ${formatCount(limit)} bytes`,
      state: bytes === null ? "unknown" : bytes <= limit ? "kept" : "missed",
      evidence: bytes === null ? "The size of the metadata is not known." : `The metadata has ${formatCount(bytes)} bytes as JSON.`,
    });
  }
  return cells;
}

function stallCell(check: Fields): ContractCell[] {
  const stall = fieldsOf(check["longestStall"]);
  const ms = numberOf(stall?.["ms"]);
  const limitMs = numberOf(stall?.["limitMs"]);
  if (stall === null || ms === null || limitMs === null) return [];
  const waited = typeof stall["waitedFor"] === "string" ? stall["waitedFor"].replace("-", " ") : "output";
  return [
    {
      word: `no pause over ${formatDuration(limitMs)}`,
      state: ms < limitMs ? "kept" : "missed",
      evidence: `The longest wait was ${formatDuration(ms)}, for ${waited}.`,
    },
  ];
}

/** The strip of a run; null where the engine did not look. Reads a field that older records do not have. */
export function contractStripOf(run: Run): ContractStrip | null {
  const check = fieldsOf((run as { contract?: unknown }).contract);
  if (check === null) return null;
  const cells = metadataCells(check);
  const { outputClosed } = check;
  if (outputClosed === true || outputClosed === false || outputClosed === null) {
    cells.push({
      word: "output closed",
      state: outputClosed === null ? "unknown" : outputClosed ? "kept" : "missed",
      evidence:
        outputClosed === null
          ? "Nobody could look whether the storlet closed its output."
          : outputClosed
            ? "The storlet closed its output."
            : "The storlet left its output open; the engine closed it.",
    });
  }
  cells.push(...stallCell(check));
  if (cells.length === 0) return null;
  const broken = Array.isArray(check["broken"]) ? check["broken"].filter((text) => typeof text === "string") : [];
  const checked = cells.filter(({ state }) => state !== "unknown").length;
  return { cells, kept: cells.filter(({ state }) => state === "kept").length, checked, broken };
}
