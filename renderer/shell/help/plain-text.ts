/** A view as plain text: what it shows, row by row, without its picture. Of long lists the rows that are drawn. */

const rows =
  '[role="row"], [role="treeitem"], [role="option"], [role="tab"], li, tr, p, h1, h2, h3, h4, dt, dd, pre, button, label, summary, [role="note"], [role="status"], .log-row';

/** The words of an element, in one line. An accessible name that was given says more than what is drawn. */
function wordsOf(element: Element): string {
  const name = element.getAttribute("aria-label");
  const field = element.querySelector<HTMLInputElement>("input, textarea, select");
  const cells = element.querySelectorAll('[role="gridcell"], [role="columnheader"], td, th');
  const text =
    cells.length > 0
      ? [...cells]
          .map((cell) => cell.textContent.trim())
          .filter(Boolean)
          .join(" | ")
      : (element.textContent ?? "");
  const value = field === null || field.value === "" ? "" : `: ${field.value}`;
  return `${name ?? text.replaceAll(/\s+/g, " ").trim()}${value}`;
}

function markOf(element: Element): string {
  const role = element.getAttribute("role") ?? element.tagName.toLowerCase();
  if (/^h[1-4]$/.test(role)) return "# ";
  const level = Number(element.getAttribute("aria-level") ?? 1);
  const state = element.getAttribute("aria-selected") === "true" ? "> " : "  ";
  return role === "treeitem" || role === "option" || role === "row" ? `${"  ".repeat(level - 1)}${state}` : "";
}

/** One line per row, heading, sentence or button that can be seen; those inside of another are told with it. */
export function plainTextOf(view: HTMLElement): string {
  const told: Element[] = [];
  for (const element of view.querySelectorAll(rows)) {
    if (told.some((outer) => outer.contains(element))) continue;
    if (element.closest("[hidden], [aria-hidden='true']") !== null || (element as HTMLElement).offsetParent === null) continue;
    // What holds other rows is told by them.
    if (element.tagName === "LI" && element.querySelector(rows) !== null) continue;
    told.push(element);
  }
  const lines = told.map((element) => ({ text: wordsOf(element), mark: markOf(element) })).filter(({ text }) => text !== "");
  return lines.map(({ mark, text }) => `${mark}${text}`).join("\n");
}
