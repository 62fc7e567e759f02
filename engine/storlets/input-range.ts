/** X-Storlet-Range: what it says and who cuts the input by it. Pure. */

/** One range of bytes as Swift's Range header writes it: `first-last`, `first-` or `-last`; both ends are inclusive. */
interface ByteRange {
  readonly first: number | null;
  readonly last: number | null;
}

/** The ranges of a header value; null where Swift could not read it. */
export function parseByteRanges(value: string): ByteRange[] | null {
  const match = /^\s*bytes\s*=\s*(.+)$/i.exec(value);
  if (match === null) return null;
  const ranges: ByteRange[] = [];
  for (const part of (match[1] as string).split(",")) {
    const [, first, last] = /^\s*(\d*)\s*-\s*(\d*)\s*$/.exec(part) ?? [];
    if (first === undefined || last === undefined || (first === "" && last === "")) return null;
    if (first !== "" && last !== "" && Number(first) > Number(last)) return null;
    ranges.push({ first: first === "" ? null : Number(first), last: last === "" ? null : Number(last) });
  }
  return ranges;
}

/** How the input of a request is cut: not at all, beside the object, or by HTTP on the proxy. */
export interface InputRange {
  readonly header: string;
  readonly ranges: readonly ByteRange[];
}

/** True for `bytes=5-`. */
export function isOpenEnded({ ranges }: InputRange): boolean {
  return ranges.length === 1 && ranges[0]?.last === null;
}

/** True for `bytes=-5`. */
export function isSuffix({ ranges }: InputRange): boolean {
  return ranges.length === 1 && ranges[0]?.first === null;
}
