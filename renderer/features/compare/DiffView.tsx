/** Blocks of lines, side by side or one below the other; equal lines far from a change are folded. Text nodes only. */
import { useState, type ReactNode } from "react";
import { Button } from "../../ui/Button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { formatCounted } from "../../ui/format.ts";
import { Icon } from "../../ui/Icon.tsx";
import { markWords, type DiffBlock, type DiffRow, type Line } from "./diff.ts";

/** Equal lines that stay beside a change. */
const context = 3;
/** Rows drawn of one block before somebody asks for the rest. */
const drawnRows = 400;

export function DiffView({ label, blocks, inline }: { label: string; blocks: readonly DiffBlock[]; inline: boolean }) {
  return (
    <div className={classNames("diff mono", inline && "diff-inline")} role="region" aria-label={`${label}, compared`} tabIndex={0}>
      {blocks.map((block, index) =>
        block.kind === "equal" ? (
          <EqualBlock key={index} rows={block.rows} inline={inline} first={index === 0} last={index === blocks.length - 1} />
        ) : (
          <ChangedBlock key={index} rows={block.rows} inline={inline} />
        ),
      )}
    </div>
  );
}

interface EqualBlockProps {
  rows: readonly DiffRow[];
  inline: boolean;
  first: boolean;
  last: boolean;
}

function EqualBlock({ rows, inline, first, last }: EqualBlockProps) {
  const [open, setOpen] = useState(false);
  const before = first ? 0 : context;
  const after = last ? 0 : context;
  if (open || rows.length <= before + after + 1) return rows.map((row, index) => <Row key={index} row={row} inline={inline} />);
  const hidden = rows.length - before - after;
  return (
    <>
      {rows.slice(0, before).map((row, index) => (
        <Row key={index} row={row} inline={inline} />
      ))}
      <button type="button" className="diff-fold" aria-expanded={false} onClick={() => setOpen(true)}>
        <Icon name="chevron-right" size={12} />
        {formatCounted(hidden, "equal line")}
      </button>
      {rows.slice(rows.length - after).map((row, index) => (
        <Row key={`after ${index}`} row={row} inline={inline} />
      ))}
    </>
  );
}

function ChangedBlock({ rows, inline }: { rows: readonly DiffRow[]; inline: boolean }) {
  const [drawn, setDrawn] = useState(drawnRows);
  const shown = rows.slice(0, drawn);
  const removed = rows.filter(({ left }) => left !== null).length;
  const added = rows.filter(({ right }) => right !== null).length;
  const words = [
    removed > 0 ? `${formatCounted(removed, "line")} only in A` : null,
    added > 0 ? `${formatCounted(added, "line")} only in B` : null,
  ];
  return (
    <div
      className="diff-changed"
      data-difference=""
      tabIndex={-1}
      role="group"
      aria-label={words.filter((word) => word !== null).join(", ")}
    >
      {inline ? (
        <>
          {shown.map(
            (row, index) =>
              row.left !== null && <Row key={`a ${index}`} row={{ left: row.left, right: null }} pair={row.right} inline changed />,
          )}
          {shown.map(
            (row, index) =>
              row.right !== null && <Row key={`b ${index}`} row={{ left: null, right: row.right }} pair={row.left} inline changed />,
          )}
        </>
      ) : (
        shown.map((row, index) => <Row key={index} row={row} inline={false} changed />)
      )}
      {rows.length > drawn && (
        <p className="diff-more">
          <Button size="small" variant="quiet" onPress={() => setDrawn(drawn + 10 * drawnRows)}>
            Show {formatCounted(Math.min(rows.length - drawn, 10 * drawnRows), "more row")} that differ
          </Button>
        </p>
      )}
    </div>
  );
}

interface RowProps {
  row: DiffRow;
  inline: boolean;
  changed?: boolean;
  /** The line on the other side, where it is drawn elsewhere. */
  pair?: Line | null;
}

function Row({ row, inline, changed = false, pair = null }: RowProps) {
  const { left, right } = row;
  if (!changed) {
    return (
      <div className="diff-row">
        <Side line={left} kind="equal" />
        {!inline && <Side line={right} kind="equal" />}
      </div>
    );
  }
  const marks = markWords((left ?? pair)?.text ?? "", (right ?? pair)?.text ?? "");
  const hasPair = (left ?? pair) !== null && (right ?? pair) !== null;
  return (
    <div className="diff-row">
      {(left !== null || !inline) && <Side line={left} kind="del" mark={hasPair ? [marks.start, marks.leftEnd] : null} />}
      {(right !== null || !inline) && <Side line={right} kind="add" mark={hasPair ? [marks.start, marks.rightEnd] : null} />}
    </div>
  );
}

interface SideProps {
  line: Line | null;
  kind: "equal" | "del" | "add";
  /** What to mark of a changed line; null marks all of it. */
  mark?: [number, number] | null;
}

const signs = { equal: " ", del: "-", add: "+" } as const;

function Side({ line, kind, mark = null }: SideProps) {
  if (line === null) return <div className="diff-side diff-missing" />;
  return (
    <div className={`diff-side diff-${kind}`}>
      <span className="diff-number">{line.number}</span>
      <span className="diff-sign">{signs[kind]}</span>
      <span className="diff-text">{kind === "equal" ? line.text : <MarkedText text={line.text} mark={mark} />}</span>
    </div>
  );
}

/** Longest text drawn of a line: a page of one line would be. */
const drawnText = 4000;

function MarkedText({ text, mark }: { text: string; mark: [number, number] | null }): ReactNode {
  const shown = text.slice(0, drawnText);
  const end = text.length > drawnText ? "…" : "";
  if (mark === null) return <mark>{shown + end}</mark>;
  const [from, to] = mark;
  return (
    <>
      {shown.slice(0, from)}
      {to > from && <mark>{shown.slice(from, to)}</mark>}
      {shown.slice(to) + end}
    </>
  );
}
