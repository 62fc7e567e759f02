/** Run states as icon, word and colour: never colour alone. */
import type { RunState } from "../../engine/contract/index.ts";
import { Badge } from "./Badge.tsx";
import { Icon, type IconName } from "./Icon.tsx";
import "./run-state.css";

const states: Record<RunState, { icon: IconName; word: string; spins?: true }> = {
  queued: { icon: "circle-large", word: "Queued" },
  starting: { icon: "cold", word: "Starting, cold" },
  running: { icon: "loading", word: "Running", spins: true },
  streaming: { icon: "cloud-upload", word: "Streaming" },
  succeeded: { icon: "pass", word: "Succeeded" },
  failed: { icon: "error", word: "Failed" },
  "timed-out": { icon: "watch", word: "Timed out" },
  cancelled: { icon: "circle-slash", word: "Cancelled" },
};

export function runStateWord(state: RunState): string {
  return states[state].word;
}

export function RunStateIcon({ state, size = 16 }: { state: RunState; size?: number }) {
  const { icon, spins = false } = states[state];
  return <Icon name={icon} size={size} spin={spins} className={`run-state run-state-${state}`} />;
}

/** Whether a sandbox or daemon had to be started for a run. */
export function StartBadge({ cold }: { cold: boolean }) {
  return (
    <span className={cold ? "run-cold" : "run-warm"}>
      <Badge icon={cold ? "cold" : "flame"}>{cold ? "cold" : "warm"}</Badge>
    </span>
  );
}
