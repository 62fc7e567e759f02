/** A workspace file in the editor area: its path and state, what stands in the way, and the code. */
import { Suspense, useEffect, useState, type FocusEvent } from "react";
import { ProblemBlock } from "../../ui/ErrorBlock.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Loading } from "../../ui/Loading.tsx";
import { ConflictBar } from "./ConflictBar.tsx";
import { openDocument, useDocumentStore } from "./documents.ts";
import { SaveState } from "./SaveState.tsx";
import { TabKeyHint } from "./TabKeyHint.tsx";
import { lazyPart } from "../../ui/lazy.ts";
import "./editor.css";

const loadMonacoEditor = () => import("./MonacoEditor.tsx");
const MonacoEditor = lazyPart(async () => (await loadMonacoEditor()).MonacoEditor);

/** Starts loading the code editor's script. What fails here is asked for again when a file is opened. */
export function preloadEditor(): void {
  loadMonacoEditor().catch(() => {});
}

export interface FileEditorProps {
  /** The file in front; stays set to the last one while another kind of tab is in front. */
  path: string;
  hidden: boolean;
  /** Worked in: of several editors, this one tells the cursor and takes the focus. */
  active: boolean;
  /** Names the place on screen: each keeps where its files were scrolled to. */
  view: string;
  /** Said after the names of the regions where the same file may be shown twice; "" where not. */
  place: string;
}

export function FileEditor({ path, hidden, active, view, place }: FileEditorProps) {
  const document = useDocumentStore(({ documents }) => documents.get(path));
  const [byKeyboard, setByKeyboard] = useState(0);
  const shownPath = useLastReadyPath(path);
  useEffect(() => void openDocument(path), [path]);
  const focus = (event: FocusEvent<HTMLElement>) => {
    const fromOutside = !event.currentTarget.contains(event.relatedTarget);
    if (fromOutside && event.target.closest(".editor-monaco") !== null) setByKeyboard((count) => count + 1);
  };
  return (
    <section className="file-editor" aria-label={`${path}${place}`} hidden={hidden} onFocus={focus}>
      <div className="breadcrumb">
        <Breadcrumb path={path} place={place} />
        <SaveState path={path} />
      </div>
      <ConflictBar path={path} />
      {document?.phase === "failed" && document.problem !== null && (
        <div className="editor-notice">
          <ProblemBlock problem={document.problem} actions={[{ label: "Try again", onPress: () => void openDocument(path) }]} />
        </div>
      )}
      {document?.phase === "loading" && <Loading label={`Reading ${path}`} rows={6} />}
      {shownPath !== null && (
        <Suspense fallback={<Loading label="Loading the code editor" rows={6} />}>
          <MonacoEditor path={shownPath} hidden={hidden || shownPath !== path} active={active} view={view} />
        </Suspense>
      )}
      <TabKeyHint entries={byKeyboard} />
    </section>
  );
}

/** The file to keep in the code editor while the next one is read: making a new editor costs more than hiding it. */
function useLastReadyPath(path: string): string | null {
  const documents = useDocumentStore((state) => state.documents);
  const [last, setLast] = useState<string | null>(null);
  const isReady = (candidate: string | null): candidate is string => candidate !== null && documents.get(candidate)?.phase === "ready";
  const shown = isReady(path) ? path : isReady(last) ? last : null;
  if (shown !== last) setLast(shown);
  return shown;
}

function Breadcrumb({ path, place }: { path: string; place: string }) {
  const parts = path.split("/");
  return (
    <nav className="breadcrumb-path" aria-label={`Path${place}`}>
      <ol title={path}>
        {parts.map((part, index) => (
          <li key={parts.slice(0, index + 1).join("/")} aria-current={index === parts.length - 1 ? "page" : undefined}>
            {index > 0 && <Icon name="chevron-right" size={12} />}
            <span>{part}</span>
          </li>
        ))}
      </ol>
    </nav>
  );
}
