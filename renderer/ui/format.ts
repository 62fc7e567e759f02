/** Numbers, sizes and times as people read them. Owns no words beyond the units. */

const thinSpace = "\u2009";

/** Digits in groups of three, parted by a thin space: `41 000`. */
export function formatCount(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, thinSpace);
}

/** A duration in milliseconds: `<1 ms`, `41 ms`, `1.84 s`, `60.0 s`, `3 min`, `2 h`. */
export function formatDuration(ms: number): string {
  if (ms > 0 && ms < 1) return "<1 ms";
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 99.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}

/** A waiting time in whole seconds: `3 s`, `75 s`. */
export function formatSeconds(ms: number): string {
  return `${Math.floor(ms / 1000)} s`;
}

/** A size in bytes, decimal, three digits: `512 B`, `1.94 MB`, `212 KB`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB", "PB"];
  let value = bytes;
  let unit = 0;
  while (unit < units.length - 1 && Math.round(value * 10) / 10 >= 1000) {
    value /= 1000;
    unit += 1;
  }
  if (unit === 0) return `${Math.round(value)} B`;
  const digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${units[unit] ?? ""}`;
}

/** The exact size, for tooltips: `1 940 352 bytes`. */
export function formatExactBytes(bytes: number): string {
  return `${formatCount(bytes)} ${bytes === 1 ? "byte" : "bytes"}`;
}

/** Clock time of a Unix time in milliseconds. Logs show milliseconds: `09:14:19.006`; lists do not: `09:14:19`. */
export function formatClock(time: number, withMilliseconds = false): string {
  const date = new Date(time);
  const two = (value: number) => value.toString().padStart(2, "0");
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return withMilliseconds ? `${clock}.${date.getMilliseconds().toString().padStart(3, "0")}` : clock;
}

/** A count with its noun: `1 error`, `0 warnings`, `12 lines`. */
export function formatCounted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
