/** Archive containers of versioned writes: how they are set on a container and what copies in them are called. Owns no request. */
import { answerText, htmlType } from "../../protocol/errors.ts";
import { byteLength, percentDecode } from "../../protocol/paths.ts";
import { formatTimestamp, type Ticks } from "../../protocol/timestamps.ts";
import type { HeaderMap, SwiftResponse } from "../../types.ts";

export const versionsHeader = "x-versions-location";
export const historyHeader = "x-history-location";
const removeHeaders = ["x-remove-versions-location", "x-remove-history-location"];
const locationKey = "x-container-sysmeta-versions-location";
const modeKey = "x-container-sysmeta-versions-mode";

/** `stack`: a DELETE brings the newest copy back. `history`: a DELETE is kept like any other change. */
export type ArchiveMode = "stack" | "history";

export interface Archive {
  readonly container: string;
  readonly mode: ArchiveMode;
}

/** What a container's metadata says of its archive; null where it has none. */
export function readArchive(metadata: Readonly<Record<string, string>>): Archive | null {
  const location = metadata[locationKey];
  if (location === undefined || location === "") return null;
  const container = (percentDecode(location) ?? "").split("/")[0]!;
  return container === "" ? null : { container, mode: metadata[modeKey] === "history" ? "history" : "stack" };
}

/** The headers of a container's PUT or POST with what they say of an archive in the form that is kept, or their refusal. */
export function setArchive(given: HeaderMap): HeaderMap | SwiftResponse {
  const headers: HeaderMap = new Map(given);
  const versions = headers.get(versionsHeader);
  const history = headers.get(historyHeader);
  if (versions !== undefined && versions !== "" && history !== undefined && history !== "") {
    return answerText(400, `Only one of ${versionsHeader} or ${historyHeader} may be specified`);
  }
  const isHistory = history !== undefined && (history !== "" || versions === undefined);
  const location = isHistory ? history : versions;
  const removes = location === "" || removeHeaders.some((name) => (headers.get(name) ?? "") !== "");
  for (const name of [versionsHeader, historyHeader, ...removeHeaders]) headers.delete(name);
  if (location !== undefined && location !== "") {
    if (location.includes("/")) return answerText(412, "Container name cannot contain slashes", [], htmlType);
    if (percentDecode(location) === null) return answerText(412, "Invalid UTF8 or contains NULL", [], htmlType);
    headers.set(locationKey, location).set(modeKey, isHistory ? "history" : "stack");
  } else if (removes) {
    headers.set(locationKey, "").set(modeKey, "");
  }
  return headers;
}

/** Adds the header that clients read to an answer about a container. */
export function showArchive(headers: HeaderMap): void {
  const location = headers.get(locationKey);
  if (location !== undefined && location !== "") headers.set(headers.get(modeKey) === "history" ? historyHeader : versionsHeader, location);
}

/** What all copies of an object's name begin with: its length, so that no name's copies lie among those of another. */
export function copyPrefix(object: string): string {
  return `${byteLength(object).toString(16).padStart(3, "0")}${object}/`;
}

/** The name of a copy that is as old as `ticks`. */
export function copyName(object: string, ticks: Ticks | string): string {
  return `${copyPrefix(object)}${typeof ticks === "string" ? ticks : formatTimestamp(ticks)}`;
}
