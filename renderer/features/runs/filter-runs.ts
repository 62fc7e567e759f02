/** Which runs a filter lets through: the same rule as the engine's, for runs that only events have told of. Pure. */
import type { Run, RunState } from "../../../engine/contract/index.ts";

export interface RunFilter {
  text: string;
  /** Empty: any. */
  states: readonly RunState[];
  /** Object name of the storlet; null: any. */
  storlet: string | null;
  pinned: boolean;
}

export const emptyFilter: RunFilter = { text: "", states: [], storlet: null, pinned: false };

const runStates: readonly RunState[] = ["queued", "starting", "running", "streaming", "succeeded", "failed", "timed-out", "cancelled"];

/** A filter as stored; what is missing or unknown in it lets everything through. */
export function parseFilter(text: string | null): RunFilter {
  if (text === null) return emptyFilter;
  try {
    const stored = JSON.parse(text) as Partial<Record<keyof RunFilter, unknown>> | null;
    return {
      text: typeof stored?.text === "string" ? stored.text : "",
      states: runStates.filter((state) => Array.isArray(stored?.states) && stored.states.includes(state)),
      storlet: typeof stored?.storlet === "string" ? stored.storlet : null,
      pinned: stored?.pinned === true,
    };
  } catch {
    return emptyFilter;
  }
}

export const failedStates: readonly RunState[] = ["failed", "timed-out"];

/** Every word of the text must occur in the storlet, object, door, state, status, id, name or note of a run, in any case. */
export function matchesFilter(run: Run, { text, states, storlet, pinned }: RunFilter): boolean {
  if (states.length > 0 && !states.includes(run.state)) return false;
  if (storlet !== null && run.storlet !== storlet) return false;
  if (pinned && run.mark?.pinned !== true) return false;
  const fields = [run.storlet, run.object, run.door, run.state, run.status, run.id, run.mark?.name, run.mark?.note];
  const searched = fields.join(" ").toLowerCase();
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return words.every((word) => searched.includes(word));
}

export function isFiltered(filter: RunFilter): boolean {
  return filter.text.trim() !== "" || filter.states.length > 0 || filter.storlet !== null || filter.pinned;
}

/** What a filter asks for, for a sentence: `failed run of csv_filter that matches "march"`. */
export function describeFilter({ text, states, storlet, pinned }: RunFilter, words: (state: RunState) => string): string {
  const kinds = [pinned ? "pinned" : null, states.length === 0 ? null : states.map((state) => words(state).toLowerCase()).join(" or ")];
  const parts = [...kinds.filter((kind) => kind !== null), "run"].join(", ").replace(/, run$/, " run");
  const of = storlet === null ? "" : ` of ${storlet}`;
  return `${parts}${of}${text.trim() === "" ? "" : ` matches "${text.trim()}"`}`;
}
