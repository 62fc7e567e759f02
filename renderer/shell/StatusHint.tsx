/** What the status bar says for a moment: that a second key is waited for, and where help on a view is. */
import { useEffect, useState } from "react";
import { useChord } from "../commands/dispatcher.ts";
import { keysOf } from "../commands/table.ts";
import { Icon } from "../ui/Icon.tsx";
import { keyText } from "../ui/KeyHint.tsx";
import { topicOf, useHelp, viewOf, type HelpTopic } from "./help/topics.ts";

const chordHintMs = 1000;
const helpHintMs = 8000;

/** Views whose help was pointed at since the page was loaded. */
const toldTopics = new Set<HelpTopic>();

/** True while the hint on help is to be said: once per view, when the focus comes by key. */
function useHelpHint(): boolean {
  const silent = useHelp((state) => state.silent);
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (silent) return;
    let byKey = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const key = () => (byKey = true);
    const pointer = () => (byKey = false);
    const focus = (event: FocusEvent) => {
      const view = event.target instanceof Element ? viewOf(event.target) : null;
      const topic = topicOf(view);
      if (!byKey || view === null || toldTopics.has(topic)) return;
      toldTopics.add(topic);
      setShown(true);
      clearTimeout(timer);
      timer = setTimeout(() => setShown(false), helpHintMs);
    };
    window.addEventListener("keydown", key, { capture: true });
    window.addEventListener("pointerdown", pointer, { capture: true });
    document.addEventListener("focusin", focus);
    return () => {
      clearTimeout(timer);
      setShown(false);
      window.removeEventListener("keydown", key, { capture: true });
      window.removeEventListener("pointerdown", pointer, { capture: true });
      document.removeEventListener("focusin", focus);
    };
  }, [silent]);
  return shown;
}

/** The first press of two, once it has been waited for long enough to ask what is going on. */
function usePendingChord(): string | null {
  const pending = useChord((state) => state.pending);
  const [shown, setShown] = useState<string | null>(null);
  useEffect(() => {
    if (pending === null) return;
    const timer = setTimeout(() => setShown(pending), chordHintMs);
    return () => {
      clearTimeout(timer);
      setShown(null);
    };
  }, [pending]);
  return shown;
}

export function StatusHint() {
  const pending = usePendingChord();
  const unknown = useChord((state) => state.unknown);
  const withHelp = useHelpHint();
  const helpKeys = keysOf("help.view");
  const words =
    pending !== null
      ? `${keyText(pending)} was pressed. Waiting for the second key.`
      : unknown !== null
        ? `${keyText(unknown)} is no shortcut.`
        : withHelp && helpKeys !== undefined
          ? `${keyText(helpKeys)}: help for this view`
          : "";
  return (
    <span className="status-item status-hint cut" role="status" aria-label="Hint">
      {words !== "" && <Icon name={pending === null && unknown === null ? "info" : "record-keys"} size={14} />}
      <span className="cut">{words}</span>
    </span>
  );
}
