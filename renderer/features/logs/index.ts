/** The public face of logs. */
import { registerCommand, runCommand } from "../../commands/registry.ts";
import { cutLogTo } from "./use-logs.ts";

export { LogsPanel, RunLog } from "./lazy.tsx";
export { createSourceResolver, linkFrames, shortenFrames, type ResolveSource } from "./source-links.ts";
export { cutLogTo, isLogCut, useLogCount, useLogRate, useRunLog } from "./use-logs.ts";

// For the life of the page: the panel may be closed when somebody asks for the log of a run.
registerCommand("logs.showRun", async ({ run }) => {
  cutLogTo(run);
  await runCommand("panel.show", { tab: "logs" });
});
