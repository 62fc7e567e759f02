/** One editor group: its tabs, what the one in front shows, and where a dragged tab may be dropped. */
import { useState, type DragEvent, type ReactNode } from "react";
import { CommandScope, runCommand } from "../commands/registry.ts";
import { keysOf } from "../commands/table.ts";
import { FileEditor } from "../features/editor/index.ts";
import { CompareTab } from "../features/compare/index.ts";
import { SamplesTab } from "../features/learn/index.ts";
import { RunTab } from "../features/run-page/index.ts";
import { SandboxesTab } from "../features/sandboxes/index.ts";
import { DoctorPage, WelcomePage } from "../features/welcome/index.ts";
import { ContainerPage, ObjectPage } from "../features/objects/index.ts";
import { Button } from "../ui/Button.tsx";
import { classNames } from "../ui/class-names.ts";
import { KeyHint } from "../ui/KeyHint.tsx";
import { TabScope } from "../ui/Tabs.tsx";
import { EditorTabs, editorPanelProps } from "./EditorTabs.tsx";
import { focusGroup, moveTab, splitGroup, type EditorGroup } from "./groups.ts";
import { changeEditors } from "./stores.ts";
import { draggedTab, isTabDrag, type DraggedTab } from "./tab-drag.ts";
import type { Tab } from "./tabs.ts";
import { useKeptScroll } from "./use-kept-scroll.ts";
import { ErrorBoundary } from "../ui/ErrorBoundary.tsx";

export interface EditorGroupViewProps {
  group: EditorGroup;
  /** Place among the groups, from 1. */
  number: number;
  count: number;
  /** Worked in. */
  active: boolean;
  hidden: boolean;
  /** Drawn at the right end of the tabs. */
  end: ReactNode;
}

export function EditorGroupView({ group, number, count, active, hidden, end }: EditorGroupViewProps) {
  const { id, tabs, activeId } = group;
  const front = tabs.find((tab) => tab.id === activeId);
  const enter = () => changeEditors((editors) => focusGroup(editors, id));
  const body = useKeptScroll(front === undefined || front.kind === "file" ? null : `${id}:${front.id}`);
  return (
    <CommandScope value={active}>
      <TabScope value={`group-${id}`}>
        <div
          className={classNames("editor-group", !active && count > 1 && "editor-group-idle")}
          data-group={id}
          {...(count > 1 ? { role: "group", "aria-label": `Editor group ${number}` } : {})}
          onFocusCapture={enter}
          onPointerDownCapture={enter}
        >
          {(tabs.length > 0 || end) && <EditorTabs group={group} groups={count} end={end} />}
          <DropPlace group={id}>
            <div
              ref={body}
              className="editor-body"
              data-help={`page:${front?.kind ?? "none"}`}
              {...(front === undefined ? {} : editorPanelProps(id, front.id))}
            >
              <ErrorBoundary part="This page" of={front?.id}>
                <GroupContent group={group} front={front} active={active} hidden={hidden} place={count > 1 ? `, group ${number}` : ""} />
              </ErrorBoundary>
            </div>
          </DropPlace>
        </div>
      </TabScope>
    </CommandScope>
  );
}

interface GroupContentProps {
  group: EditorGroup;
  front: Tab | undefined;
  active: boolean;
  hidden: boolean;
  /** Tells regions of this group from the same ones of another. */
  place: string;
}

function GroupContent({ group, front, active, hidden, place }: GroupContentProps) {
  const filePath = useShownFile(
    front?.kind === "file" ? front.path : null,
    group.tabs.map((tab) => (tab.kind === "file" ? tab.path : "")),
  );
  return (
    <>
      {front?.kind === "welcome" && <WelcomePage />}
      {front?.kind === "run" && <RunTab key={front.id} id={front.run} />}
      {front?.kind === "compare" && <CompareTab key={front.id} a={front.a} b={front.b} />}
      {front?.kind === "sandboxes" && <SandboxesTab />}
      {front?.kind === "doctor" && <DoctorPage />}
      {front?.kind === "learn" && <SamplesTab />}
      {front?.kind === "container" && <ContainerPage key={front.id} container={front.container} />}
      {front?.kind === "object" && <ObjectPage key={front.id} container={front.container} object={front.object} />}
      {filePath !== null && (
        <FileEditor path={filePath} hidden={hidden || front?.kind !== "file"} active={active} view={String(group.id)} place={place} />
      )}
      {front === undefined && <NothingOpen />}
    </>
  );
}

/** The file in front, or the one that was: its editor stays while another kind of tab is looked at. */
function useShownFile(activePath: string | null, openPaths: readonly string[]): string | null {
  const [last, setLast] = useState(activePath);
  const shown = activePath ?? (last !== null && openPaths.includes(last) ? last : null);
  if (shown !== last) setLast(shown);
  return shown;
}

type DropZone = "here" | "right" | "down";

/** Near the right or lower edge a dropped tab gets a group of its own. The commands that split and move do the same by key. */
function zoneOf(event: DragEvent): DropZone {
  const box = event.currentTarget.getBoundingClientRect();
  const x = (event.clientX - box.left) / box.width;
  const y = (event.clientY - box.top) / box.height;
  if (x > 0.75 && x >= y) return "right";
  return y > 0.75 ? "down" : "here";
}

function drop(group: number, zone: DropZone, dragged: DraggedTab): void {
  changeEditors((editors) => {
    if (zone === "here") return dragged.from === group ? editors : moveTab(editors, dragged.from, dragged.id, group);
    const source = editors.groups.find(({ id }) => id === dragged.from);
    const tab = source?.tabs.find(({ id }) => id === dragged.id);
    // The only tab of the group it is dropped on cannot stand beside itself.
    if (tab === undefined || (dragged.from === group && source?.tabs.length === 1)) return editors;
    const split = splitGroup(editors, group, zone === "right" ? "row" : "column", tab);
    return split === editors ? editors : moveTab(split, dragged.from, dragged.id, split.activeGroup);
  });
}

function DropPlace({ group, children }: { group: number; children: ReactNode }) {
  const [zone, setZone] = useState<DropZone | null>(null);
  return (
    <div
      className="editor-drop"
      onDragOver={(event) => {
        if (!isTabDrag(event)) return;
        event.preventDefault();
        setZone(zoneOf(event));
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setZone(null);
      }}
      onDrop={(event) => {
        const dragged = draggedTab(event);
        setZone(null);
        if (dragged === null) return;
        event.preventDefault();
        event.stopPropagation();
        drop(group, zoneOf(event), dragged);
      }}
    >
      {children}
      {zone !== null && <div className={`editor-drop-mark editor-drop-${zone}`} aria-hidden="true" />}
    </div>
  );
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
