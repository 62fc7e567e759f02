/** The regions F6 walks through, in the order they lie on screen. Remembers what had the focus in each. */

export const regionOrder = ["activity", "side", "editor", "panel", "inspector", "tour", "status"] as const;
export type RegionName = (typeof regionOrder)[number];

const lastFocused = new Map<string, HTMLElement>();
/** What a region is about: it takes the first focus, before the buttons of its head. */
const main = '[role="tree"][tabindex="0"], [role="grid"][tabindex="0"]';
const focusable = 'button, input, select, textarea, a[href], [tabindex="0"], [contenteditable="true"]';

const isVisible = (element: HTMLElement) => element.isConnected && element.offsetParent !== null && element.getClientRects().length > 0;

/** The region after (`step` 1) or before (-1) `current` among those that are there; the first or last where `current` is none. */
export function nextRegion(present: readonly RegionName[], current: RegionName | null, step: 1 | -1): RegionName | null {
  if (present.length === 0) return null;
  const at = current === null ? -1 : present.indexOf(current);
  if (at < 0) return (step === 1 ? present[0] : present.at(-1)) ?? null;
  return present[(at + step + present.length) % present.length] ?? null;
}

function regionElement(name: RegionName): HTMLElement | null {
  const element = document.querySelector<HTMLElement>(`[data-region="${name}"]`);
  return element !== null && isVisible(element) ? element : null;
}

function regionOf(element: Element | null): RegionName | null {
  const name = element?.closest<HTMLElement>("[data-region]")?.dataset["region"];
  return regionOrder.find((region) => region === name) ?? null;
}

/** Moves the focus to the control that had it last in the region, else to its first one. False where the region is not there. */
export function focusRegion(name: RegionName): boolean {
  const region = regionElement(name);
  if (region === null) return false;
  const remembered = lastFocused.get(name);
  const candidates = [...region.querySelectorAll<HTMLElement>(main), ...region.querySelectorAll<HTMLElement>(focusable)];
  const first = candidates.find((element) => isVisible(element) && element.tabIndex >= 0 && element.getAttribute("role") !== "separator");
  const target = remembered !== undefined && region.contains(remembered) && isVisible(remembered) ? remembered : (first ?? region);
  if (target === region) region.tabIndex = -1;
  target.focus();
  return true;
}

/** F6 and Shift+F6. */
export function walkRegions(step: 1 | -1): void {
  const present = regionOrder.filter((name) => regionElement(name) !== null);
  const next = nextRegion(present, regionOf(document.activeElement), step);
  if (next !== null) focusRegion(next);
}

/** Remembers the focus of each region; returns how to stop. */
export function rememberFocus(): () => void {
  const remember = (event: FocusEvent) => {
    if (!(event.target instanceof HTMLElement)) return;
    const name = regionOf(event.target);
    if (name !== null) lastFocused.set(name, event.target);
  };
  document.addEventListener("focusin", remember);
  return () => document.removeEventListener("focusin", remember);
}
