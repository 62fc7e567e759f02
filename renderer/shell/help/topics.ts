/** Which view has the focus, and whether the hint on its help is said. Views carry their name as `data-help`. */
import { create } from "zustand";
import type { PanelTab, ViewName } from "../../commands/arguments.ts";
import type { Tab } from "../tabs.ts";

export type HelpTopic =
  | `page:${Tab["kind"]}`
  | `view:${ViewName}`
  | `panel:${PanelTab}`
  | "page:none"
  | "tabs"
  | "activity"
  | "status"
  | "title";

const hintKey = "studio.hints";

function readSilent(): boolean {
  try {
    return localStorage.getItem(hintKey) === "silent";
  } catch {
    return false;
  }
}

export const useHelp = create<{
  /** The view whose help is open. */
  open: HelpTopic | null;
  /** The view whose plain text is open: its name, and the text. */
  plain: { title: string; text: string } | null;
  /** The hint is not said. */
  silent: boolean;
}>(() => ({ open: null, plain: null, silent: readSilent() }));

export function setSilent(silent: boolean): void {
  try {
    localStorage.setItem(hintKey, silent ? "silent" : "said");
  } catch {
    // Then it is said again at the next start.
  }
  useHelp.setState({ silent });
}

/** The element of the view that holds `element`; the editor's where nothing has the focus. */
export function viewOf(element: Element | null): HTMLElement | null {
  const shown = (candidates: NodeListOf<HTMLElement>) => [...candidates].find((candidate) => candidate.offsetParent !== null) ?? null;
  return element?.closest<HTMLElement>("[data-help]") ?? shown(document.querySelectorAll<HTMLElement>(".editor-body[data-help]"));
}

export function topicOf(view: HTMLElement | null): HelpTopic {
  return (view?.dataset["help"] as HelpTopic | undefined) ?? "page:none";
}
