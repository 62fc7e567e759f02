/** The row of open tabs. A tab closes by its cross, the middle button, Delete, or the command. */
import { useEffect, useRef, type KeyboardEvent, type MouseEvent } from "react";
import { useDocumentStore } from "../features/editor/index.ts";
import { fileIcon } from "../features/storlets/index.ts";
import { runCommand } from "../commands/registry.ts";
import { classNames } from "../ui/class-names.ts";
import { Icon, type IconName } from "../ui/Icon.tsx";
import { movedIndex } from "../ui/Tabs.tsx";
import { changeTabs, useTabStore } from "./stores.ts";
import { openTab, tabTitle, type Tab } from "./tabs.ts";

const elementId = (id: string) => `editor-tab-${id.replaceAll(/[^\w-]/g, "_")}`;

/** Attributes of the element that shows the tab's content. */
export function editorPanelProps(id: string): { id: string; role: "tabpanel"; "aria-labelledby": string } {
  return { id: `${elementId(id)}-panel`, role: "tabpanel", "aria-labelledby": elementId(id) };
}

function iconOf(tab: Tab): IconName {
  if (tab.kind === "welcome") return "storlet";
  if (tab.kind === "container") return "database";
  if (tab.kind === "run") return "history";
  if (tab.kind === "compare") return "git-compare";
  if (tab.kind === "sandboxes") return "server";
  if (tab.kind === "doctor") return "pulse";
  if (tab.kind === "learn") return "mortar-board";
  return fileIcon(tab.kind === "file" ? tab.path : tab.object);
}

export function EditorTabs() {
  const { tabs, activeId } = useTabStore();
  const { documents } = useDocumentStore();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (activeId !== null) document.getElementById(elementId(activeId))?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [activeId]);

  const press = (event: KeyboardEvent, index: number) => {
    const tab = tabs[index];
    if (event.key === "Delete" && tab !== undefined) void runCommand("editor.closeTab", { id: tab.id });
    const next = movedIndex(event.key, index, tabs.length);
    const target = next === null ? undefined : tabs[next];
    if (target === undefined) return;
    event.preventDefault();
    changeTabs((state) => openTab(state, target));
    document.getElementById(elementId(target.id))?.focus();
  };

  return (
    <div ref={list} className="editor-tabs" role="tablist" aria-label="Open tabs">
      {tabs.map((tab, index) => (
        <EditorTab
          key={tab.id}
          tab={tab}
          selected={tab.id === activeId}
          dirty={tab.kind === "file" && (documents.get(tab.path)?.dirty ?? false)}
          onKeyDown={(event) => press(event, index)}
        />
      ))}
    </div>
  );
}

interface EditorTabProps {
  tab: Tab;
  selected: boolean;
  dirty: boolean;
  onKeyDown: (event: KeyboardEvent) => void;
}

function EditorTab({ tab, selected, dirty, onKeyDown }: EditorTabProps) {
  const title = tabTitle(tab);
  const close = (event: MouseEvent) => {
    event.stopPropagation();
    event.preventDefault();
    void runCommand("editor.closeTab", { id: tab.id });
  };
  const path = tab.kind === "file" ? tab.path : tab.kind === "object" ? `${tab.container}/${tab.object}` : title;
  return (
    <div
      id={elementId(tab.id)}
      role="tab"
      tabIndex={selected ? 0 : -1}
      aria-selected={selected}
      aria-controls={selected ? `${elementId(tab.id)}-panel` : undefined}
      aria-label={dirty ? `${title}, unsaved` : title}
      aria-keyshortcuts="Delete"
      title={path}
      className={classNames("editor-tab", selected && "editor-tab-on", dirty && "editor-tab-dirty")}
      onClick={() => changeTabs((state) => openTab(state, tab))}
      onAuxClick={(event) => {
        if (event.button === 1) close(event);
      }}
      onKeyDown={onKeyDown}
    >
      <Icon name={iconOf(tab)} size={14} />
      <span className="cut">{title}</span>
      <span className="editor-tab-close" aria-hidden="true" title={`Close ${title}`} onClick={close}>
        {dirty && <Icon name="circle-filled" size={10} className="editor-tab-dot" />}
        <Icon name="close" size={14} className="editor-tab-cross" />
      </span>
    </div>
  );
}
