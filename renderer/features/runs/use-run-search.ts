/** The runs that a filter lets through, kept up to date by the engine's events, and how many there are of each kind. */
import { keepPreviousData, useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { useEffect } from "react";
import { create } from "zustand";
import type { Run, RunPage } from "../../../engine/contract/index.ts";
import { api } from "../../api/client.ts";
import { emptyFilter, failedStates, matchesFilter, parseFilter, type RunFilter } from "./filter-runs.ts";
import { followRuns } from "./run-news.ts";
import { mergeRuns } from "./timing.ts";

/** Rows that one press shows more. */
export const pageSize = 200;

const filterKey = "studio.runs.filter";

function readFilter(): RunFilter {
  try {
    return parseFilter(localStorage.getItem(filterKey));
  } catch {
    return emptyFilter;
  }
}

/** The filter of the Runs view: kept while another view is looked at, and over restarts. */
export const useRunFilter = create<{ filter: RunFilter; limit: number }>(() => ({ filter: readFilter(), limit: pageSize }));
useRunFilter.subscribe(({ filter }) => {
  try {
    localStorage.setItem(filterKey, JSON.stringify(filter));
  } catch {
    // Then the next start shows every run.
  }
});

export function changeFilter(fields: Partial<RunFilter>): void {
  useRunFilter.setState(({ filter }) => ({ filter: { ...filter, ...fields }, limit: pageSize }));
}

const isPinned = (run: Run): boolean => run.mark?.pinned === true;

/** Pinned runs first, then the newest. */
export function sortPinnedFirst(runs: readonly Run[]): Run[] {
  return [...runs.filter(isPinned), ...runs.filter((run) => !isPinned(run))];
}

/** A page with the runs that events told of. A run that nobody has counted yet is counted. */
export function mergePage(page: RunPage, news: readonly Run[], filter: RunFilter, limit: number): RunPage {
  const known = new Map(page.runs.map((run) => [run.id, run]));
  const newest = page.runs.reduce((latest, run) => Math.max(latest, run.startedAt), 0);
  // An old run that is not listed was counted already.
  const shown = [...new Map(news.map((run) => [run.id, run])).values()].filter((run) => known.has(run.id) || run.startedAt > newest);
  const unknown = shown.filter((run) => !known.has(run.id));
  const before = shown.flatMap(({ id }) => known.get(id) ?? []);
  const count = (predicate: (run: Run) => boolean): number => shown.filter(predicate).length - before.filter(predicate).length;
  const merged = mergeRuns(page.runs, shown, limit + shown.length).filter((run) => matchesFilter(run, filter));
  return {
    runs: sortPinnedFirst(merged).slice(0, limit),
    matching: page.matching + count((run) => matchesFilter(run, filter)),
    total: page.total + unknown.length,
    failed: page.failed + count(({ state }) => failedStates.includes(state)),
    pinned: page.pinned + count(isPinned),
    storlets: [...new Set([...page.storlets, ...unknown.map(({ storlet }) => storlet)])].sort(),
  };
}

/** The page of the filter; the one before stays while the next is read. */
export function useRunSearch(filter: RunFilter, limit: number): UseQueryResult<RunPage> {
  const client = useQueryClient();
  const name = JSON.stringify({ ...filter, limit });
  useEffect(() => {
    const key = ["run-search", name];
    const stop = followRuns((news) =>
      client.setQueryData<RunPage>(key, (page) => (page === undefined ? undefined : mergePage(page, news, filter, limit))),
    );
    return () => {
      stop();
      void client.invalidateQueries({ queryKey: key, refetchType: "none" });
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the name is the filter and the limit
  }, [client, name]);
  return useQuery({
    queryKey: ["run-search", name],
    queryFn: ({ signal }) => api.runs.search.query({ ...filter, states: [...filter.states], limit }, { signal }),
    placeholderData: keepPreviousData,
    gcTime: 30_000,
  });
}
