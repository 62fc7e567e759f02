/** Reads an object's facts from the headers of a Swift answer. Pure. */
import { readHeaderText, titleCase } from "../../api/header-text.ts";

export interface ObjectFacts {
  sizeBytes: number;
  contentType: string;
  etag: string;
  lastModified: string;
  /** User metadata, names without X-Object-Meta-. */
  metadata: readonly { name: string; value: string }[];
}

/** The size of the whole object, whether the answer is the whole or a range of it. */
function sizeOf(headers: Headers): number {
  const total = /\/(\d+)\s*$/.exec(headers.get("content-range") ?? "")?.[1];
  return Number(total ?? headers.get("content-length") ?? 0);
}

export function factsOf(headers: Headers): ObjectFacts {
  const prefix = "x-object-meta-";
  return {
    sizeBytes: sizeOf(headers),
    contentType: headers.get("content-type") ?? "",
    etag: (headers.get("etag") ?? "").replaceAll('"', ""),
    lastModified: headers.get("last-modified") ?? "",
    metadata: [...headers]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => ({ name: titleCase(readHeaderText(name.slice(prefix.length))), value: readHeaderText(value) })),
  };
}

export const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** "14 Mar 2026 12:01:07 UTC"; what cannot be read as a time comes back as it is. */
export function formatUtc(text: string): string {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return text;
  const two = (value: number) => String(value).padStart(2, "0");
  const clock = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  return `${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()} ${clock} UTC`;
}
