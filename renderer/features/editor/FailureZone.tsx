/** The failure of a run under the line that caused it: same red bar as the error block. Hides on edit. */
import type { editor } from "monaco-editor/editor";
import { useEffect, useState } from "react";
import { createPortal } from "react-dom";
import { runCommand } from "../../commands/registry.ts";
import { IconButton, LinkButton } from "../../ui/Button.tsx";
import { findFailingLine } from "./exception.ts";
import { clearExceptions, useProblemStore, type ShownException } from "./problems.ts";

const zoneHeight = 42;

export function FailureZone({ code, path }: { code: editor.IStandaloneCodeEditor; path: string }) {
  const exception = useProblemStore(({ exceptions }) => exceptions.get(path));
  const [node, setNode] = useState<HTMLElement | null>(null);
  const [model, setModel] = useState(() => code.getModel());
  useEffect(() => {
    setModel(code.getModel());
    const listener = code.onDidChangeModel(() => setModel(code.getModel()));
    return () => listener.dispose();
  }, [code]);

  useEffect(() => {
    if (exception === undefined || model === null || model.isDisposed() || code.getModel() !== model) return;
    const line = findFailingLine(model.getLinesContent(), exception.line, exception.text);
    if (line === null) return;
    const shown = createZone(code, line);
    const decorations = code.createDecorationsCollection(decorationsOf(model, line));
    code.revealLineInCenterIfOutsideViewport(line);
    setNode(shown.node);
    return () => {
      setNode(null);
      decorations.clear();
      shown.dispose();
    };
  }, [code, model, exception]);

  return node === null || exception === undefined ? null : createPortal(<Failure exception={exception} />, node);
}

/** Room below a line and a widget that lies over it: Monaco hides what is inside of the room itself from assistive technology. */
function createZone(code: editor.IStandaloneCodeEditor, line: number): { node: HTMLElement; dispose(): void } {
  const node = document.createElement("div");
  node.className = "failure-zone";
  const widget: editor.IOverlayWidget = { getId: () => "studio.failure", getDomNode: () => node, getPosition: () => null };
  let zoneId = "";
  code.addOverlayWidget(widget);
  code.changeViewZones((accessor) => {
    const room = document.createElement("div");
    zoneId = accessor.addZone({
      afterLineNumber: line,
      heightInPx: zoneHeight,
      domNode: room,
      onDomNodeTop: (top) => (node.style.top = `${top}px`),
    });
  });
  const place = () => {
    const { contentLeft, contentWidth, verticalScrollbarWidth } = code.getLayoutInfo();
    node.style.left = `${contentLeft}px`;
    node.style.width = `${contentWidth - verticalScrollbarWidth}px`;
  };
  place();
  const listener = code.onDidLayoutChange(place);
  return {
    node,
    dispose() {
      listener.dispose();
      code.removeOverlayWidget(widget);
      code.changeViewZones((accessor) => accessor.removeZone(zoneId));
    },
  };
}

function decorationsOf(model: editor.ITextModel, line: number): editor.IModelDeltaDecoration[] {
  const range = { startLineNumber: line, endLineNumber: line, startColumn: 1, endColumn: model.getLineMaxColumn(line) };
  const text = { ...range, startColumn: model.getLineFirstNonWhitespaceColumn(line) };
  return [
    {
      range,
      options: {
        isWholeLine: true,
        className: "failing-line",
        lineNumberClassName: "failing-line-number",
        linesDecorationsClassName: "failing-line-bar",
      },
    },
    { range: text, options: { inlineClassName: "failing-text" } },
  ];
}

function Failure({ exception }: { exception: ShownException }) {
  return (
    <div className="failure" role="note" aria-label={`Line ${exception.line} failed`}>
      <span className="grow cut" title={exception.message}>
        <span className="strong">{exception.type}</span>
        {exception.message !== "" && <>: {exception.message}</>}
      </span>
      <LinkButton onPress={() => void runCommand("logs.showRun", { run: exception.run })}>Show log</LinkButton>
      <IconButton icon="close" label="Hide failure" onPress={() => clearExceptions(exception.path)} />
    </div>
  );
}
