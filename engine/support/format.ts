/** Numbers as a person reads them, the same everywhere in the engine. Pure. */

/** 41 ms, 1.84 s, 3 min. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(2)} s`;
  return `${Math.round(ms / 60_000)} min`;
}

/** Decimal units, at most three digits: 212 KB, 1.94 MB. */
export function formatSize(sizeBytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = sizeBytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : Number(value.toPrecision(3))} ${units[unit] as string}`;
}
