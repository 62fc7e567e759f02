/** One Monaco model per open file, and the text buffer that stands on it. Owns view states too. */
import { Uri, editor } from "monaco-editor/editor";
import { attachBuffer, bufferOf, documentEdited } from "./documents.ts";
import { languageOf } from "./language.ts";
import type { TextBuffer } from "./text-buffer.ts";

const models = new Map<string, editor.ITextModel>();
/** Brackets in the colour of the text: colour means more here. */
export const plainBrackets: editor.ITextModelUpdateOptions = {
  bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false },
};

const viewStates = new Map<string, editor.ICodeEditorViewState>();

/** The model of an open file, made from its buffer at first use. Throws where the file is not open. */
export function modelOf(path: string): editor.ITextModel {
  const known = models.get(path);
  if (known !== undefined) return known;
  const before = bufferOf(path);
  if (before === undefined) throw new Error(`${path} is not open.`);
  const uri = Uri.from({ scheme: "workspace", path: `/${path}` });
  const model = editor.createModel(before.savedText(), languageOf(path).id, uri);
  model.updateOptions({ tabSize: 4, insertSpaces: true, ...plainBrackets });
  models.set(path, model);
  const buffer = createModelBuffer(path, model, before.savedText());
  // As an edit, so that undo leads back to what is on disk.
  if (before.isDirty()) buffer.replaceText(before.getText());
  attachBuffer(path, buffer);
  model.onDidChangeContent(() => documentEdited(path));
  return model;
}

function createModelBuffer(path: string, model: editor.ITextModel, savedText: string): TextBuffer {
  let savedVersion = model.getAlternativeVersionId();
  let saved = savedText;
  return {
    getText: () => model.getValue(),
    replaceText: (text) => {
      if (text === model.getValue()) return;
      model.pushStackElement();
      model.pushEditOperations([], [{ range: model.getFullModelRange(), text }], () => null);
      model.pushStackElement();
    },
    isDirty: () => model.getAlternativeVersionId() !== savedVersion,
    savePoint: () => {
      const text = model.getValue();
      const version = model.getAlternativeVersionId();
      return {
        text,
        markSaved: () => {
          saved = text;
          savedVersion = version;
        },
      };
    },
    savedText: () => saved,
    dispose: () => {
      models.delete(path);
      for (const key of viewStates.keys()) if (key.slice(key.indexOf(" ") + 1) === path) viewStates.delete(key);
      model.dispose();
    },
  };
}

const viewStateKey = (path: string) => `studio.viewState:${path}`;
const viewOf = (path: string, view: string) => `${view} ${path}`;

/** Scroll, cursor and folding as they were left in this place on screen, also in an earlier session; else as in the place that showed the file last. */
export function readViewState(path: string, view: string): editor.ICodeEditorViewState | null {
  const known = viewStates.get(viewOf(path, view));
  if (known !== undefined) return known;
  try {
    const kept = localStorage.getItem(viewStateKey(viewOf(path, view))) ?? localStorage.getItem(viewStateKey(path));
    return JSON.parse(kept ?? "null") as editor.ICodeEditorViewState | null;
  } catch {
    return null;
  }
}

export function writeViewState(path: string, view: string, state: editor.ICodeEditorViewState | null): void {
  if (state === null || !models.has(path)) return;
  viewStates.set(viewOf(path, view), state);
  try {
    const kept = JSON.stringify(state);
    localStorage.setItem(viewStateKey(path), kept);
    localStorage.setItem(viewStateKey(viewOf(path, view)), kept);
  } catch {
    // Without storage the file opens at its top next time.
  }
}
