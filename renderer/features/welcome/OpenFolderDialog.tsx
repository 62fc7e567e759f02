/** Another folder to work on: chosen or typed. The engine starts again on it, and with that every page of it. */
import { useState, type FormEvent } from "react";
import type { Problem } from "../../../engine/contract/index.ts";
import { api } from "../../api/client.ts";
import { problemOf, problemText } from "../../api/problems.ts";
import { useEngineAwayReason, useEngineStatus } from "../../api/queries.ts";
import { recentWorkspaces } from "../../api/workspace.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { TextInput } from "../../ui/TextInput.tsx";
import "./welcome.css";

/** Opens folders; the page is loaded anew once the engine is back on another one. */
function useOpening(onClose: () => void) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState<{ label: string; startedAt: number } | null>(null);
  const open = async (folder: string | null) => {
    setBusy({ label: "Opening", startedAt: Date.now() });
    try {
      const { startsAgain } = await api.workspace.open.mutate({ folder });
      if (!startsAgain) onClose();
    } catch (thrown) {
      setProblem(problemOf(thrown));
      setBusy(null);
    }
  };
  return { open, busy, problem, forgetProblem: () => setProblem(null) };
}

export function OpenFolderDialog({ onClose }: { onClose: () => void }) {
  const { data: status } = useEngineStatus();
  const away = useEngineAwayReason();
  const [folder, setFolder] = useState("");
  const { open, busy, problem, forgetProblem } = useOpening(onClose);
  const write = (next: string) => {
    setFolder(next);
    forgetProblem();
  };
  const shell = window.desktop;
  const choose = async () => {
    const chosen = await shell?.chooseFolder();
    if (chosen) write(chosen);
  };
  const recent = recentWorkspaces().filter((path) => path !== status?.workspace);
  const refused = folder.trim() === "" ? "Name a folder first." : away;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (refused === null && busy === null) void open(folder);
  };
  return (
    <Dialog title="Open folder" onClose={onClose}>
      <form className="open-folder" onSubmit={submit}>
        <p>
          Now open: <span className="mono">{status?.workspace ?? "…"}</span>
        </p>
        <TextInput
          label="Folder"
          mono
          autoFocus
          placeholder="~/storlets/sensor-lab"
          value={folder}
          error={problem === null ? null : problemText(problem)}
          onChange={write}
          after={
            shell !== undefined && (
              <Button size="small" onPress={() => void choose()}>
                Choose
              </Button>
            )
          }
        />
        {recent.length > 0 && (
          <div role="group" aria-label="Opened lately" className="open-folder-recent">
            {recent.map((path) => (
              <Button key={path} size="small" variant="quiet" icon="folder" disabledReason={away} onPress={() => void open(path)}>
                <span className="mono cut">{path}</span>
              </Button>
            ))}
          </div>
        )}
        <p className="tone-2">
          The engine starts again on it, which takes a second and stops what runs. Objects, runs and unsaved text stay; a folder that is new
          or empty gets the samples.
        </p>
        <div className="open-folder-ways">
          {status !== undefined && status.workspaceName !== "samples" && (
            <Button variant="quiet" disabledReason={away} onPress={() => void open(null)}>
              Open the samples
            </Button>
          )}
          <span className="grow" />
          <Button variant="quiet" onPress={onClose}>
            Cancel
          </Button>
          <Button variant="primary" busy={busy} disabledReason={refused} onPress={() => void open(folder)}>
            Open
          </Button>
        </div>
        <button type="submit" hidden aria-hidden="true" tabIndex={-1} />
      </form>
    </Dialog>
  );
}
