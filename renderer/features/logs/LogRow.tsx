/** One row of a log on the screen: the head of an entry, or one of its further lines. Text is only ever text. */
import { memo } from "react";
import type { LogLevel, LogLine } from "../../../engine/contract/index.ts";
import { runCommand } from "../../commands/registry.ts";
import { classNames } from "../../ui/class-names.ts";
import { formatClock } from "../../ui/format.ts";
import { Icon, type IconName } from "../../ui/Icon.tsx";
import type { Marks, PatternMarks } from "./pattern-marks.ts";
import { cutMarks } from "./cut-marks.ts";
import { rowsOf, showControls } from "./log-text.ts";
import { cutSegments, linkFrames, type ResolveSource, type SourceLink } from "./source-links.ts";
import { cutLogTo, showOnlyStorlet } from "./use-logs.ts";
import type { TextPattern } from "./text-pattern.ts";

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
  /** What to mark: the filter's pattern, and the search's. */
  filter: TextPattern;
  find: TextPattern;
  marks: PatternMarks;
  /** Grows when marks have come. */
  marksVersion: number;
  /** The search is at this entry. */
  current: boolean;
  resolve: ResolveSource;
  compact: boolean;
}

export const LogRow = memo(function LogRow(props: LogRowProps) {
  const { line, rowInEntry, columns, top, resolve, current, compact } = props;
  const row = rowsOf(line.text, columns)[rowInEntry];
  if (row === undefined) return null;
  const isHead = rowInEntry === 0;
  return (
    <div
      className={classNames("log-row", `log-${line.level}`, isHead && "log-head", current && "log-current")}
      style={{ transform: `translateY(${top}px)` }}
    >
      {isHead && <RowHead line={line} compact={compact} />}
      <span className="log-text">
        <RowText
          {...props}
          text={row.line.slice(row.from, row.to)}
          segments={cutSegments(linkFrames(row.line, line.storlet, resolve), row.from, row.to)}
        />
      </span>
    </div>
  );
});

/** What an entry is besides its text. Its run and storlet cut the log to them; by keyboard the filter does. */
function RowHead({ line, compact }: { line: LogLine; compact: boolean }) {
  const look = levelLooks[line.level];
  const { run, storlet } = line;
  return (
    <>
      <span className="log-time">{formatClock(line.time, true)}</span>
      <span className="log-level" title={compact ? look.word : undefined}>
        <Icon name={look.icon} size={12} />
        <span className={compact ? "hidden-visually" : undefined}>{look.word}</span>
      </span>
      {!compact && (
        <>
          <span className="log-source">{line.source}</span>
          {storlet === undefined ? (
            <span className="log-storlet" />
          ) : (
            <button
              type="button"
              tabIndex={-1}
              className="log-storlet"
              title={`Show only ${storlet}`}
              onClick={() => showOnlyStorlet(storlet)}
            >
              {storlet}
            </button>
          )}
          {run === undefined ? (
            <span className="log-run" />
          ) : (
            <button type="button" tabIndex={-1} className="log-run" title={`Show only run ${run}`} onClick={() => cutLogTo(run)}>
              {run.slice(0, 4)}
            </button>
          )}
        </>
      )}
    </>
  );
}

type RowTextProps = LogRowProps & { text: string; segments: readonly { text: string; link: SourceLink | null }[] };

function RowText({ text, segments, filter, find, marks }: RowTextProps) {
  const filtered = marks.of(text, filter);
  const found = marks.of(text, find);
  let position = 0;
  return segments.map((segment, index) => {
    const from = position;
    position += segment.text.length;
    return segment.link === null ? (
      <Marked key={index} text={segment.text} from={from} filtered={filtered} found={found} />
    ) : (
      <FrameLink key={index} text={segment.text} link={segment.link} />
    );
  });
}

/** A piece of a row that begins at `from` in it. What the search found is marked over what the filter wants. */
function Marked({ text, from, filtered, found }: { text: string; from: number; filtered: Marks; found: Marks }) {
  const shown = showControls(text);
  if (filtered.length === 0 && found.length === 0) return shown;
  return cutMarks(shown.length, from, filtered, found).map((part) =>
    part.kind === null ? (
      shown.slice(part.from, part.to)
    ) : (
      <mark key={part.from} className={part.kind === "found" ? "log-found" : undefined}>
        {shown.slice(part.from, part.to)}
      </mark>
    ),
  );
}

function FrameLink({ text, link }: { text: string; link: SourceLink }) {
  return (
    <button type="button" className="log-link" onClick={() => void runCommand("editor.reveal", { path: link.path, line: link.line })}>
      {text}
    </button>
  );
}
