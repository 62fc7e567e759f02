/** Where each container is looked at, what is selected there, and which object is in front. Owns no listing and no drawing. */
import { create } from "zustand";
import { noSelection, type Picked, type Selection } from "./selection.ts";
import type { ObjectPlace } from "./swift-requests.ts";

export type SortColumn = "name" | "bytes" | "contentType" | "lastModified";

export interface Place {
  /** "" or ends in "/". */
  prefix: string;
  flat: boolean;
  filter: string;
  /** The filter may match anywhere in a name; otherwise names begin with it. */
  anywhere: boolean;
  sort: { by: SortColumn; down: boolean };
}

export const startPlace: Place = { prefix: "", flat: false, filter: "", anywhere: false, sort: { by: "name", down: false } };

/** A tab of the editor area that shows objects. */
export type ObjectsTab = { kind: "container"; container: string } | ({ kind: "object" } & ObjectPlace);

interface Browsing {
  places: Readonly<Record<string, Place>>;
  selections: Readonly<Record<string, Selection>>;
  front: ObjectsTab | null;
}

const sortColumns: readonly SortColumn[] = ["name", "bytes", "contentType", "lastModified"];
const storageKey = "studio.objects.places";
const maxPlaces = 50;

function readPlaces(): Record<string, Place> {
  try {
    const stored = JSON.parse(localStorage.getItem(storageKey) ?? "{}") as Record<string, Partial<Place>>;
    return Object.fromEntries(
      Object.entries(stored).map(([name, { prefix, flat, filter, anywhere, sort }]) => [
        name,
        {
          prefix: typeof prefix === "string" ? prefix : "",
          flat: flat === true,
          filter: typeof filter === "string" ? filter : "",
          anywhere: anywhere === true,
          sort: sortColumns.includes(sort?.by ?? "name") ? { by: sort?.by ?? "name", down: sort?.down === true } : startPlace.sort,
        },
      ]),
    );
  } catch {
    return {};
  }
}

export const useBrowsing = create<Browsing>(() => ({ places: readPlaces(), selections: {}, front: null }));

export function placeOf(container: string): Place {
  return useBrowsing.getState().places[container] ?? startPlace;
}

export function usePlace(container: string): Place {
  return useBrowsing(({ places }) => places[container] ?? startPlace);
}

/** Changes where a container is looked at; another place has another selection. */
export function changePlace(container: string, fields: Partial<Place>): void {
  const { places, selections } = useBrowsing.getState();
  const next = Object.entries({ ...places, [container]: { ...placeOf(container), ...fields } }).slice(-maxPlaces);
  const { [container]: _left, ...others } = selections;
  useBrowsing.setState({ places: Object.fromEntries(next), selections: others });
  try {
    localStorage.setItem(storageKey, JSON.stringify(Object.fromEntries(next)));
  } catch {
    // Without storage the next start begins at the top of each container.
  }
}

/** Goes to a pseudo-folder of a container. */
export function goToPrefix(container: string, prefix: string): void {
  const place = placeOf(container);
  if (place.prefix !== prefix || place.filter !== "") changePlace(container, { prefix, filter: "" });
}

/** The folder above; null at the top. */
export function parentOf(prefix: string): string | null {
  return prefix === "" ? null : prefix.slice(0, prefix.lastIndexOf("/", prefix.length - 2) + 1);
}

export function useSelectionOf(container: string): Selection {
  return useBrowsing(({ selections }) => selections[container] ?? noSelection);
}

export function select(container: string, selection: Selection): void {
  useBrowsing.setState(({ selections }) => ({ selections: { ...selections, [container]: selection } }));
}

/** Tells which tab of objects is in front; null where another kind of tab is. */
export function showInFront(tab: ObjectsTab | null): void {
  const { front } = useBrowsing.getState();
  if (JSON.stringify(front) === JSON.stringify(tab)) return;
  useBrowsing.setState({ front: tab === null ? null : tab.kind === "container" ? { kind: tab.kind, container: tab.container } : tab });
}

/** What the commands act on. */
export interface Target {
  container: string;
  picked: readonly Picked[];
}

function targetIn({ front, selections }: Browsing): Target | null {
  if (front === null) return null;
  if (front.kind === "object") {
    return { container: front.container, picked: [{ name: front.object, folder: false, bytes: 0, lastModified: "" }] };
  }
  return { container: front.container, picked: [...(selections[front.container] ?? noSelection).picked.values()] };
}

export function currentTarget(): Target | null {
  return targetIn(useBrowsing.getState());
}

/** The one object that is selected or open; null where none or several are. */
export function useObjectInFocus(): ObjectPlace | null {
  const container = useBrowsing(({ front }) => front?.container ?? null);
  const object = useBrowsing((browsing) => {
    const target = targetIn(browsing);
    const [only, second] = target?.picked ?? [];
    return only === undefined || second !== undefined || only.folder ? null : only.name;
  });
  return container === null || object === null ? null : { container, object };
}

/** How many rows are selected in the tab in front. */
export function usePickedCount(): number {
  return useBrowsing((browsing) =>
    browsing.front?.kind === "container" ? (browsing.selections[browsing.front.container]?.picked.size ?? 0) : 0,
  );
}
