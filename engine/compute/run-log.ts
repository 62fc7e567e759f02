/** What a run says, as entries of the log bus. Owns the mapping of protocol events to log entries. */
import type { RunEvent } from "./protocol.ts";
import type { LogBus, LogEntry } from "./log-bus.ts";

export interface RunLog {
  /** Writes the entry of an event, where it has one. */
  event(event: RunEvent): void;
  /** A remark of the engine about this run. */
  warn(text: string): void;
}

const levels = { stdout: "info", stderr: "warn" } as const;

/** The log of one run: every entry carries scope, storlet and run id. */
export function createRunLog(logs: LogBus, tags: { scope: string; storlet: string; run: string }): RunLog {
  const write = (entry: Omit<LogEntry, "scope" | "storlet" | "run">): void => logs.write({ ...entry, ...tags });
  return {
    event(event) {
      switch (event.event) {
        case "log":
          write({ level: event.level, source: "storlet", text: event.text });
          break;
        case "stdout":
        case "stderr":
          write({ level: levels[event.event], source: event.event, text: event.text });
          break;
        case "dropped":
          write({
            level: "warn",
            source: event.source === "log" ? "storlet" : event.source,
            text: `${event.lines} ${event.lines === 1 ? "line" : "lines"} dropped: the storlet printed more than can be kept.`,
          });
          break;
        case "exception":
          write({ level: "error", source: "traceback", text: event.traceback.trimEnd() });
          break;
        default:
      }
    },
    warn: (text) => write({ level: "warn", source: "engine", text }),
  };
}
