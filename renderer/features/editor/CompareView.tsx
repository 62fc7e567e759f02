/** The differences between what is on disk and what is typed. Read only. */
import { editor } from "monaco-editor/editor";
import { useEffect, useRef } from "react";
import { bufferOf } from "./documents.ts";
import { languageOf } from "./language.ts";
import { plainBrackets } from "./models.ts";
import { setUpMonaco } from "./monaco-setup.ts";

export function CompareView({ path, theirs }: { path: string; theirs: string }) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (host.current === null) return;
    setUpMonaco();
    const language = languageOf(path).id;
    const original = editor.createModel(theirs, language);
    const modified = editor.createModel(bufferOf(path)?.getText() ?? "", language);
    for (const model of [original, modified]) model.updateOptions(plainBrackets);
    const diff = editor.createDiffEditor(host.current, {
      readOnly: true,
      automaticLayout: true,
      fontFamily: "var(--font-mono)",
      fontSize: 12,
      lineHeight: 20,
      minimap: { enabled: false },
      scrollBeyondLastLine: false,
      renderOverviewRuler: false,
      renderSideBySide: false,
      renderIndicators: true,
      hideUnchangedRegions: { enabled: true, contextLineCount: 3, minimumLineCount: 3 },
      ariaLabel: `${path}: removed lines are on disk, added lines are yours. F7 goes to the next difference.`,
    });
    diff.setModel({ original, modified });
    return () => {
      diff.dispose();
      original.dispose();
      modified.dispose();
    };
  }, [path, theirs]);
  return (
    <>
      <p className="tone-2">Lines with - are on disk only, lines with + are yours only.</p>
      <div ref={host} className="compare-view" />
    </>
  );
}
