/** Bytes as a person can look at them: text where they are text, otherwise hex. Pure; fetches nothing. */

export type Preview = { kind: "empty" } | { kind: "text"; text: string } | { kind: "binary" };

/** Ends of a byte sequence that may be half a UTF-8 character: at most three bytes. */
const maxHalfCharacter = 3;

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Control characters that text files do not have; tab, line feed, form feed, carriage return and escape do occur. */
// oxlint-disable-next-line no-control-regex
const binaryCharacter = /[\u0000-\u0008\u000b\u000e-\u001a\u001c-\u001f]/;

/** `complete` false: more bytes follow that are not here, so the last character may be torn. */
export function previewOf(bytes: Uint8Array, complete: boolean): Preview {
  if (bytes.byteLength === 0) return { kind: "empty" };
  const lastCut = complete ? 0 : maxHalfCharacter;
  for (let cut = 0; cut <= lastCut && cut < bytes.byteLength; cut++) {
    const text = decodeUtf8(bytes.subarray(0, bytes.byteLength - cut));
    if (text !== null) return binaryCharacter.test(text) ? { kind: "binary" } : { kind: "text", text };
  }
  return { kind: "binary" };
}

export interface HexRow {
  offset: string;
  hex: string;
  text: string;
}

export const hexOf = (byte: number): string => byte.toString(16).padStart(2, "0");
/** The character of a byte; a dot for what cannot be printed. */
export const printable = (byte: number): string => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".");

/** Rows of sixteen bytes: offset, two groups of eight, and the printable ones as text. */
export function hexRows(bytes: Uint8Array, maxRows: number): HexRow[] {
  const rows: HexRow[] = [];
  for (let offset = 0; offset < bytes.byteLength && rows.length < maxRows; offset += 16) {
    const part = [...bytes.subarray(offset, offset + 16)];
    const halves = [part.slice(0, 8), part.slice(8)].map((half) => half.map(hexOf).join(" "));
    rows.push({ offset: offset.toString(16).padStart(6, "0"), hex: halves.join("  ").trimEnd(), text: part.map(printable).join("") });
  }
  return rows;
}
