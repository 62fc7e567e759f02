/** X-Storlet-Generate-Log: what a finished run logged, as an object of the log container. Owns its form and its upload. */
import type { LogBus } from "../compute/log-bus.ts";
import type { LogLevel, LogLine } from "../contract/index.ts";
import { discardBody } from "../support/streams.ts";
import { makeSubrequest } from "../swift/request.ts";
import type { Handler, SwiftRequest } from "../swift/types.ts";
import { logContainer, logObjectName } from "./rules.ts";

const mostLines = 100_000;

const levelNames: Record<LogLevel, string> = {
  trace: "DEBUG",
  debug: "DEBUG",
  info: "INFO",
  warn: "WARNING",
  error: "ERROR",
  fatal: "ERROR",
};

/** One line of the log object. A logger's line has the form of the real runtime; what else the storlet said stands as it is. */
function formatLine(line: LogLine, main: string): string {
  return line.source === "storlet" ? `${main} ${levelNames[line.level]}: ${line.text}\n` : `${line.text}\n`;
}

/** The text of a run's log object: what its storlet said, not what the engine says about it. */
export function formatRunLog(lines: readonly LogLine[], main: string): string {
  return lines
    .filter(({ source }) => source !== "engine" && source !== "agent" && source !== "daemon")
    .map((line) => formatLine(line, main))
    .join("");
}

interface UploadOptions {
  logs: LogBus;
  request: SwiftRequest;
  next: Handler;
  account: string;
  storlet: string;
  main: string;
  runId: string;
  /** Number of the newest log line before the run. */
  afterSeq: number;
}

/** Uploads the log of a finished run with the system's rights. A failure is logged and changes nothing else. */
export async function uploadRunLog(options: UploadOptions): Promise<void> {
  const { logs, request, next, account, storlet, runId } = options;
  const text = formatRunLog(logs.history({ run: runId }, mostLines, options.afterSeq), options.main);
  const object = logObjectName(storlet);
  const upload = makeSubrequest(request, {
    method: "PUT",
    path: { account, container: logContainer, object },
    headers: new Map([["content-type", "text/plain"]]),
    body: Buffer.from(text, "utf8"),
    authorize: "none",
  });
  const say = (level: "info" | "warn", what: string): void => logs.write({ level, source: "engine", storlet, run: runId, text: what });
  try {
    // The client may have left; its log is still wanted.
    const response = await next({ ...upload, signal: new AbortController().signal });
    discardBody(response.body);
    if (response.status === 201) say("info", `the log of this run is in ${logContainer}/${object}`);
    else say("warn", `the log of this run was not stored: ${logContainer}/${object} answers ${response.status}`);
  } catch (error) {
    say("warn", `the log of this run was not stored: ${error instanceof Error ? error.message : String(error)}`);
  }
}
