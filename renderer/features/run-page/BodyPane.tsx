/** A recorded body: as text, as a table where it is one, or as hex. Says honestly what of it is kept. */
import { useMemo, useState } from "react";
import type { BodySide, KeptBody } from "../../../engine/contract/index.ts";
import { problemOf } from "../../api/problems.ts";
import { Chip } from "../../ui/Badge.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ProblemBlock } from "../../ui/ErrorBlock.tsx";
import { formatBytes, formatCounted } from "../../ui/format.ts";
import { Loading } from "../../ui/Loading.tsx";
import { bestMode, BodyView } from "../objects/index.ts";
import { useKeptBody } from "../runs/index.ts";
import { maxTableRows, tableOf } from "./csv-rows.ts";

type Mode = "text" | "table" | "hex";

export function BodyPane({ run, side, body, label }: { run: string; side: BodySide; body: KeptBody | null; label: string }) {
  const { data: bytes, error, isPending, refetch } = useKeptBody(run, side, body);
  if (body === null || body.sizeBytes === 0) {
    const title =
      body?.cut === true ? "The body broke off before its first byte." : side === "request" ? "No body was sent." : "The body is empty.";
    return <EmptyState title={title} />;
  }
  if (body.ref === null) return <EmptyState title={`${formatBytes(body.sizeBytes)} passed, and none of them are kept.`} />;
  if (error !== null) {
    return (
      <ProblemBlock className="run-notice" problem={problemOf(error)} actions={[{ label: "Read again", onPress: () => void refetch() }]} />
    );
  }
  if (isPending) return <Loading label="Reading the body" rows={4} />;
  if (bytes === null || bytes === undefined) {
    return (
      <EmptyState title="This body is not kept any more." reason="The oldest bodies go first when there is no more room for all of them." />
    );
  }
  return <KeptBodyView bytes={bytes} body={body} label={label} />;
}

function KeptBodyView({ bytes, body, label }: { bytes: Uint8Array<ArrayBuffer>; body: KeptBody; label: string }) {
  const complete = bytes.byteLength >= body.sizeBytes && !body.cut;
  const rows = useMemo(() => (bestMode(bytes, complete) === "hex" ? null : tableOf(new TextDecoder().decode(bytes))), [bytes, complete]);
  const [chosen, setChosen] = useState<Mode | null>(null);
  const mode = chosen ?? bestMode(bytes, complete);
  const modes: readonly { mode: Mode; word: string }[] = [
    { mode: "text", word: "Text" },
    ...(rows === null ? [] : [{ mode: "table" as const, word: "Table" }]),
    { mode: "hex", word: "Hex" },
  ];
  return (
    <>
      <div className="run-modes" role="group" aria-label={`How to show: ${label}`}>
        {modes.map((each) => (
          <Chip key={each.mode} on={mode === each.mode} onPress={() => setChosen(each.mode)}>
            {each.word}
          </Chip>
        ))}
      </div>
      {mode === "table" && rows !== null ? (
        <TableView rows={rows} label={label} />
      ) : (
        <BodyView bytes={bytes} sizeBytes={body.sizeBytes} cut={body.cut} mode={mode === "hex" ? "hex" : "text"} label={label} />
      )}
    </>
  );
}

function TableView({ rows, label }: { rows: readonly (readonly string[])[]; label: string }) {
  const [head = [], ...rest] = rows;
  const shown = rest.slice(0, maxTableRows - 1);
  return (
    <div className="run-table-scroll" tabIndex={0} role="region" aria-label={`${label}, as a table`}>
      <table className="run-table">
        <thead>
          <tr>
            {head.map((cell, index) => (
              <th key={index} scope="col">
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rest.length > shown.length && (
        <p className="run-table-more">The first {formatCounted(shown.length, "row")}. Text shows all that is kept.</p>
      )}
    </div>
  );
}
