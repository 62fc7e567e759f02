/** The content of an object as table, text, tree, image and hex, side by side and linked by the bytes that are selected. */
import { useContext, useEffect, useMemo, useRef, useState } from "react";
import { CommandScope, registerCommand, runCommand, useCommandHandler } from "../../commands/registry.ts";
import { keysOf } from "../../commands/table.ts";
import { Chip } from "../../ui/Badge.tsx";
import { IconButton, LinkButton } from "../../ui/Button.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { formatBytes, formatCount } from "../../ui/format.ts";
import { keyText } from "../../ui/KeyHint.tsx";
import { problemOf } from "../../api/problems.ts";
import { chunkBytes, createByteSource, type ByteSource } from "./byte-source.ts";
import { parseCsv, cellAt, type CsvTable } from "./csv.ts";
import { HexPane } from "./HexPane.tsx";
import { describeRange, rangeHeader, type ByteRange } from "./hex-scroll.ts";
import { HexTwin } from "./HexTwin.tsx";
import { fetchRange, type OpenedObject } from "./open-object.ts";
import { ImagePane, TextPane, TreePane } from "./panes.tsx";
import { headerOf, TablePane } from "./TablePane.tsx";
import { useBytes, useSourceProblem } from "./use-bytes.ts";
import { viewModesOf, wholeLines, type ViewMode } from "./view-modes.ts";

const modeWords: Record<ViewMode, string> = { table: "Table", text: "Text", tree: "Tree", image: "Image", hex: "Hex" };

function useSource(opened: OpenedObject): ByteSource {
  const make = (): ByteSource =>
    createByteSource({
      sizeBytes: opened.facts.sizeBytes,
      first: opened.first,
      fetchRange: (start, end, signal) => fetchRange(opened, start, end, signal),
      describeError: (error) => problemOf(error).message,
    });
  const [source] = useState(make);
  // What is still on its way is of no use once nobody looks.
  useEffect(() => () => source.stop(), [source]);
  return source;
}

interface ObjectViewerProps {
  /** `container/object`. */
  path: string;
  opened: OpenedObject;
  onReadAgain: () => void;
}

export function ObjectViewer({ path, opened, onReadAgain }: ObjectViewerProps) {
  const { facts, first } = opened;
  const source = useSource(opened);
  const problem = useSourceProblem(source);
  const offered = useMemo(
    () => viewModesOf(first, first.byteLength >= facts.sizeBytes, facts.contentType, path),
    [first, facts.sizeBytes, facts.contentType, path],
  );
  const [main, setMain] = useState<ViewMode | null>(offered.best === "hex" ? null : offered.best);
  const [hex, setHex] = useState(offered.best === "hex" || offered.best === "table");
  const [selection, setSelection] = useState<ByteRange | null>(null);
  const [reveal, setReveal] = useState<number | null>(null);
  const [start, setStart] = useState(0);
  const [twin, setTwin] = useState(false);
  const end = Math.min(facts.sizeBytes, start + chunkBytes);
  const bytes = useBytes(source, "window", start, end);
  const lines = useMemo(
    () => (bytes === null ? null : wholeLines(bytes, start === 0, end === facts.sizeBytes)),
    [bytes, start, end, facts.sizeBytes],
  );
  const table = useMemo(
    () =>
      bytes === null || lines === null || offered.separator === null
        ? null
        : parseCsv(bytes.subarray(lines.from, lines.to), start + lines.from, offered.separator, end === facts.sizeBytes),
    [bytes, lines, offered.separator, start, end, facts.sizeBytes],
  );
  useViewerCommands(path, selection, hex ? () => setTwin(true) : null);

  const toggle = (mode: ViewMode): void => {
    if (mode !== "hex") {
      // The last one that is on stays on.
      setMain(main === mode && hex ? null : mode);
      return;
    }
    if (hex && main === null) return;
    setHex(!hex);
  };
  const fromPane = (range: ByteRange): void => {
    setSelection(range);
    setReveal(range.start);
  };
  const fromHex = (range: ByteRange | null): void => {
    setSelection(range);
    // The other pane follows to where the bytes are.
    if (range !== null && main !== null && (range.start < start || range.start >= end))
      setStart(Math.floor(range.start / chunkBytes) * chunkBytes);
  };
  const paged = main === "text" || main === "table";
  const next = lines === null ? end : start + Math.max(lines.to, 1);
  return (
    <div className="viewer">
      <div className="viewer-head">
        {offered.modes.map((mode) => (
          <Chip key={mode} on={mode === "hex" ? hex : main === mode} onPress={() => toggle(mode)}>
            {modeWords[mode]}
          </Chip>
        ))}
        <span className="grow" />
        {paged && facts.sizeBytes > chunkBytes && <WindowBar start={start} end={next} sizeBytes={facts.sizeBytes} onGo={setStart} />}
      </div>
      {problem !== null && (
        <p className="viewer-problem" role="alert">
          <Icon name="error" size={14} tone="error" /> {problem} <LinkButton onPress={() => source.retry()}>Try again</LinkButton>
          <LinkButton onPress={onReadAgain}>Read the object again</LinkButton>
        </p>
      )}
      <div className="viewer-panes">
        {main !== null && (
          <div className="viewer-pane">
            {main === "table" && table !== null && (
              <TablePane table={table} atStart={start === 0} name={path} selection={selection} onSelect={fromPane} />
            )}
            {main === "text" && bytes !== null && lines !== null && (
              <TextPane
                key={start}
                bytes={bytes.subarray(lines.from, lines.to)}
                offset={start + lines.from}
                complete={end === facts.sizeBytes}
                name={path}
                onSelect={fromPane}
              />
            )}
            {main === "tree" && <TreePane source={source} name={path} />}
            {main === "image" && <ImagePane url={opened.url} sizeBytes={facts.sizeBytes} name={path} />}
            {paged && bytes === null && problem === null && <p className="viewer-wait">Reading</p>}
          </div>
        )}
        {hex && <HexPane source={source} name={path} selection={selection} onSelect={fromHex} reveal={reveal} />}
      </div>
      <Footer
        selection={selection}
        table={main === "table" ? table : null}
        start={start}
        readBytes={end - start}
        sizeBytes={facts.sizeBytes}
      />
      {twin && <HexTwin source={source} path={path} selection={selection} onClose={() => setTwin(false)} />}
    </div>
  );
}

