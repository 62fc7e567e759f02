/** What is said of an object beside its size: large, link, expiry, made from the facts of its HEAD. Pure. */
import { decodePercent } from "../../../engine/contract/recipe-request.ts";
import type { IconName, Tone } from "../../ui/Icon.tsx";
import { formatClock } from "../../ui/format.ts";
import { months } from "./facts.ts";
import { headerText } from "./swift-requests.ts";

export interface Note {
  icon: IconName;
  label: string;
  tone: Tone;
  title?: string;
}

/** `in 2 days`, `in 5 min`, `expired`. */
export function expiryWords(deleteAtSeconds: number, nowMs: number): string {
  const seconds = deleteAtSeconds - nowMs / 1000;
  if (seconds <= 0) return "expired";
  const units: [number, string, string][] = [
    [86_400, "day", "days"],
    [3600, "hour", "hours"],
    [60, "min", "min"],
  ];
  for (const [size, one, many] of units) {
    const count = Math.round(seconds / size);
    if (seconds >= size) return `expires in ${count} ${count === 1 ? one : many}`;
  }
  return `expires in ${Math.ceil(seconds)} s`;
}

/** The badges of an object. `segments`: parts of its manifest, where they were counted. */
export function notesOf(headers: Headers, nowMs: number, segments: number | null): Note[] {
  const notes: Note[] = [];
  if (headers.get("x-static-large-object")?.toLowerCase() === "true") {
    const label = segments === null ? "SLO" : `${segments} ${segments === 1 ? "segment" : "segments"}, SLO`;
    notes.push({ icon: "layers", label, tone: "neutral", title: "Static large object: a manifest that lists its segments" });
  }
  const manifest = headerText(headers, "x-object-manifest");
  if (manifest !== null)
    notes.push({ icon: "layers", label: "DLO", tone: "neutral", title: `Dynamic large object: everything below ${manifest}` });
  const link = headerText(headers, "x-symlink-target");
  if (link !== null) {
    const target = decodePercent(link);
    notes.push({ icon: "link", label: `link to ${target.split("/").at(-1) ?? target}`, tone: "neutral", title: `Symlink to ${target}` });
  }
  const deleteAt = Number(headers.get("x-delete-at") ?? Number.NaN);
  if (!Number.isNaN(deleteAt)) {
    notes.push({ icon: "clock", label: expiryWords(deleteAt, nowMs), tone: "neutral", title: new Date(deleteAt * 1000).toUTCString() });
  }
  return notes;
}

const icons: readonly [RegExp, IconName][] = [
  [/\.(csv|tsv|parquet)$/i, "table"],
  [/\.(json|ndjson|jsonl)$/i, "json"],
  [/\.(png|jpe?g|gif|webp|svg|bmp|ico)$/i, "file-media"],
  [/\.(py|java|js|ts|sh|c|go|rs)$/i, "file-code"],
  [/\.(zip|gz|bz2|xz|tar|jar|whl)$/i, "file-zip"],
  [/\.(txt|log|md|yaml|yml|ini|xml|html)$/i, "file-text"],
];

/** The icon of a name. */
export function iconOfName(name: string): IconName {
  return icons.find(([pattern]) => pattern.test(name))?.[1] ?? "file";
}

/** `Today 09:02`, `14 Mar 12:01`, `14 Mar 2024`; local time, as file managers show it. */
export function shortTime(lastModified: string, now: Date): string {
  const date = new Date(`${lastModified}Z`);
  if (Number.isNaN(date.getTime())) return lastModified;
  const clock = formatClock(date.getTime()).slice(0, 5);
  if (date.toDateString() === now.toDateString()) return `Today ${clock}`;
  const month = months[date.getMonth()] ?? "";
  return date.getFullYear() === now.getFullYear()
    ? `${date.getDate()} ${month} ${clock}`
    : `${date.getDate()} ${month} ${date.getFullYear()}`;
}
