/** The sections of a comparison: rows of facts, and the bodies. */
import { useMemo, useState, type ReactNode } from "react";
import type { KeptBody } from "../../../engine/contract/index.ts";
import { problemOf } from "../../api/problems.ts";
import { Chip } from "../../ui/Badge.tsx";
import { ProblemBlock } from "../../ui/ErrorBlock.tsx";
import { formatBytes } from "../../ui/format.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Loading } from "../../ui/Loading.tsx";
import { bestMode } from "../objects/index.ts";
import type { ComparedRow } from "./compare-runs.ts";
import { countDifferences, diffBytes, diffLines, splitLines } from "./diff.ts";
import { DiffView } from "./DiffView.tsx";
import { ImagePair } from "./ImagePair.tsx";
import { imageTypeOf } from "./images.ts";

export function SectionHead({ title, note, end }: { title: string; note?: string; end?: ReactNode }) {
  return (
    <div className="compare-section-head">
      <h3>{title}</h3>
      {note !== undefined && <span className="tone-2 text-sm cut">{note}</span>}
      <span className="grow" />
      {end}
    </div>
  );
}

export function RowsSection({ title, note, rows }: { title: string; note: string; rows: readonly ComparedRow[] }) {
  return (
    <section className="compare-section" aria-label={title}>
      <SectionHead title={title} note={note} />
      {rows.length === 0 ? (
        <p className="compare-none">No difference.</p>
      ) : (
        <table className="compare-table">
          <thead className="hidden-visually">
            <tr>
              <th scope="col">What</th>
              <th scope="col">A</th>
              <th scope="col">B</th>
              <th scope="col">Verdict</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ label, a, b, verdict, same }) => (
              <tr key={label} data-difference={same ? undefined : ""} tabIndex={same ? undefined : -1}>
                <th scope="row">{label}</th>
                <td className={same ? undefined : "compare-del"}>{a ?? <span className="tone-2">absent</span>}</td>
                <td className={same ? undefined : "compare-add"}>{b ?? <span className="tone-2">absent</span>}</td>
                <td className={same ? "tone-2" : "compare-changed"}>
                  {!same && <Icon name="edit" size={12} />}
                  {verdict}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

interface BodySectionProps {
  same: boolean;
  bodies: { data: { a: Uint8Array<ArrayBuffer> | null; b: Uint8Array<ArrayBuffer> | null } | undefined; error: Error | null };
  left: KeptBody | null;
  right: KeptBody | null;
  inline: boolean;
  onInline: (inline: boolean) => void;
}

const noBytes = new Uint8Array();

type BodyMode = "text" | "hex" | "images";

export function BodySection({ same, bodies, left, right, inline, onInline }: BodySectionProps) {
  const [chosen, setChosen] = useState<BodyMode | null>(null);
  const { data, error } = bodies;
  const isWhole = (body: KeptBody | null) => body === null || (body.keptBytes === body.sizeBytes && !body.cut);
  const a = data?.a ?? noBytes;
  const b = data?.b ?? noBytes;
  const images = { a: imageTypeOf(a), b: imageTypeOf(b) };
  const isImages = images.a !== null && images.b !== null && isWhole(left) && isWhole(right);
  const bytesMode = [bestMode(a, isWhole(left)), bestMode(b, isWhole(right))].includes("hex") ? "hex" : "text";
  const mode = chosen ?? (isImages ? "images" : bytesMode);
  const sizes = `${formatBytes(left?.sizeBytes ?? 0)} and ${formatBytes(right?.sizeBytes ?? 0)}${isWhole(left) && isWhole(right) ? "" : ", compared as far as they are kept"}`;
  const end = (
    <div className="compare-modes" role="group" aria-label="How to show differences">
      {mode !== "images" && (
        <>
          <Chip on={!inline} onPress={() => onInline(false)}>
            Side by side
          </Chip>
          <Chip on={inline} onPress={() => onInline(true)}>
            Inline
          </Chip>
        </>
      )}
      {isImages && (
        <Chip on={mode === "images"} onPress={() => setChosen("images")}>
          Images
        </Chip>
      )}
      <Chip on={mode === "hex"} onPress={() => setChosen(mode === "hex" ? (isImages ? "images" : "text") : "hex")}>
        Hex
      </Chip>
    </div>
  );
  return (
    <section className="compare-section" aria-label="Body">
      <SectionHead title="Body" note={sizes} end={same ? undefined : end} />
      {same && <p className="compare-none">The bodies are the same, byte for byte.</p>}
      {error !== null && <ProblemBlock className="compare-notice" problem={problemOf(error)} />}
      {!same && data === undefined && error === null && <Loading label="Reading the bodies" />}
      {data !== undefined && mode === "images" && images.a !== null && images.b !== null && data.a !== null && data.b !== null && (
        <ImagePair a={{ bytes: data.a, type: images.a }} b={{ bytes: data.b, type: images.b }} />
      )}
      {data !== undefined && mode !== "images" && <BodyDiff a={a} b={b} mode={mode} inline={inline} />}
    </section>
  );
}

function BodyDiff({ a, b, mode, inline }: { a: Uint8Array; b: Uint8Array; mode: "text" | "hex"; inline: boolean }) {
  const blocks = useMemo(() => {
    const decode = (bytes: Uint8Array) => splitLines(new TextDecoder().decode(bytes));
    return mode === "hex" ? diffBytes(a, b) : diffLines(decode(a), decode(b));
  }, [a, b, mode]);
  if (countDifferences(blocks) === 0) return <p className="compare-none">What is kept of the bodies is the same.</p>;
  return <DiffView label="Body" blocks={blocks} inline={inline} />;
}
