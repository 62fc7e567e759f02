/** Keys as text (`Ctrl+Shift+P`) and as events. Pure: nothing here listens. */

export interface KeyPress {
  /** Ctrl; on a Mac the command key. */
  ctrl: boolean;
  shift: boolean;
  alt: boolean;
  /** Upper-case letter, digit, sign, or the name of the key: `F6`, `Enter`, `PageDown`. */
  key: string;
}

interface KeyEventLike {
  key: string;
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
}

/** Reads `Ctrl+Shift+P`. Throws on a modifier it does not know: the table is ours. */
export function parseKeys(text: string): KeyPress {
  // A plus sign at the end is the key itself.
  const parts = text.endsWith("++") ? [...text.slice(0, -2).split("+"), "+"] : text.split("+");
  const key = parts.pop() ?? "";
  const press: KeyPress = { ctrl: false, shift: false, alt: false, key };
  for (const part of parts) {
    if (part === "Ctrl") press.ctrl = true;
    else if (part === "Shift") press.shift = true;
    else if (part === "Alt") press.alt = true;
    else throw new Error(`Unknown modifier ${part} in ${text}.`);
  }
  if (key === "") throw new Error(`No key in ${text}.`);
  return press;
}

/** The inverse of `parseKeys`, modifiers in their fixed order. */
export function formatKeys(press: KeyPress): string {
  return [press.ctrl && "Ctrl", press.alt && "Alt", press.shift && "Shift", press.key].filter(Boolean).join("+");
}

/** The same keys whatever the order of the modifiers; of two presses in a row, both. */
export function normalizeKeys(text: string): string {
  return text
    .split(" ")
    .map((press) => formatKeys(parseKeys(press)))
    .join(" ");
}

/** What an event pressed, in the form of `formatKeys`; null for a lone modifier. */
export function keysOfEvent(event: KeyEventLike, mac: boolean): string | null {
  if (["Control", "Shift", "Alt", "Meta", "AltGraph", "Dead", "Process", "Unidentified"].includes(event.key)) return null;
  // With Alt or Shift the produced character differs by layout and system; the place of a letter or digit does not.
  const place = /^(?:Key([A-Z])|Digit([0-9]))$/.exec(event.code);
  const letter = /^[a-z]$/i.test(event.key) ? event.key.toUpperCase() : undefined;
  const key = letter ?? place?.[1] ?? place?.[2] ?? (event.key.length === 1 ? event.key.toUpperCase() : event.key);
  return formatKeys({ ctrl: mac ? event.metaKey : event.ctrlKey, shift: event.shiftKey, alt: event.altKey, key });
}
