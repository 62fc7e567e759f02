/** Unsaved text over a file that changed outside: nothing is lost, and the author decides. */
import { Suspense, useState } from "react";
import { ErrorBlock } from "../../ui/ErrorBlock.tsx";
import { Loading } from "../../ui/Loading.tsx";
import { saveDocument, takeTheirs, useDocumentStore } from "./documents.ts";
import { lazyPart } from "../../ui/lazy.ts";

const CompareDialog = lazyPart(async () => (await import("./CompareDialog.tsx")).CompareDialog);

export function ConflictBar({ path }: { path: string }) {
  const conflict = useDocumentStore(({ documents }) => documents.get(path)?.conflict ?? null);
  const [comparing, setComparing] = useState(false);
  if (conflict === null) return null;
  const name = path.split("/").at(-1) ?? path;
  return (
    <div className="editor-notice">
      <ErrorBlock
        tone="warn"
        title={`${name} changed outside while you were typing`}
        why="Another program wrote the file. Your text is still here and not saved."
        todo="Compare the two, then keep yours or take the one on disk. Undo brings yours back."
        actions={[
          { label: "Compare", onPress: () => setComparing(true) },
          { label: "Save mine", onPress: () => void saveDocument(path, true) },
          { label: "Take the one on disk", onPress: () => takeTheirs(path) },
        ]}
      />
      {comparing && (
        <Suspense fallback={<Loading label="Loading the comparison" />}>
          <CompareDialog path={path} theirs={conflict.text} onClose={() => setComparing(false)} />
        </Suspense>
      )}
    </div>
  );
}
