/** Text, JSON tree and image of an object. Whatever they hold, text is only ever text nodes and an image only ever an image. */
import { useEffect, useMemo, useRef, useState } from "react";
import { problemOf } from "../../api/problems.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { formatBytes } from "../../ui/format.ts";
import { Loading } from "../../ui/Loading.tsx";
import { toggled } from "../../ui/toggled.ts";
import { Tree } from "../../ui/Tree.tsx";
import type { ByteSource } from "./byte-source.ts";
import type { ByteRange } from "./hex-scroll.ts";
import { jsonRows, parseJson } from "./json-tree.ts";
import { previewOf } from "./preview.ts";

interface TextPaneProps {
  bytes: Uint8Array;
  /** Where they begin in the object. */
  offset: number;
  complete: boolean;
  name: string;
  onSelect: (range: ByteRange) => void;
}

export function TextPane({ bytes, offset, complete, name, onSelect }: TextPaneProps) {
  const root = useRef<HTMLPreElement>(null);
  const preview = useMemo(() => previewOf(bytes, complete), [bytes, complete]);
  const text = preview.kind === "text" ? preview.text : "";
  useEffect(() => {
    const tell = (): void => {
      const selection = document.getSelection();
      const node = root.current?.firstChild;
      if (selection === null || node == null || selection.isCollapsed || selection.anchorNode !== node || selection.focusNode !== node)
        return;
      const from = Math.min(selection.anchorOffset, selection.focusOffset);
      const to = Math.max(selection.anchorOffset, selection.focusOffset);
      const encoder = new TextEncoder();
      const before = encoder.encode(text.slice(0, from)).byteLength;
      const size = encoder.encode(text.slice(from, to)).byteLength;
      onSelect({ start: offset + before, end: offset + before + size - 1 });
    };
    document.addEventListener("selectionchange", tell);
    return () => document.removeEventListener("selectionchange", tell);
  }, [text, offset, onSelect]);
  if (preview.kind === "empty") return <EmptyState title="The object is empty." />;
  if (preview.kind === "binary") return <EmptyState title="These bytes are no text." reason="Hex shows them." />;
  return (
    <pre ref={root} className="body-view" tabIndex={0} aria-label={`${name} as text`}>
      {text}
    </pre>
  );
}

/** A tree needs all of the document. */
const maxJsonBytes = 4_000_000;

type Parsed = { state: "reading" } | { state: "failed"; reason: string } | { state: "parsed"; value: unknown; lines: boolean };

export function TreePane({ source, name }: { source: ByteSource; name: string }) {
  const [parsed, setParsed] = useState<Parsed>({ state: "reading" });
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set([""]));
  const [selected, setSelected] = useState<string | null>(null);
  const tooLarge = source.sizeBytes > maxJsonBytes;
  useEffect(() => {
    if (tooLarge) return;
    const abort = new AbortController();
    source.read(0, source.sizeBytes, abort.signal).then(
      (bytes) => {
        const found = parseJson(new TextDecoder().decode(bytes));
        setParsed(
          found === null ? { state: "failed", reason: "It is no JSON document, nor one per line." } : { state: "parsed", ...found },
        );
      },
      (error: unknown) => {
        if (!abort.signal.aborted) setParsed({ state: "failed", reason: problemOf(error).message });
      },
    );
    return () => abort.abort();
  }, [source, tooLarge]);
  const rows = useMemo(() => (parsed.state === "parsed" ? jsonRows(parsed.value, open) : []), [parsed, open]);
  if (tooLarge) {
    return (
      <EmptyState
        title="The tree needs the whole document."
        reason={`It has ${formatBytes(source.sizeBytes)}; up to ${formatBytes(maxJsonBytes)} are read. Text and Hex show any part of it.`}
      />
    );
  }
  if (parsed.state === "reading") return <Loading label={`Reading ${name}`} />;
  if (parsed.state === "failed") return <EmptyState title="There is no tree of this object." reason={parsed.reason} />;
  return (
    <Tree
      label={parsed.lines ? `${name}, one document per line` : `${name} as a tree`}
      className="json mono"
      rows={rows}
      selectedId={selected}
      onOpen={setSelected}
      onToggle={(id) => setOpen(toggled(open, id))}
    />
  );
}

const maxImageBytes = 64_000_000;

export function ImagePane({ url, sizeBytes, name }: { url: string; sizeBytes: number; name: string }) {
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  const [broken, setBroken] = useState(false);
  if (sizeBytes > maxImageBytes) {
    return (
      <EmptyState
        title="The image is too large to draw here."
        reason={`It has ${formatBytes(sizeBytes)}. Download it, or look at its bytes.`}
      />
    );
  }
  if (broken) return <EmptyState title="The browser cannot draw this image." reason="Its bytes are not what they say they are." />;
  return (
    <figure className="image">
      <img
        src={url}
        alt={name}
        onError={() => setBroken(true)}
        onLoad={({ currentTarget }) => setSize({ width: currentTarget.naturalWidth, height: currentTarget.naturalHeight })}
      />
      <figcaption>{size === null ? "" : `${size.width} × ${size.height} pixels`}</figcaption>
    </figure>
  );
}
