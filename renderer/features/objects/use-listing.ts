/** The listing of a container as React sees it: made for what is looked at, renewed by the engine's events, sorted where that is honest. */
import { useDeferredValue, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { onEngineEvents, useConnectionStore } from "../../api/connection.ts";
import { problemOf } from "../../api/problems.ts";
import type { Place, SortColumn } from "./browse-store.ts";
import { createListing, maxPages, pageRows, type Listing, type ListingState } from "./listing-window.ts";
import { listPage, type ListedRow } from "./swift-requests.ts";

/** Listed again this long after a change; many changes in a row ask once. */
const relistMs = 400;
/** A listing longer than this comes in Swift's own order only. */
export const maxSorted = maxPages * pageRows;

export interface ShownListing {
  state: ListingState;
  row(index: number): ListedRow | undefined;
  show(first: number, last: number): void;
  read(first: number, last: number, signal: AbortSignal): Promise<ListedRow[]>;
  refresh(): void;
  /** Objects in the whole container. */
  containerCount: number;
  /** Why a column cannot be sorted by; null where it can. */
  sortReason: string | null;
}

const nothing: ListingState = { version: 0, count: 0, counted: false, walked: 0, empty: true, cut: false, problem: null };
const none = (): (() => void) => () => {};

/** Follows the engine: what it says has changed is listed again. */
function useRelisting(container: string, listing: Listing<ListedRow> | null): void {
  const epoch = useConnectionStore((state) => state.epoch);
  const [firstEpoch] = useState(epoch);
  useEffect(() => {
    if (epoch !== firstEpoch) listing?.refresh();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- a new connection alone lists again
  }, [epoch]);
  useEffect(() => {
    if (listing === null) return;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const stop = onEngineEvents((events) => {
      if (!events.some((event) => event.kind === "objects" && event.container === container)) return;
      timer ??= setTimeout(() => {
        timer = null;
        listing.refresh();
      }, relistMs);
    });
    return () => {
      stop();
      if (timer !== null) clearTimeout(timer);
    };
  }, [container, listing]);
}

type Looked = Omit<Place, "sort"> & { reverse: boolean };

function makeListing(container: string, looked: Looked, onCount: (count: number) => void): Listing<ListedRow> {
  const { prefix, flat, filter, anywhere, reverse } = looked;
  const needle = filter.toLowerCase();
  const query = { container, prefix: anywhere ? prefix : prefix + filter, delimiter: flat ? "" : "/", reverse };
  const isWhole = flat && query.prefix === "";
  return createListing<ListedRow>({
    async fetchPage(marker, limit, signal) {
      const page = await listPage(query, marker, limit, signal);
      onCount(page.containerCount);
      return { rows: page.rows, total: isWhole ? page.containerCount : null };
    },
    matches: anywhere && needle !== "" ? ({ name }) => name.slice(prefix.length).toLowerCase().includes(needle) : undefined,
    describeError: (error) => problemOf(error).message,
  });
}

function compare(by: Exclude<SortColumn, "name">): (a: ListedRow, b: ListedRow) => number {
  return (a, b) => (a[by] < b[by] ? -1 : a[by] > b[by] ? 1 : a.name < b.name ? -1 : 1);
}

export function useListing(container: string, place: Place): ShownListing {
  const [listing, setListing] = useState<Listing<ListedRow> | null>(null);
  const [containerCount, setContainerCount] = useState(0);
  // Typing must not wait for listings.
  const filter = useDeferredValue(place.filter);
  const { prefix, flat, anywhere, sort } = place;
  const reverse = sort.by === "name" && sort.down;
  useEffect(() => {
    const made = makeListing(container, { prefix, flat, anywhere, filter, reverse }, setContainerCount);
    setListing(made);
    return () => made[Symbol.dispose]();
  }, [container, prefix, flat, anywhere, filter, reverse]);
  const state = useSyncExternalStore(listing?.subscribe ?? none, () => listing?.state ?? nothing);
  useRelisting(container, listing);

  const sorted = useMemo(() => {
    const { by, down } = sort;
    if (by === "name" || listing === null) return null;
    const rows = listing.allRows()?.toSorted(compare(by)) ?? null;
    return down ? (rows?.reverse() ?? null) : rows;
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the version stands for the rows of the listing
  }, [listing, state.version, sort.by, sort.down]);

  return {
    state,
    containerCount,
    row: (index) => (sorted === null ? listing?.row(index) : sorted[index]),
    show: (first, last) => listing?.show(first, last),
    read: async (first, last, signal) =>
      sorted === null ? ((await listing?.read(first, last, signal)) ?? []) : sorted.slice(first, last + 1),
    refresh: () => listing?.refresh(),
    sortReason: !state.counted
      ? "Still counting. Swift lists by name."
      : state.count > maxSorted
        ? `More than ${maxSorted} rows. Swift lists by name only.`
        : null,
  };
}
