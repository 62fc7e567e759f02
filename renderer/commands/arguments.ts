/** What each command takes. Commands that are not listed take nothing. Types only. */
import type { ReplayMode, StorletException } from "../../engine/contract/index.ts";

export type ViewName = "storlets" | "objects" | "runs" | "recipes" | "sandboxes" | "learn";
export type PanelTab = "logs" | "problems" | "terminal" | "invoke" | "preview" | "object";
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
  /** Replaces the first `find` in the text of a file, unsaved and as one step of undo. */
  "editor.replace": { path: string; find: string; replace: string };
  /** `group`: of the one that is worked in unless told. */
  "editor.closeTab": { id: string; group?: number };
  /** Cuts the logs to one run; null shows every line again. Opens the panel on Logs. */
  "logs.showRun": { run: string | null };
  /** Opens the terminal of a sandbox; null for the workspace's own. */
  "terminal.open": { scope: string | null };
  "run.show": { run: string };
  /** Opens the page of a run. */
  "run.open": { run: string };
  "run.compare": { a: string; b: string };
  "run.compareRun": { run: string };
  "run.replayRun": { run: string; mode: ReplayMode };
  "run.copyCurlOf": { run: string };
  /** `container/object`. */
  "invoke.setObject": { object: string };
  /** Storlet folder name. */
  "invoke.setStorlet": { storlet: string };
  /** X-Storlet-Range of the next GET, like `bytes=0-1023`. */
  "invoke.setRange": { range: string };
  /** A parameter of the next run, added or changed. */
  "invoke.setParam": { name: string; value: string };
  /** Chooses a storlet and fills the form in with the example of its storlet.yaml. */
  "invoke.useExample": { storlet: string };
  /** Name of a recipe: that of its file, without `.yaml`. */
  "recipe.open": { recipe: string };
  "recipe.run": { recipe: string };
  "recipe.delete": { recipe: string };
  "object.open": { container: string; object: string };
  /** Opens the listing of a container at a pseudo-folder; `prefix` is "" or ends in "/". */
  "object.openContainer": { container: string; prefix: string };
  "storlet.deploy": { storlet: string };
  /** Opens a sample, prepares its example and runs it. */
  "sample.run": { storlet: string };
  /** Puts a sample of the gallery into the workspace where it is missing, then opens and runs it. */
  "learn.runSample": { name: string };
  /** Begins a tour, or goes on with it. */
  "tour.start": { tour: string };
  /** Id of a command. Opens the sheet of keys at it. */
  "keys.rebind": { command: string };
  "theme.choose": { choice: ThemeChoice };
}
