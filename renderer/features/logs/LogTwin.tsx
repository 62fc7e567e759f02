/** The filtered log as plain text, all of it, in pages: for screen readers and for copying. As it was when it was opened. */
import { useState } from "react";
import { Button } from "../../ui/Button.tsx";
import { copyText } from "../../ui/copy-text.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { formatCounted } from "../../ui/format.ts";
import { linesAsText } from "./copy-lines.ts";
import type { LogStore, ShownLine } from "./log-store.ts";

/** Lines per page: a text area of more is slow to read through. */
const pageLines = 1000;

interface LogTwinProps {
  store: LogStore;
  /** What the log is called. */
  name: string;
  onClose: () => void;
}

export function LogTwin({ store, name, onClose }: LogTwinProps) {
  const [page, setPage] = useState<readonly ShownLine[]>(() => store.shownBefore(Infinity, pageLines));
  const before = () => store.shownBefore(page[0]?.id ?? 0, pageLines);
  const after = () => store.shownAfter(page.at(-1)?.id ?? -1, pageLines);
  const text = linesAsText(page.map(({ line }) => line));
  const show = (next: readonly ShownLine[]) => next.length > 0 && setPage(next);
  return (
    <Dialog
      title={`${name} as plain text`}
      wide
      onClose={onClose}
      footer={
        <>
          <Button disabledReason={before().length === 0 ? "These are the oldest lines." : null} onPress={() => show(before())}>
            Lines before
          </Button>
          <Button disabledReason={after().length === 0 ? "These are the newest lines." : null} onPress={() => show(after())}>
            Next lines
          </Button>
          <Button icon="copy" onPress={() => void copyText(text)}>
            Copy
          </Button>
        </>
      }
    >
      <p role="status">
        {formatCounted(page.length, "line")} of {formatCounted(store.shownCount, "line")} that the filter shows.
      </p>
      <textarea
        readOnly
        autoFocus
        className="log-twin mono"
        aria-label={`${name} as plain text`}
        value={text === "" ? "No line is shown." : text}
        rows={20}
        wrap="off"
      />
    </Dialog>
  );
}
