/** Containers and objects for the screen and the command line: Swift listings, read as JSON through the pipeline. */
import type { ContainerSummary, ObjectEntry } from "../contract/index.ts";
import { StudioError } from "../support/errors.ts";
import { discardBody, readBody } from "../support/streams.ts";
import type { AccountClient } from "../swift/account-client.ts";
import type { ControlServices } from "./services.ts";

/** Largest page of a listing: Swift's own limit is 10,000 rows. */
const maxListingBytes = 64 * 1024 * 1024;
const containerPage = 10_000;

interface ListingRow {
  name: string;
  bytes: number;
  count: number;
  hash: string;
  content_type: string;
  last_modified: string;
  subdir?: string;
}

export function createObjectService(client: AccountClient): ControlServices["objects"] {
  async function list(container: string | undefined, query: Record<string, string>): Promise<ListingRow[]> {
    const response = await client.send({
      method: "GET",
      ...(container === undefined ? {} : { container }),
      query: { ...query, format: "json" },
    });
    if (response.status === 404) {
      discardBody(response.body);
      throw new StudioError("NOT_FOUND", `There is no container ${container ?? ""}.`);
    }
    const text = (await readBody(response.body, maxListingBytes)).toString("utf8");
    if (response.status !== 200) throw new StudioError("REMOTE_FAILED", "The listing failed.", { detail: `${response.status} ${text}` });
    return JSON.parse(text) as ListingRow[];
  }

  return {
    async containers() {
      const found: ContainerSummary[] = [];
      for (;;) {
        const page = await list(undefined, { limit: String(containerPage), marker: found.at(-1)?.name ?? "" });
        found.push(...page.map(({ name, count, bytes }) => ({ name, count, bytes })));
        if (page.length < containerPage) return found;
      }
    },
    async list({ container, prefix, delimiter, marker, limit }) {
      const rows = await list(container, { prefix, delimiter, marker, limit: String(limit) });
      const entries = rows.map((row): ObjectEntry => {
        if (row.subdir !== undefined) return { kind: "subdir", name: row.subdir };
        const { name, bytes, hash, content_type, last_modified } = row;
        return { kind: "object", name, bytes, hash, contentType: content_type, lastModified: last_modified };
      });
      return { entries, nextMarker: rows.length < limit ? null : (entries.at(-1)?.name ?? null) };
    },
  };
}
