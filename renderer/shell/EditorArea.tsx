/** The middle of the window: open tabs and what the one in front shows. */
import { useState } from "react";
import { FileEditor } from "../features/editor/index.ts";
import { CompareTab } from "../features/compare/index.ts";
import { SamplesTab } from "../features/learn/index.ts";
import { RunTab } from "../features/run-page/index.ts";
import { SandboxesTab } from "../features/sandboxes/index.ts";
import { DoctorPage, WelcomePage } from "../features/welcome/index.ts";
import { ContainerPage, ObjectPage } from "../features/objects/index.ts";
import { runCommand } from "../commands/registry.ts";
import { keysOf } from "../commands/table.ts";
import { Button } from "../ui/Button.tsx";
import { KeyHint } from "../ui/KeyHint.tsx";
import { EditorTabs, editorPanelProps } from "./EditorTabs.tsx";
import { useTabStore } from "./stores.ts";

/** `squeezed`: the panel takes the whole room; the editor stays alive behind it. */
export function EditorArea({ squeezed }: { squeezed: boolean }) {
  const { tabs, activeId } = useTabStore();
  const active = tabs.find((tab) => tab.id === activeId);
  const filePath = useShownFile(
    active?.kind === "file" ? active.path : null,
    tabs.map((tab) => (tab.kind === "file" ? tab.path : "")),
  );
  return (
    <main className="editor-area" data-region="editor" data-tour="editor" hidden={squeezed} aria-label="Editor">
      {tabs.length > 0 && <EditorTabs />}
      <div className="editor-body" {...(active === undefined ? {} : editorPanelProps(active.id))}>
        {active?.kind === "welcome" && <WelcomePage />}
        {active?.kind === "run" && <RunTab key={active.id} id={active.run} />}
        {active?.kind === "compare" && <CompareTab key={active.id} a={active.a} b={active.b} />}
        {active?.kind === "sandboxes" && <SandboxesTab />}
        {active?.kind === "doctor" && <DoctorPage />}
        {active?.kind === "learn" && <SamplesTab />}
        {active?.kind === "container" && <ContainerPage key={active.id} container={active.container} />}
        {active?.kind === "object" && <ObjectPage key={active.id} container={active.container} object={active.object} />}
        {filePath !== null && <FileEditor path={filePath} hidden={active?.kind !== "file"} />}
        {active === undefined && <NothingOpen />}
      </div>
    </main>
  );
}

/** The file in front, or the one that was: its editor stays while another kind of tab is looked at. */
function useShownFile(activePath: string | null, openPaths: readonly string[]): string | null {
  const [last, setLast] = useState(activePath);
  const shown = activePath ?? (last !== null && openPaths.includes(last) ? last : null);
  if (shown !== last) setLast(shown);
  return shown;
}

function NothingOpen() {
  return (
    <div className="nothing-open">
      <p>Nothing is open.</p>
      <p className="tone-2">
        Choose a file in Storlets, or press <KeyHint keys={keysOf("palette.goTo") ?? ""} joined /> to go to one by name.
      </p>
      <Button onPress={() => void runCommand("welcome.show")}>Show Welcome</Button>
    </div>
  );
}
