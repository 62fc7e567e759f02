/** The public face of runs. */
export { RunCommands } from "./RunCommands.tsx";
export { RunGone } from "./RunGone.tsx";
export { RunList } from "./RunList.tsx";
export { markRun, readKeptBody, useExchange, useKeptBody, useRun } from "./run-data.ts";
export { useReplayChoice } from "./replay-choice.ts";
export { replayEntries } from "./run-menu.ts";
export { useReplay, useRunInFront } from "./run-front.ts";
export { curlOf, headerName, hiddenText, readableTarget, shellTextOf, type CurlBody } from "./sent-text.ts";
export { RecentRuns, RunsView } from "./RunsView.tsx";
export { isOpen, runTitle, spanOf, storletTitle, timingRows, timingSentence } from "./timing.ts";
export { useRecentRuns, useShownRun } from "./use-recent-runs.ts";
