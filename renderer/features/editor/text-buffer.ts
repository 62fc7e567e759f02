/** Where the text of an open file lives: a string until an editor takes it over. Knows whether it differs from what was saved. */

export interface SavePoint {
  text: string;
  /** Says that this text is on disk now; what was typed since counts as unsaved. */
  markSaved(): void;
}

export interface TextBuffer {
  getText(): string;
  /** Replaces the whole text; an editor makes one undoable step of it. */
  replaceText(text: string): void;
  isDirty(): boolean;
  savePoint(): SavePoint;
  /** The text that was last read from or written to disk. */
  savedText(): string;
  dispose(): void;
}

/** A buffer without an editor. */
export function createTextBuffer(savedText: string): TextBuffer {
  let text = savedText;
  let saved = savedText;
  return {
    getText: () => text,
    replaceText: (next) => {
      text = next;
    },
    isDirty: () => text !== saved,
    savePoint: () => {
      const point = text;
      return {
        text: point,
        markSaved: () => {
          saved = point;
        },
      };
    },
    savedText: () => saved,
    dispose: () => {},
  };
}
