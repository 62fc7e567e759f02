/** The contract check: how one run kept the rules of storlets. Collects facts while it runs; ends nothing. */
import type { ContractCheck } from "../contract/index.ts";
import { formatDuration } from "../support/format.ts";
import type { RunEvent } from "./protocol.ts";

/** What the real runtime reads of output metadata (storlets.md, 6.1). */
const metadataLimitBytes = 4096;

type WaitedFor = NonNullable<ContractCheck["longestStall"]>["waitedFor"];

export interface ContractWatch {
  /** What the daemon itself says about the storlet's files. */
  told(event: Extract<RunEvent, { event: "contract" }>): void;
  /** The engine waited so long for the storlet. */
  waited(waitedFor: WaitedFor, ms: number, limitMs: number): void;
  /** The verdict. `failed` where the run ended badly: an output it left open is not its fault then. */
  conclude(run: { metadataSet: boolean; failed: boolean }): ContractCheck;
}

const waitNames: Record<WaitedFor, string> = { metadata: "metadata", "first-byte": "a first byte", output: "more output" };

export function watchContract(): ContractWatch {
  let facts: Extract<RunEvent, { event: "contract" }> | null = null;
  let stall: ContractCheck["longestStall"] = null;

  return {
    told(event) {
      facts = event;
    },
    waited(waitedFor, ms, limitMs) {
      if (stall === null || ms / limitMs > stall.ms / stall.limitMs) stall = { waitedFor, ms, limitMs };
    },
    conclude({ metadataSet, failed }) {
      const metadata = facts?.dataBeforeMetadata === true ? "after-data" : metadataSet ? "before-data" : "missing";
      const metadataBytes = facts?.metadataBytes ?? null;
      const outputClosed = facts?.outputClosed ?? null;
      const broken: string[] = [];
      if (metadata === "after-data") broken.push("Data was written before the output metadata was set.");
      if (metadata === "missing") broken.push("Output metadata was never set.");
      if (metadataBytes !== null && metadataBytes > metadataLimitBytes)
        broken.push(`Output metadata has ${metadataBytes} bytes as JSON; ${metadataLimitBytes} are allowed.`);
      if (outputClosed === false && !failed) broken.push("The output was left open; the engine closed it.");
      if (stall !== null && stall.ms >= stall.limitMs)
        broken.push(
          `It was waited ${formatDuration(stall.ms)} for ${waitNames[stall.waitedFor]}; ${formatDuration(stall.limitMs)} are allowed.`,
        );
      return { metadata, metadataBytes, metadataLimitBytes, outputClosed, longestStall: stall, broken };
    },
  };
}
