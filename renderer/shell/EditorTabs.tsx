/** The row of tabs of an editor group. A tab closes by its cross, the middle button, Delete, its menu, or the command. */
import { useEffect, useRef, useState, type DragEvent, type KeyboardEvent, type MouseEvent, type ReactNode } from "react";
import { useDocumentStore } from "../features/editor/index.ts";
import { commandEntry, menuGroups } from "../commands/menu-entries.ts";
import { runCommand } from "../commands/registry.ts";
import { keysOf } from "../commands/table.ts";
import { IconButton } from "../ui/Button.tsx";
import { classNames } from "../ui/class-names.ts";
import { isMenuKey, openContextMenu } from "../ui/context-menu.ts";
import { Icon } from "../ui/Icon.tsx";
import { movedIndex } from "../ui/Tabs.tsx";
import { focusGroup, moveTab, type EditorGroup } from "./groups.ts";
import { changeEditors, changeTabs } from "./stores.ts";
import { iconOfTab } from "./tab-icons.ts";
import { draggedTab, endTabDrag, isTabDrag, startTabDrag } from "./tab-drag.ts";
import { openTab, tabPath, tabTitle, type Tab } from "./tabs.ts";

const elementId = (group: number, id: string) => `editor-tab-${group}-${id.replaceAll(/[^\w-]/g, "_")}`;

/** Attributes of the element that shows the tab's content. */
export function editorPanelProps(group: number, id: string): { id: string; role: "tabpanel"; "aria-labelledby": string } {
  return { id: `${elementId(group, id)}-panel`, role: "tabpanel", "aria-labelledby": elementId(group, id) };
}

/** Brings a tab to the front of its group, and the group with it. */
function bringToFront(group: number, tab: Tab): void {
  changeEditors((editors) => focusGroup(editors, group));
  changeTabs(group, (state) => openTab(state, tab));
}

const tabMenu = {
  label: "Tab",
  groups: () =>
    menuGroups(
      [commandEntry("editor.close"), commandEntry("editor.closeOthers"), commandEntry("editor.closeAll")],
      [
        commandEntry("editor.splitRight"),
        commandEntry("editor.splitDown"),
        commandEntry("editor.moveToNextGroup"),
        commandEntry("editor.moveTabLeft"),
        commandEntry("editor.moveTabRight"),
      ],
      [commandEntry("file.copyPath")],
    ),
};

export function EditorTabs({ group, groups, end }: { group: EditorGroup; groups: number; end: ReactNode }) {
  const { id: groupId, tabs, activeId } = group;
  const { documents } = useDocumentStore();
  const [dropAt, setDropAt] = useState<number | null>(null);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (activeId !== null) document.getElementById(elementId(groupId, activeId))?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [groupId, activeId]);

  const press = (event: KeyboardEvent, index: number) => {
    const tab = tabs[index];
    if (tab !== undefined && isMenuKey(event)) return openContextMenu(event, event.currentTarget, tabMenu);
    if (event.key === "Delete" && tab !== undefined) void runCommand("editor.closeTab", { id: tab.id, group: groupId });
    const next = event.altKey || event.ctrlKey || event.metaKey ? null : movedIndex(event.key, index, tabs.length);
    const target = next === null ? undefined : tabs[next];
    if (target === undefined) return;
    event.preventDefault();
    bringToFront(groupId, target);
    document.getElementById(elementId(groupId, target.id))?.focus();
  };
  /** The tab that a dragged one would be put before. */
  const placeOf = (event: DragEvent): number => {
    const elements = [...(list.current?.children ?? [])];
    const at = elements.findIndex((element) => {
      const box = element.getBoundingClientRect();
      return event.clientX < box.left + box.width / 2;
    });
    return at < 0 ? tabs.length : at;
  };

  return (
    <div className="editor-tabs-row">
      <div
        ref={list}
        className="editor-tabs"
        role="tablist"
        aria-label="Open tabs"
        data-help="tabs"
        onDragOver={(event) => {
          if (!isTabDrag(event)) return;
          event.preventDefault();
          setDropAt(placeOf(event));
        }}
        onDragLeave={() => setDropAt(null)}
        onDrop={(event) => {
          const dragged = draggedTab(event);
          setDropAt(null);
          if (dragged === null) return;
          event.preventDefault();
          changeEditors((editors) => moveTab(editors, dragged.from, dragged.id, groupId, placeOf(event)));
        }}
      >
        {tabs.map((tab, index) => (
          <EditorTab
            key={tab.id}
            group={groupId}
            tab={tab}
            selected={tab.id === activeId}
            dirty={tab.kind === "file" && (documents.get(tab.path)?.dirty ?? false)}
            mark={dropAt === index ? "before" : dropAt === tabs.length && index === tabs.length - 1 ? "after" : null}
            onKeyDown={(event) => press(event, index)}
          />
        ))}
      </div>
      <span className="editor-tabs-end">
        {end}
        {tabs.length > 0 && (
          <IconButton
            icon="split-horizontal"
            label={groups > 1 ? "Split this group to the right" : "Split the editor to the right"}
            keys={keysOf("editor.splitRight")}
            onPress={() => {
              changeEditors((editors) => focusGroup(editors, groupId));
              void runCommand("editor.splitRight");
            }}
          />
        )}
      </span>
    </div>
  );
}

interface EditorTabProps {
  group: number;
  tab: Tab;
  selected: boolean;
  dirty: boolean;
  /** Where a dragged tab would be put. */
  mark: "before" | "after" | null;
  onKeyDown: (event: KeyboardEvent) => void;
}

function EditorTab({ group, tab, selected, dirty, mark, onKeyDown }: EditorTabProps) {
  const title = tabTitle(tab);
  const close = (event: MouseEvent) => {
    event.stopPropagation();
    event.preventDefault();
    void runCommand("editor.closeTab", { id: tab.id, group });
  };
  return (
    <div
      id={elementId(group, tab.id)}
      role="tab"
      tabIndex={selected ? 0 : -1}
      aria-selected={selected}
      aria-controls={selected ? `${elementId(group, tab.id)}-panel` : undefined}
      aria-label={dirty ? `${title}, unsaved` : title}
      aria-keyshortcuts="Delete"
      title={tabPath(tab)}
      draggable
      className={classNames(
        "editor-tab",
        selected && "editor-tab-on",
        dirty && "editor-tab-dirty",
        mark !== null && `editor-tab-drop-${mark}`,
      )}
      onClick={() => bringToFront(group, tab)}
      onAuxClick={(event) => {
        if (event.button === 1) close(event);
      }}
      onContextMenu={(event) => {
        bringToFront(group, tab);
        openContextMenu(event, event.currentTarget, tabMenu);
      }}
      onDragStart={(event) => startTabDrag(event, { from: group, id: tab.id })}
      onDragEnd={endTabDrag}
      onKeyDown={onKeyDown}
    >
      <Icon name={iconOfTab(tab)} size={14} />
      <span className="cut">{title}</span>
      <span className="editor-tab-close" aria-hidden="true" title={`Close ${title}`} onClick={close}>
        {dirty && <Icon name="circle-filled" size={10} className="editor-tab-dot" />}
        <Icon name="close" size={14} className="editor-tab-cross" />
      </span>
    </div>
  );
}
