/** Which ways of looking at an object make sense, told from its first bytes, its type and its name. Pure. */
import { findSeparator } from "./csv.ts";
import { previewOf } from "./preview.ts";

export type ViewMode = "table" | "text" | "tree" | "image" | "hex";

export interface ViewModes {
  /** In the order they are offered; hex is always the last. */
  modes: readonly ViewMode[];
  best: ViewMode;
  /** Of a table. */
  separator: number | null;
}

const magics: readonly (readonly number[])[] = [
  [0x89, 0x50, 0x4e, 0x47],
  [0xff, 0xd8, 0xff],
  [0x47, 0x49, 0x46, 0x38],
  [0x42, 0x4d],
];

function isImage(first: Uint8Array, contentType: string): boolean {
  const starts = (magic: readonly number[]): boolean => magic.every((byte, index) => first[index] === byte);
  if (/^image\/bmp/i.test(contentType) ? magics.some(starts) : magics.slice(0, 3).some(starts)) return true;
  const text = new TextDecoder("latin1").decode(first.subarray(0, 12));
  if (text.startsWith("RIFF") && text.endsWith("WEBP")) return true;
  // Drawn by <img>, which runs no script and loads nothing else.
  return /^image\/svg\+xml/i.test(contentType);
}

export function viewModesOf(first: Uint8Array, complete: boolean, contentType: string, name: string): ViewModes {
  if (isImage(first, contentType)) {
    const svg = /svg/i.test(contentType);
    return { modes: svg ? ["image", "text", "hex"] : ["image", "hex"], best: "image", separator: null };
  }
  const preview = previewOf(first, complete);
  if (preview.kind === "binary") return { modes: ["hex"], best: "hex", separator: null };
  if (preview.kind === "empty") return { modes: ["text", "hex"], best: "text", separator: null };
  const isJson = /json/i.test(contentType) || /\.(json|ndjson|jsonl)$/i.test(name) || /^\s*[[{]/.test(preview.text);
  if (isJson) return { modes: ["tree", "text", "hex"], best: "tree", separator: null };
  const separator = findSeparator(first);
  const named = /csv|tab-separated/i.test(contentType) || /\.(csv|tsv)$/i.test(name);
  if (separator !== null || named) return { modes: ["table", "text", "hex"], best: named ? "table" : "text", separator: separator ?? 0x2c };
  return { modes: ["text", "hex"], best: "text", separator: null };
}

/** Cuts a window of text at line ends, so that windows follow each other without a torn line. Offsets count from the window's start. */
export function wholeLines(bytes: Uint8Array, atStart: boolean, atEnd: boolean): { from: number; to: number } {
  const firstBreak = bytes.indexOf(0x0a);
  const lastBreak = bytes.lastIndexOf(0x0a);
  const from = atStart || firstBreak < 0 ? 0 : firstBreak + 1;
  const to = atEnd || lastBreak < from ? bytes.byteLength : lastBreak + 1;
  return { from, to };
}
