/** Swift's time: ticks of ten microseconds, and the three ways they are written. Owns no clock. */

/** A moment in ticks of 10 µs since 1970. An integer, so that five decimals survive exactly. */
export type Ticks = number;

export const ticksPerSecond = 100_000;

export function ticksFromMs(milliseconds: number): Ticks {
  return Math.floor(milliseconds * 100);
}

/** `1795161868.03000`: the form of `X-Timestamp`. */
export function formatTimestamp(ticks: Ticks): string {
  const digits = String(ticks).padStart(6, "0");
  return `${digits.slice(0, -5)}.${digits.slice(-5)}`;
}

/** Reads what `formatTimestamp` writes; null for anything else. */
export function parseTimestamp(text: string): Ticks | null {
  const match = /^(\d{1,11})\.(\d{5})$/.exec(text);
  return match === null ? null : Number(match[1]) * ticksPerSecond + Number(match[2]);
}

/** `2026-11-20T08:05:17.667530`: the form of `last_modified` in listings. UTC, without a zone. */
export function formatIsoTime(ticks: Ticks): string {
  const seconds = Math.floor(ticks / ticksPerSecond);
  const fraction = String(ticks % ticksPerSecond).padStart(5, "0");
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${fraction}0`;
}

/** Whole seconds of `Last-Modified`: rounded UP, as Swift does. */
export function lastModifiedSeconds(ticks: Ticks): number {
  return Math.ceil(ticks / ticksPerSecond);
}

/** Seconds since 1970 as an RFC 1123 date. */
export function formatHttpDate(seconds: number): string {
  return new Date(seconds * 1000).toUTCString();
}

/** The value of `Last-Modified` for a moment. */
export function formatLastModified(ticks: Ticks): string {
  return formatHttpDate(lastModifiedSeconds(ticks));
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const rfc1123 = /^(?:\w+,\s*)?(\d{1,2})[ -](\w{3})\w*[ -](\d{2,4})\s+(\d{1,2}):(\d{2}):(\d{2})(?:\s+(?:GMT|UTC|[+-]0000))?$/i;
const asctime = /^\w{3}\s+(\w{3})\s+(\d{1,2})\s+(\d{1,2}):(\d{2}):(\d{2})\s+(\d{4})$/i;

/** An HTTP date (RFC 1123, RFC 850 or asctime) in seconds since 1970; null where it is none. */
export function parseHttpDate(text: string): number | null {
  const trimmed = text.trim();
  const usual = rfc1123.exec(trimmed);
  if (usual !== null) return toSeconds(usual[3]!, usual[2]!, usual[1]!, usual.slice(4, 7));
  const old = asctime.exec(trimmed);
  return old === null ? null : toSeconds(old[6]!, old[1]!, old[2]!, old.slice(3, 6));
}

function toSeconds(yearText: string, monthText: string, dayText: string, time: string[]): number | null {
  const month = months.indexOf(monthText.toLowerCase());
  if (month < 0) return null;
  const short = Number(yearText);
  const year = yearText.length > 2 ? short : short + (short < 69 ? 2000 : 1900);
  const [hours, minutes, seconds] = time.map(Number) as [number, number, number];
  const milliseconds = Date.UTC(year, month, Number(dayText), hours, minutes, seconds);
  return Number.isNaN(milliseconds) ? null : milliseconds / 1000;
}
