/** Where a page was scrolled to: kept over reloads, by the page's name. Finds the part that scrolls by itself. */
import { useEffect, useRef, type RefObject } from "react";

const storageKey = "studio.scroll";
const maxKept = 60;
const writeDelayMs = 300;
/** A page that is still being read grows; until then its place cannot be taken. */
const settleMs = 20_000;

type Places = Record<string, readonly { at: string; top: number; left: number }[]>;

function readPlaces(): Places {
  try {
    return JSON.parse(localStorage.getItem(storageKey) ?? "{}") as Places;
  } catch {
    return {};
  }
}

function writePlaces(name: string, places: Places[string]): void {
  const { [name]: _before, ...others } = readPlaces();
  try {
    localStorage.setItem(
      storageKey,
      JSON.stringify(Object.fromEntries([...Object.entries(others), [name, places] as const].slice(-maxKept))),
    );
  } catch {
    // Then the page opens at its top.
  }
}

/** A way to an element that holds over reloads: its place among its siblings, from `root` down. */
function wayTo(root: Element, element: Element): string {
  const steps: number[] = [];
  for (let at: Element = element; at !== root && at.parentElement !== null; at = at.parentElement)
    steps.unshift([...at.parentElement.children].indexOf(at));
  return steps.join(".");
}

function elementAt(root: Element, way: string): Element | null {
  let at: Element | undefined = root;
  for (const step of way === "" ? [] : way.split(".")) at = at?.children[Number(step)];
  return at ?? null;
}

/** Keeps the scroll positions below the element under `name`, and takes them again when it is shown; null keeps nothing. */
export function useKeptScroll(name: string | null): RefObject<HTMLDivElement | null> {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const root = ref.current;
    if (root === null || name === null) return;
    const wanted = new Map((readPlaces()[name] ?? []).map((place) => [place.at, place]));
    const seen = new Map(wanted);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const restore = () => {
      for (const [way, place] of wanted) {
        const element = elementAt(root, way);
        if (element === null || element.scrollHeight - element.clientHeight < place.top) continue;
        wanted.delete(way);
        element.scrollTo({ top: place.top, left: place.left });
      }
      if (wanted.size === 0) observer.disconnect();
    };
    const observer = new MutationObserver(restore);
    observer.observe(root, { childList: true, subtree: true, attributes: true, attributeFilter: ["style"] });
    const giveUp = setTimeout(() => {
      wanted.clear();
      observer.disconnect();
    }, settleMs);
    restore();
    const keep = (event: Event) => {
      if (!(event.target instanceof Element) || event.target.closest(".monaco-editor") !== null) return;
      const way = wayTo(root, event.target);
      // A page that grows scrolls by itself; what is wanted stays wanted until somebody scrolls.
      if (wanted.has(way)) return;
      seen.set(way, { at: way, top: event.target.scrollTop, left: event.target.scrollLeft });
      clearTimeout(timer);
      timer = setTimeout(
        () =>
          writePlaces(
            name,
            [...seen.values()].filter(({ top, left }) => top > 0 || left > 0),
          ),
        writeDelayMs,
      );
    };
    const scrolledByHand = () => wanted.clear();
    root.addEventListener("scroll", keep, { capture: true, passive: true });
    root.addEventListener("wheel", scrolledByHand, { passive: true });
    root.addEventListener("keydown", scrolledByHand);
    root.addEventListener("pointerdown", scrolledByHand);
    return () => {
      clearTimeout(timer);
      clearTimeout(giveUp);
      observer.disconnect();
      root.removeEventListener("scroll", keep, { capture: true });
      root.removeEventListener("wheel", scrolledByHand);
      root.removeEventListener("keydown", scrolledByHand);
      root.removeEventListener("pointerdown", scrolledByHand);
    };
  }, [name]);
  return ref;
}
