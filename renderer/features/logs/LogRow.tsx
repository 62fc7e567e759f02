/** One row of a log on the screen: the head of an entry, or one of its further lines. Text is only ever text. */
import { memo } from "react";
import type { LogLevel, LogLine } from "../../../engine/contract/index.ts";
import { runCommand } from "../../commands/registry.ts";
import { classNames } from "../../ui/class-names.ts";
import { formatClock } from "../../ui/format.ts";
import { Icon, type IconName } from "../../ui/Icon.tsx";
import { highlight } from "./highlight.ts";
import { rowsOf, showControls } from "./log-text.ts";
import { cutSegments, linkFrames, type ResolveSource, type SourceLink } from "./source-links.ts";

export const levelLooks: Record<LogLevel, { icon: IconName; word: string }> = {
  trace: { icon: "ellipsis", word: "Trace" },
  debug: { icon: "circle-large", word: "Debug" },
  info: { icon: "info", word: "Info" },
  warn: { icon: "warning", word: "Warn" },
  error: { icon: "error", word: "Error" },
  fatal: { icon: "stop-circle", word: "Fatal" },
};

interface LogRowProps {
  line: LogLine;
  rowInEntry: number;
  columns: number | null;
  top: number;
  /** The filter's text, to mark. */
  needle: string;
  resolve: ResolveSource;
  compact: boolean;
}

export const LogRow = memo(function LogRow({ line, rowInEntry, columns, top, needle, resolve, compact }: LogRowProps) {
  const row = rowsOf(line.text, columns)[rowInEntry];
  if (row === undefined) return null;
  const look = levelLooks[line.level];
  const isHead = rowInEntry === 0;
  const segments = cutSegments(linkFrames(row.line, line.storlet, resolve), row.from, row.to);
  return (
    <div className={classNames("log-row", `log-${line.level}`, isHead && "log-head")} style={{ transform: `translateY(${top}px)` }}>
      {isHead && (
        <>
          <span className="log-time">{formatClock(line.time, true)}</span>
          <span className="log-level" title={compact ? look.word : undefined}>
            <Icon name={look.icon} size={12} />
            <span className={compact ? "hidden-visually" : undefined}>{look.word}</span>
          </span>
          {!compact && <span className="log-source">{line.source}</span>}
          {!compact && (
            <span className="log-run" title={line.run === undefined ? undefined : `run ${line.run}`}>
              {line.run?.slice(0, 4)}
            </span>
          )}
        </>
      )}
      <span className="log-text">
        {segments.map((segment, index) =>
          segment.link === null ? (
            <Marked key={index} text={segment.text} needle={needle} />
          ) : (
            <FrameLink key={index} text={segment.text} link={segment.link} />
          ),
        )}
      </span>
    </div>
  );
});

function Marked({ text, needle }: { text: string; needle: string }) {
  const shown = showControls(text);
  if (needle === "") return shown;
  return highlight(shown, needle).map((part, index) => (part.hit ? <mark key={index}>{part.text}</mark> : part.text));
}

function FrameLink({ text, link }: { text: string; link: SourceLink }) {
  return (
    <button type="button" className="log-link" onClick={() => void runCommand("editor.reveal", { path: link.path, line: link.line })}>
      {text}
    </button>
  );
}
