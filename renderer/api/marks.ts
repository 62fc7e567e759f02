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
  /** The palette was asked for; its list is in the frame that is painted next. */
  willOpenPalette: "studio/willOpenPalette",
  didOpenPalette: "studio/didOpenPalette",
  /** A letter was typed into the palette; the list for it is in the frame that is painted next. */
  willFilterPalette: "studio/willFilterPalette",
  didFilterPalette: "studio/didFilterPalette",
} as const;

/** Sets a mark the first time only: later ones say nothing about the start. */
export function markOnce(name: keyof typeof marks): void {
  if (performance.getEntriesByName(marks[name], "mark").length === 0) performance.mark(marks[name]);
}

/** Sets a mark anew each time: of things that happen again and again the last one stays. */
export function markEach(name: keyof typeof marks): void {
  performance.clearMarks(marks[name]);
  performance.mark(marks[name]);
}
