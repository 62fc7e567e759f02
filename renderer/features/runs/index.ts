/** The public face of runs. */
export { RunCommands } from "./RunCommands.tsx";
export { RunList } from "./RunList.tsx";
export { getExchange, markRun, readKeptBody, useExchange, useKeptBody, useRun } from "./run-data.ts";
export { useFrontRun, useReplay } from "./run-front.ts";
export { curlOf, headerName, hiddenText, readableTarget, readableValue, replayProblem, type CurlBody } from "./sent-text.ts";
export { RecentRuns, RunsView } from "./RunsView.tsx";
export { isOpen, runTitle, storletTitle, timingRows, timingSentence } from "./timing.ts";
export { useRecentRuns, useShownRun } from "./use-recent-runs.ts";
