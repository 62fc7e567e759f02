/** The versions of an object as Swift's object versioning lists them. Owns the requests and their reading. */
import { ProblemError } from "../../api/problems.ts";
import { swiftPath } from "../../api/swift.ts";
import { accountName, type ObjectPlace } from "./swift-requests.ts";

export interface ObjectVersion {
  id: string;
  bytes: number;
  lastModified: string;
  isLatest: boolean;
  /** What a DELETE left behind. */
  isMarker: boolean;
}

/** Its parameters follow. */
const markerType = "application/x-deleted";

/** The versions of one object in a `?versions` listing, newest first. */
export function readVersions(rows: unknown, object: string): ObjectVersion[] {
  if (!Array.isArray(rows)) return [];
  return (rows as Record<string, unknown>[])
    .filter((row) => row["name"] === object)
    .map((row) => ({
      id: String(row["version_id"] ?? "null"),
      bytes: Number(row["bytes"] ?? 0),
      lastModified: String(row["last_modified"] ?? ""),
      isLatest: row["is_latest"] === true,
      isMarker: String(row["content_type"] ?? "").startsWith(markerType),
    }));
}

export async function listVersions({ container, object }: ObjectPlace, signal: AbortSignal): Promise<ObjectVersion[]> {
  const search = new URLSearchParams({ versions: "", format: "json", prefix: object, limit: "1000" });
  const response = await fetch(`${swiftPath(await accountName(), container)}?${search}`, { signal, cache: "no-store" });
  return response.ok ? readVersions(response.status === 204 ? [] : await response.json(), object) : [];
}

/** Makes an older version the current one, by a copy onto itself: the present one becomes a version. */
export async function restoreVersion({ container, object }: ObjectPlace, id: string): Promise<void> {
  const account = await accountName();
  const url = swiftPath(account, container, object);
  const destination = url.slice(swiftPath(account).length + 1);
  const response = await fetch(`${url}?version-id=${encodeURIComponent(id)}`, { method: "COPY", headers: { Destination: destination } });
  if (!response.ok) throw new ProblemError({ code: "REMOTE_FAILED", message: `Swift answered ${response.status} ${response.statusText}` });
}
