/** Times as people type them into a filter: a clock, a date with a clock, or how long ago. Pure, but for `momentText`. */
import { formatClock } from "../../ui/format.ts";

const unitMs: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Unix milliseconds of `14:03`, `14:03:22.117`, `2026-03-14 14:03` or `5m` (so long before `now`); null where it is none of them.
 * A clock that is still to come today was yesterday's.
 */
export function parseMoment(text: string, now: number): number | null {
  const trimmed = text.trim();
  const ago = /^(\d+(?:\.\d+)?)\s*([smhd])(?: ago)?$/i.exec(trimmed);
  if (ago !== null) return now - Number(ago[1]) * (unitMs[(ago[2] ?? "").toLowerCase()] ?? 0);
  const clock = /^(?:(\d{4})-(\d\d)-(\d\d)[ T])?(\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?$/.exec(trimmed);
  if (clock === null) return null;
  const [year, month, day, hours = 0, minutes = 0, seconds = 0] = clock
    .slice(1, 7)
    .map((part) => (part === undefined ? undefined : Number(part)));
  const ms = Number((clock[7] ?? "").padEnd(3, "0"));
  if (hours > 23 || minutes > 59 || seconds > 59) return null;
  if (year === undefined) {
    const date = new Date(now);
    date.setHours(hours, minutes, seconds, ms);
    if (date.getTime() > now) date.setDate(date.getDate() - 1);
    return date.getTime();
  }
  const date = new Date(year, (month ?? 1) - 1, day ?? 1, hours, minutes, seconds, ms);
  return date.getMonth() === (month ?? 1) - 1 ? date.getTime() : null;
}

/** The shortest text that `parseMoment` reads as this time, to the millisecond where it has any. */
export function formatMoment(time: number, now: number): string {
  const date = new Date(time);
  const two = (value: number) => String(value).padStart(2, "0");
  const clock = formatClock(time, date.getMilliseconds() !== 0);
  if (parseMoment(clock, now) === time) return clock;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clock}`;
}

/** The same, as it is read now. */
export function momentText(time: number): string {
  return formatMoment(time, Date.now());
}
