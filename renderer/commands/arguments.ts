/** What each command takes. Commands that are not listed take nothing. Types only. */
import type { StorletException } from "../../engine/contract/index.ts";

export type ViewName = "storlets" | "objects" | "runs" | "sandboxes";
export type PanelTab = "logs" | "problems" | "invoke" | "preview" | "object";
export type ThemeChoice = "system" | "dark" | "light" | "hc-dark" | "hc-light";

export interface CommandArguments {
  "view.show": { view: ViewName };
  "panel.show": { tab: PanelTab };
  /** Opens a workspace file in a tab. */
  "editor.open": { path: string };
  /** Opens a workspace file and puts the cursor there. Lines and columns count from 1. */
  "editor.reveal": { path: string; line?: number; column?: number };
  /** Marks the failing line of a run in the storlet's source; null takes the mark away. */
  "editor.showException": { run: string; storlet: string; exception: StorletException } | null;
  /** `group`: of the one that is worked in unless told. */
  "editor.closeTab": { id: string; group?: number };
  /** Cuts the logs to one run; null shows every line again. Opens the panel on Logs. */
  "logs.showRun": { run: string | null };
  "run.show": { run: string };
  /** Opens the page of a run. */
  "run.open": { run: string };
  "run.compare": { a: string; b: string };
  "run.compareRun": { run: string };
  "run.replayRun": { run: string };
  /** `container/object`. */
  "invoke.setObject": { object: string };
  /** Storlet folder name. */
  "invoke.setStorlet": { storlet: string };
  /** X-Storlet-Range of the next GET, like `bytes=0-1023`. */
  "invoke.setRange": { range: string };
  "object.open": { container: string; object: string };
  /** Opens the listing of a container at a pseudo-folder; `prefix` is "" or ends in "/". */
  "object.openContainer": { container: string; prefix: string };
  "storlet.deploy": { storlet: string };
  /** Opens a sample, prepares its example and runs it. */
  "sample.run": { storlet: string };
  /** Id of a command. Opens the sheet of keys at it. */
  "keys.rebind": { command: string };
  "theme.choose": { choice: ThemeChoice };
}
