/** The public face of runs. */
export { RunList } from "./RunList.tsx";
export { RecentRuns, RunsView } from "./RunsView.tsx";
export { isOpen, storletTitle, timingRows, timingSentence } from "./timing.ts";
export { useRecentRuns, useShownRun } from "./use-recent-runs.ts";