/** The commands that need this view: the range for Invoke, and the plain text of the hex. */
function useViewerCommands(path: string, selection: ByteRange | null, showTwin: (() => void) | null): void {
  const useRange = async () => {
    if (selection === null) return;
    await runCommand("invoke.setObject", { object: path });
    await runCommand("invoke.setRange", { range: rangeHeader(selection) });
    await runCommand("invoke.focus");
  };
  useCommandHandler("objects.useRange", useRange, selection === null ? "Select bytes first." : null);
  const inScope = useContext(CommandScope);
  const latest = useRef(showTwin);
  useEffect(() => {
    latest.current = showTwin;
  });
  // Without a twin of its own, what lies behind this one answers.
  const hasTwin = showTwin !== null && inScope;
  useEffect(() => (hasTwin ? registerCommand("view.accessible", () => latest.current?.()) : undefined), [hasTwin]);
}

interface WindowBarProps {
  start: number;
  end: number;
  sizeBytes: number;
  onGo: (start: number) => void;
}

/** Which part of a large object is shown, and the way to the others. */
function WindowBar({ start, end, sizeBytes, onGo }: WindowBarProps) {
  const [text, setText] = useState("");
  const go = (): void => {
    const byte = Number(text.replaceAll(/\s/g, ""));
    if (Number.isInteger(byte) && byte >= 0 && byte < sizeBytes && text !== "") onGo(Math.floor(byte / chunkBytes) * chunkBytes);
  };
  return (
    <div className="viewer-window" role="group" aria-label="Part of the object">
      <span className="viewer-window-words">
        bytes {formatCount(start)} to {formatCount(Math.max(start, Math.min(end, sizeBytes) - 1))}
      </span>
      <IconButton
        icon="chevron-left"
        label="The part before"
        disabledReason={start === 0 ? "This is the start." : null}
        onPress={() => onGo(Math.max(0, start - chunkBytes))}
      />
      <IconButton
        icon="chevron-right"
        label="The next part"
        disabledReason={end >= sizeBytes ? "This is the end." : null}
        onPress={() => onGo(end)}
      />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          go();
        }}
      >
        <input
          className="viewer-goto mono"
          aria-label="Go to byte"
          placeholder="go to byte"
          inputMode="numeric"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </form>
    </div>
  );
}

interface FooterProps {
  selection: ByteRange | null;
  table: CsvTable | null;
  start: number;
  readBytes: number;
  sizeBytes: number;
}

function Footer({ selection, table, start, readBytes, sizeBytes }: FooterProps) {
  const cell = selection === null || table === null ? null : cellAt(table, selection.start);
  const header = table === null ? null : headerOf(table, start === 0);
  const row = cell === null ? null : cell.row + (header === null ? 1 : 0);
  const keys = keysOf("objects.useRange");
  const read =
    readBytes >= sizeBytes ? "Whole object" : `${start === 0 ? "First " : ""}${formatBytes(readBytes)} of ${formatBytes(sizeBytes)} read`;
  return (
    <footer className="viewer-foot">
      {cell !== null && row !== null && row > 0 && (
        <span className="cut">
          Row {formatCount(row)}, {header?.[cell.column]?.text ?? `column ${cell.column + 1}`}
        </span>
      )}
      {selection !== null && <span className="mono">{describeRange(selection)}</span>}
      <span className="grow" />
      <span>{read}</span>
      {selection !== null && (
        <LinkButton title={keys === undefined ? undefined : keyText(keys)} onPress={() => void runCommand("objects.useRange")}>
          Use selection as X-Storlet-Range
        </LinkButton>
      )}
    </footer>
  );
}
