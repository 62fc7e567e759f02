/** What an object field offers while it is typed in: containers first, then what lies below the typed prefix. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { ContainerSummary, ObjectEntry } from "../../../engine/contract/index.ts";
import { api } from "../../api/client.ts";
import { queryKeys, useContainers } from "../../api/queries.ts";
import { formatBytes, formatCounted } from "../../ui/format.ts";

export interface ObjectOption {
  /** What the field holds once it is chosen. */
  value: string;
  fact: string;
  /** Choosing it goes on: there is more below. */
  opens: boolean;
}

const optionLimit = 50;

/** Containers whose name begins with what was typed. The storlets' own containers come last: they hold no data. */
export function containerOptions(containers: readonly ContainerSummary[], typed: string): ObjectOption[] {
  const system = new Set(["storlet", "dependency", "storletlog"]);
  return containers
    .filter(({ name }) => name.startsWith(typed))
    .sort((a, b) => Number(system.has(a.name)) - Number(system.has(b.name)))
    .map(({ name, count }) => ({ value: `${name}/`, fact: formatCounted(count, "object"), opens: true }));
}

/** Objects and pseudo-folders of one listing page. */
export function entryOptions(container: string, entries: readonly ObjectEntry[]): ObjectOption[] {
  return entries.map((entry) => ({
    value: `${container}/${entry.name}`,
    fact: entry.kind === "object" ? formatBytes(entry.bytes) : "",
    opens: entry.kind === "subdir",
  }));
}

function useSettled(text: string, delayMs: number): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), delayMs);
    return () => clearTimeout(timer);
  }, [text, delayMs]);
  return settled;
}

/** Options for `typed`; empty while the field is not in use. */
export function useObjectOptions(typed: string, active: boolean): ObjectOption[] {
  const { data: containers } = useContainers();
  const text = useSettled(typed.replace(/^\//, ""), 100);
  const slash = text.indexOf("/");
  const container = slash < 0 ? "" : text.slice(0, slash);
  const prefix = slash < 0 ? "" : text.slice(slash + 1);
  const isKnown = containers?.some(({ name }) => name === container) ?? false;
  const { data: page } = useQuery({
    queryKey: queryKeys.objects(container, "options", prefix),
    queryFn: ({ signal }) => api.objects.list.query({ container, prefix, delimiter: "/", limit: optionLimit }, { signal }),
    enabled: active && slash >= 0 && isKnown,
  });
  if (!active) return [];
  return slash < 0 ? containerOptions(containers ?? [], text) : entryOptions(container, page?.entries ?? []);
}
