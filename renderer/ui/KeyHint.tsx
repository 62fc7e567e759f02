/** Keys as they are written on the keyboard of this computer: one box per key. */
import { Fragment } from "react";
import "./key-hint.css";

const isMac = typeof navigator !== "undefined" && /mac/i.test(navigator.platform);
const macNames: Record<string, string> = { Ctrl: "⌘", Shift: "⇧", Alt: "⌥", Enter: "↩" };

/** `Ctrl+Shift+P` as the words to show: `["Ctrl", "Shift", "P"]`, or the signs of a Mac. */
export function keyWords(keys: string, mac: boolean = isMac): string[] {
  return keys.split("+").map((key) => (mac ? (macNames[key] ?? key) : key));
}

/** `Ctrl+S` as one string for labels and titles. */
export function keyText(keys: string): string {
  return keyWords(keys).join(isMac ? "" : "+");
}

export function KeyHint({ keys, joined = false }: { keys: string; joined?: boolean }) {
  const words = keyWords(keys);
  if (joined) return <kbd className="key">{words.join(" ")}</kbd>;
  return (
    <span className="keys">
      {words.map((word, index) => (
        <Fragment key={word}>
          {index > 0 && " "}
          <kbd className="key">{word}</kbd>
        </Fragment>
      ))}
    </span>
  );
}
