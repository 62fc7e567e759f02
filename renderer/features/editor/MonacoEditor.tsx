/** The code editor: one Monaco instance that shows the model of the file in front. */
import { KeyCode, KeyMod, MarkerSeverity, editor, type IDisposable } from "monaco-editor/editor";
import { useEffect, useRef, useState } from "react";
import { markOnce } from "../../api/marks.ts";
import { usePresentation } from "../../theme/presentation.ts";
import { useCursorStore, useFocusStore, useRevealStore } from "./cursor.ts";
import { FailureZone } from "./FailureZone.tsx";
import { modelOf, readViewState, writeViewState } from "./models.ts";
import { setUpMonaco } from "./monaco-setup.ts";
import { clearExceptions, useProblemStore, type FileProblem } from "./problems.ts";

const options: editor.IStandaloneEditorConstructionOptions = {
  automaticLayout: true,
  fontFamily: "var(--font-mono)",
  fontLigatures: false,
  minimap: { enabled: false },
  scrollBeyondLastLine: false,
  renderLineHighlight: "all",
  renderLineHighlightOnlyWhenFocus: false,
  overviewRulerBorder: false,
  overviewRulerLanes: 2,
  folding: true,
  glyphMargin: false,
  lineNumbersMinChars: 4,
  lineDecorationsWidth: 14,
  padding: { top: 4, bottom: 24 },
  stickyScroll: { enabled: false },
  smoothScrolling: false,
  cursorBlinking: "solid",
  bracketPairColorization: { enabled: false },
  guides: { indentation: true },
  scrollbar: { verticalScrollbarSize: 10, horizontalScrollbarSize: 10, useShadows: false },
  wordBasedSuggestions: "currentDocument",
  accessibilityPageSize: 50,
  fixedOverflowWidgets: true,
  tabSize: 4,
};

/** Sizes of code in CSS pixels: at a desk, and for an audience. */
const codeType = { desk: { fontSize: 13, lineHeight: 20 }, stage: { fontSize: 18, lineHeight: 28 } } as const;

export interface MonacoEditorProps {
  path: string;
  hidden: boolean;
  active: boolean;
  view: string;
}

export function MonacoEditor({ path, hidden, active, view }: MonacoEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const [code, setCode] = useState<editor.IStandaloneCodeEditor | null>(null);

  useEffect(() => {
    if (host.current === null) return;
    setUpMonaco();
    const created = editor.create(host.current, { ...options, ...codeType.desk, model: null });
    // These belong to the window: Ctrl+Enter runs, F1 and Ctrl+Shift+P open our palette.
    for (const keys of [KeyMod.CtrlCmd | KeyCode.Enter, KeyCode.F1]) editor.addKeybindingRule({ keybinding: keys, command: null });
    setCode(created);
    return () => {
      setCode(null);
      created.dispose();
    };
  }, []);

  useEffect(() => (code === null ? undefined : showFile(code, path, view)), [code, path, view]);
  useEffect(() => (code === null || hidden || !active ? undefined : tellCursor(code, path)), [code, path, hidden, active]);
  useEffect(() => (code === null || !active ? undefined : followReveals(code, path)), [code, path, active]);
  useMarkers(path);
  const onStage = usePresentation((state) => state.on);
  useEffect(() => void code?.updateOptions(codeType[onStage ? "stage" : "desk"]), [code, onStage]);

  useEffect(() => {
    if (code === null) return;
    // After the layout of the region that is shown again.
    if (!hidden) code.layout();
    const takeFocus = () => {
      if (hidden || !active || !useFocusStore.getState().wanted) return;
      useFocusStore.setState({ wanted: false });
      code.focus();
    };
    takeFocus();
    return useFocusStore.subscribe(takeFocus);
  }, [code, hidden, active]);

  return (
    <div className="editor-host" hidden={hidden}>
      <div ref={host} className="editor-monaco" />
      {code !== null && <FailureZone code={code} path={path} />}
    </div>
  );
}

/** Puts the file's model into the editor; the returned function keeps where it was left. */
function showFile(code: editor.IStandaloneCodeEditor, path: string, view: string): () => void {
  const model = modelOf(path);
  code.setModel(model);
  const viewState = readViewState(path, view);
  if (viewState !== null) code.restoreViewState(viewState);
  code.updateOptions({ ariaLabel: `${path}. Press Control M to let Tab leave the editor, F6 to move to the next region.` });
  markOnce("didRestoreEditor");

  let timer: ReturnType<typeof setTimeout> | undefined;
  const keepNow = () => {
    clearTimeout(timer);
    if (!model.isDisposed() && code.getModel() === model) writeViewState(path, view, code.saveViewState());
  };
  const keep = () => {
    clearTimeout(timer);
    timer = setTimeout(keepNow, 500);
  };
  const listeners: IDisposable[] = [
    code.onDidChangeCursorSelection(keep),
    code.onDidScrollChange(keep),
    model.onDidChangeContent(() => clearExceptions(path)),
  ];
  window.addEventListener("pagehide", keepNow);
  return () => {
    window.removeEventListener("pagehide", keepNow);
    keepNow();
    for (const listener of listeners) listener.dispose();
  };
}

/** Tells where the cursor is while the file is the one that is worked in. */
function tellCursor(code: editor.IStandaloneCodeEditor, path: string): () => void {
  const tell = () => {
    const selection = code.getSelection();
    const position = code.getPosition();
    if (position === null) return;
    const selected = selection === null ? 0 : (code.getModel()?.getValueLengthInRange(selection) ?? 0);
    useCursorStore.setState({ cursor: { path, line: position.lineNumber, column: position.column, selected } });
  };
  tell();
  const listener = code.onDidChangeCursorSelection(tell);
  return () => {
    listener.dispose();
    useCursorStore.setState({ cursor: null });
  };
}

/** Goes to a place that was asked for before or while the file is shown. */
function followReveals(code: editor.IStandaloneCodeEditor, path: string): () => void {
  const go = () => {
    const { reveal } = useRevealStore.getState();
    if (reveal === null || reveal.path !== path) return;
    useRevealStore.setState({ reveal: null });
    code.setPosition({ lineNumber: reveal.line, column: reveal.column });
    code.revealLineInCenterIfOutsideViewport(reveal.line);
    code.focus();
  };
  go();
  return useRevealStore.subscribe(go);
}

/** Squiggles under what the check found. */
function useMarkers(path: string): void {
  const problems = useProblemStore(({ found }) => found.get(path));
  useEffect(() => {
    const model = modelOf(path);
    editor.setModelMarkers(
      model,
      "studio",
      (problems ?? []).map((problem) => markerOf(model, problem)),
    );
  }, [path, problems]);
}

function markerOf(model: editor.ITextModel, problem: FileProblem): editor.IMarkerData {
  const line = Math.min(problem.line ?? 1, model.getLineCount());
  const column = problem.line === null ? 1 : (problem.column ?? 1);
  const word = model.getWordAtPosition({ lineNumber: line, column });
  const endOfLine = model.getLineMaxColumn(line);
  return {
    severity: problem.severity === "error" ? MarkerSeverity.Error : MarkerSeverity.Warning,
    message: problem.message,
    source: problem.source,
    startLineNumber: line,
    startColumn: Math.min(column, Math.max(1, endOfLine - 1)),
    endLineNumber: problem.endLine ?? line,
    endColumn: problem.endColumn ?? word?.endColumn ?? endOfLine,
  };
}
