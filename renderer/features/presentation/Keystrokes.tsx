/** The keys that were pressed last, large, at the bottom, with what they do. For eyes only: who presses them knows. */
import { useEffect, useState } from "react";
import { createPortal } from "react-dom";
import { normalizeKeys } from "../../commands/keys.ts";
import { commands } from "../../commands/table.ts";
import { isMac, keyWords } from "../../ui/KeyHint.tsx";
import { shownKeys } from "./keystroke.ts";

const shownForMs = 2000;

const titles = new Map(commands.flatMap(({ keys = [], title }) => keys.map((each) => [normalizeKeys(each), title] as const)));

function targetOf(event: KeyboardEvent): { tag: string; type: string; isEditable: boolean } {
  const { target } = event;
  if (!(target instanceof HTMLElement)) return { tag: "", type: "", isEditable: false };
  return { tag: target.tagName, type: target instanceof HTMLInputElement ? target.type : "", isEditable: target.isContentEditable };
}

export function Keystrokes() {
  const [shown, setShown] = useState<{ keys: string; press: number } | null>(null);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const keys = shownKeys(event, targetOf(event), isMac);
      if (keys !== null) setShown((before) => ({ keys, press: (before?.press ?? 0) + 1 }));
    };
    // Before the commands, which stop the event.
    window.addEventListener("keydown", press, { capture: true });
    return () => window.removeEventListener("keydown", press, { capture: true });
  }, []);
  useEffect(() => {
    if (shown === null) return;
    const timer = setTimeout(() => setShown(null), shownForMs);
    return () => clearTimeout(timer);
  }, [shown]);
  if (shown === null) return null;
  const title = titles.get(shown.keys);
  return createPortal(
    <div className="keystrokes" aria-hidden="true">
      {keyWords(shown.keys).map((word) => (
        <kbd key={word}>{word}</kbd>
      ))}
      {title !== undefined && <span>{title}</span>}
    </div>,
    document.body,
  );
}
