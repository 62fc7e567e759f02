/** The hex view as plain text: the same bytes, one sentence per row, for screen readers and for copying. */
import { useState } from "react";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { formatExactBytes } from "../../ui/format.ts";
import type { ByteSource } from "./byte-source.ts";
import { bytesPerRow, describeRange, type ByteRange } from "./hex-scroll.ts";
import { hexRows } from "./preview.ts";
import { useBytes } from "./use-bytes.ts";

/** Bytes per page of the twin. */
const pageBytes = 1024;

/** The rows of some bytes in words. `start` is their place in the object. */
export function hexWords(bytes: Uint8Array, start: number): string {
  return hexRows(bytes, pageBytes / bytesPerRow)
    .map((row, index) => `byte ${start + index * bytesPerRow}: ${row.hex.replace("  ", " ")}, text ${row.text}`)
    .join("\n");
}

interface HexTwinProps {
  source: ByteSource;
  path: string;
  selection: ByteRange | null;
  onClose: () => void;
}

export function HexTwin({ source, path, selection, onClose }: HexTwinProps) {
  const [start, setStart] = useState(Math.floor((selection?.start ?? 0) / bytesPerRow) * bytesPerRow);
  const end = Math.min(source.sizeBytes, start + pageBytes);
  const bytes = useBytes(source, "twin", start, end);
  const said =
    selection === null
      ? "Nothing is selected."
      : `Selected: ${describeRange(selection)}, ${formatExactBytes(selection.end - selection.start + 1)}.`;
  const text = bytes === null ? "Reading" : source.sizeBytes === 0 ? "The object is empty." : hexWords(bytes, start);
  return (
    <Dialog
      title={`Bytes of ${path} as text`}
      wide
      onClose={onClose}
      footer={
        <>
          <Button disabledReason={start === 0 ? "This is the start." : null} onPress={() => setStart(Math.max(0, start - pageBytes))}>
            Bytes before
          </Button>
          <Button disabledReason={end >= source.sizeBytes ? "This is the end." : null} onPress={() => setStart(end)}>
            Next bytes
          </Button>
          <Button icon="copy" onPress={() => void navigator.clipboard.writeText(`${said}\n${text}`)}>
            Copy
          </Button>
        </>
      }
    >
      <p>
        {formatExactBytes(source.sizeBytes)} in all. {said} These are {start} to {Math.max(start, end - 1)}.
      </p>
      <pre className="hex-twin" tabIndex={0} aria-label={`Bytes ${start} to ${Math.max(start, end - 1)}`}>
        {text}
      </pre>
    </Dialog>
  );
}
