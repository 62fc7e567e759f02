/** How to work on another folder: the engine serves one folder while it runs, so it is started with it. Gives the command to copy. */
import { useState } from "react";
import { useEngineStatus } from "../../api/queries.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { TextInput } from "../../ui/TextInput.tsx";
import { CopyCommand } from "./CopyCommand.tsx";
import { serveCommand } from "./serve-command.ts";
import "./welcome.css";

export function OpenFolderDialog({ onClose }: { onClose: () => void }) {
  const { data: status } = useEngineStatus();
  const [folder, setFolder] = useState("");
  const shell = window.desktop;
  const command = serveCommand(folder, shell !== undefined);
  const choose = async () => {
    const chosen = await shell?.chooseFolder();
    if (chosen) setFolder(chosen);
  };
  return (
    <Dialog title="Open folder" onClose={onClose}>
      <div className="open-folder">
        <p>
          Now open: <span className="mono">{status?.workspace ?? "…"}</span>
        </p>
        <TextInput
          label="Folder"
          mono
          autoFocus
          placeholder="~/storlets/sensor-lab"
          value={folder}
          onChange={setFolder}
          after={
            shell !== undefined && (
              <Button size="small" onPress={() => void choose()}>
                Choose
              </Button>
            )
          }
        />
        <p className="tone-2">
          The engine works on one folder while it runs. End Storlet Studio, then start it with this one; a folder that is new or empty gets
          the samples. Objects and runs stay.
        </p>
        <CopyCommand command={command} variant="primary" />
      </div>
    </Dialog>
  );
}
