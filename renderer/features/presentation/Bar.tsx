/** The title bar on stage: what is shown, the demo point, and the way out. Shows the keys that are pressed, too. */
import { useDemo, useEngineStatus } from "../../api/queries.ts";
import { CommandButton } from "../../commands/CommandButton.tsx";
import { runCommand } from "../../commands/registry.ts";
import { keysOf } from "../../commands/table.ts";
import { Button } from "../../ui/Button.tsx";
import { formatClock } from "../../ui/format.ts";
import { StudioMark } from "../../ui/Icon.tsx";
import { KeyHint } from "../../ui/KeyHint.tsx";
import { Keystrokes } from "./Keystrokes.tsx";
import "./presentation.css";

export function Bar() {
  const { data: status } = useEngineStatus();
  const { data } = useDemo();
  const exitKeys = keysOf("presentation.toggle");
  const point = data?.point;
  return (
    <header className="presentation-bar">
      <StudioMark />
      <h1 className="cut">{status?.workspaceName ?? "Storlet Studio"}</h1>
      <span className="grow cut tone-2">{point == null ? "" : `Demo point of ${formatClock(point.takenAtMs)}`}</span>
      <Button size="small" icon="pinned" onPress={() => void runCommand("demo.set")}>
        Set demo point
      </Button>
      <CommandButton id="demo.reset" size="small" icon="history">
        Reset demo
      </CommandButton>
      <Button size="small" variant="quiet" keys={exitKeys} onPress={() => void runCommand("presentation.toggle")}>
        End {exitKeys !== undefined && <KeyHint keys={exitKeys} joined />}
      </Button>
      <Keystrokes />
    </header>
  );
}
