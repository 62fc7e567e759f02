/** Keys as they are written on the keyboard of this computer: one box per key. */
import { Fragment } from "react";
import "./key-hint.css";

export const isMac = typeof navigator !== "undefined" && /mac/i.test(navigator.platform);
const macNames: Record<string, string> = { Ctrl: "⌘", Shift: "⇧", Alt: "⌥", Enter: "↩" };

const names: Record<string, string> = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" };

/** `Ctrl+Shift+P` as the words to show: `["Ctrl", "Shift", "P"]`, or the signs of a Mac. One press of keys. */
export function keyWords(keys: string, mac: boolean = isMac): string[] {
  const parts = keys.endsWith("++") ? [...keys.slice(0, -2).split("+"), "+"] : keys.split("+");
  return parts.map((key) => (mac ? (macNames[key] ?? names[key] ?? key) : (names[key] ?? key)));
}

/** `Ctrl+S` as one string for labels and titles; two presses in a row are parted by a space. */
export function keyText(keys: string): string {
  return keys
    .split(" ")
    .map((press) => keyWords(press).join(isMac ? "" : "+"))
    .join(" ");
}

export function KeyHint({ keys, joined = false }: { keys: string; joined?: boolean }) {
  const presses = keys.split(" ").map((press) => keyWords(press));
  if (joined) return <kbd className="key">{presses.map((words) => words.join(" ")).join(", ")}</kbd>;
  return (
    <span className="keys">
      {presses.map((words, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- the two presses of a chord may be equal
        <Fragment key={at}>
          {at > 0 && <span className="keys-then">then</span>}
          {words.map((word, index) => (
            <Fragment key={word}>
              {index > 0 && " "}
              <kbd className="key">{word}</kbd>
            </Fragment>
          ))}
        </Fragment>
      ))}
    </span>
  );
}
