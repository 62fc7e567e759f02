/** Bytes on the screen: as text where they are text, otherwise as hex. Whatever they hold, they are only ever text nodes. */
import { useMemo, type ReactNode } from "react";
import { Badge } from "../../ui/Badge.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { formatBytes, formatCounted, formatExactBytes } from "../../ui/format.ts";
import { hexRows, previewOf } from "./preview.ts";
import "./objects.css";

export type BodyMode = "text" | "hex";

interface BodyViewProps {
  /** The front of the body; all of it where `sizeBytes` says so. */
  bytes: Uint8Array;
  sizeBytes: number;
  mode: BodyMode;
  /** The body broke off where `bytes` ends. */
  cut?: boolean;
  label: string;
}

/** Hex rows drawn at most: 16 KiB. */
const maxHexRows = 1024;

/** How the bytes are best shown at first. */
export function bestMode(bytes: Uint8Array, complete: boolean): BodyMode {
  return previewOf(bytes, complete).kind === "binary" ? "hex" : "text";
}

export function BodyView({ bytes, sizeBytes, mode, cut = false, label }: BodyViewProps) {
  const complete = bytes.byteLength >= sizeBytes && !cut;
  const preview = useMemo(() => previewOf(bytes, complete), [bytes, complete]);
  if (preview.kind === "empty") {
    return <EmptyState title={cut ? "The body broke off before its first byte." : "The body is empty."} />;
  }
  const end = <BodyEnd shown={bytes.byteLength} sizeBytes={sizeBytes} cut={cut} />;
  if (mode === "hex") return <HexView bytes={bytes} label={label} end={end} />;
  if (preview.kind === "binary") {
    return (
      <EmptyState
        title="These bytes are no text."
        reason={`${formatCounted(bytes.byteLength, "byte")} in another form than UTF-8. Hex shows them.`}
      />
    );
  }
  return (
    <pre className="body-view" tabIndex={0} aria-label={label}>
      {preview.text}
      {end}
    </pre>
  );
}

function HexView({ bytes, label, end }: { bytes: Uint8Array; label: string; end: ReactNode }) {
  const text = useMemo(
    () =>
      hexRows(bytes, maxHexRows)
        .map((row) => `${row.offset}  ${row.hex.padEnd(48)}  ${row.text}`)
        .join("\n"),
    [bytes],
  );
  const hidden = bytes.byteLength - maxHexRows * 16;
  return (
    <pre className="body-view" tabIndex={0} aria-label={`${label}, as hex`}>
      {text}
      {hidden > 0 ? <span className="body-view-note">{formatExactBytes(hidden)} more are here but not drawn as hex.</span> : end}
    </pre>
  );
}

function BodyEnd({ shown, sizeBytes, cut }: { shown: number; sizeBytes: number; cut: boolean }) {
  if (shown < sizeBytes) {
    return (
      <span className="body-view-note">
        First {formatBytes(shown)} of {formatBytes(sizeBytes)}.{cut ? " The rest broke off." : ""}
      </span>
    );
  }
  return cut ? <Badge tone="error">cut here</Badge> : null;
}
