/** The ring around the place a step is about. Marks the element itself, so it moves with it; nothing is measured or polled. */
import { runCommand } from "../../commands/registry.ts";

const mark = "data-tour-here";
const focusable = 'button, input, select, textarea, a[href], [tabindex="0"]';

/** How to bring a place on screen that is not, by the beginning of its id. */
const ways: readonly (readonly [prefix: string, () => Promise<boolean>])[] = [
  ["invoke", () => runCommand("panel.show", { tab: "invoke" })],
  ["result", () => runCommand("panel.show", { tab: "invoke" })],
  ["panel", () => runCommand("panel.show", { tab: "logs" })],
  ["samples", () => runCommand("learn.samples")],
];

const find = (id: string): HTMLElement | null => document.querySelector<HTMLElement>(`[data-tour="${CSS.escape(id)}"]`);

let observer: MutationObserver | null = null;

/** Takes the ring away. */
export function hidePoint(): void {
  observer?.disconnect();
  observer = null;
  for (const element of document.querySelectorAll(`[${mark}]`)) element.removeAttribute(mark);
}

function ring(id: string): HTMLElement | null {
  const element = find(id);
  if (element !== null && !element.hasAttribute(mark)) {
    for (const other of document.querySelectorAll(`[${mark}]`)) other.removeAttribute(mark);
    element.setAttribute(mark, "");
  }
  return element;
}

/** Puts the ring around a place and the focus into it, bringing it on screen first. False where it cannot be shown. */
export async function showPoint(id: string): Promise<boolean> {
  hidePoint();
  const way = ways.find(([prefix]) => id.startsWith(prefix));
  if (find(id) === null && way !== undefined) {
    await way[1]();
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  const element = ring(id);
  if (element === null) return false;
  element.scrollIntoView({ block: "nearest", inline: "nearest" });
  const target = element.matches(focusable) ? element : element.querySelector<HTMLElement>(focusable);
  target?.focus();
  // A part that is drawn anew is another element.
  observer = new MutationObserver(() => ring(id));
  observer.observe(document.body, { childList: true, subtree: true });
  return true;
}
