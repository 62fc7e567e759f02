/** The inventory of the performance marks of the screen. Tests read them; nothing else may set one. */

const marks = {
  /** The script of the page began to run. */
  willStart: "studio/willStart",
  /** The frame of the window is painted. */
  didShowShell: "studio/didShowShell",
  /** The engine answered for the first time. */
  didConnect: "studio/didConnect",
  /** The code editor's script is loaded. */
  didLoadEditor: "studio/didLoadEditor",
  /** The file that was open last time can be typed in. */
  didRestoreEditor: "studio/didRestoreEditor",
} as const;

/** Sets a mark the first time only: later ones say nothing about the start. */
export function markOnce(name: keyof typeof marks): void {
  if (performance.getEntriesByName(marks[name], "mark").length === 0) performance.mark(marks[name]);
}
