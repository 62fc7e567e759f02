/** The public face of runs. */
export { RecentRuns, RunsView } from "./RunsView.tsx";
export { isOpen, storletTitle, timingRows, timingSentence } from "./timing.ts";
export { useRecentRuns, useShownRun } from "./use-recent-runs.ts";
