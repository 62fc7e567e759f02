/** The native menu, made from the one table of commands. Owns the order of the menus and the platform's own entries; no command. */
import type { MenuItemConstructorOptions } from "electron";

/** A row of the command table, as far as a menu shows it. Keys are written like `Ctrl+S`; Ctrl is the command key on a Mac. */
export interface MenuCommand {
  readonly id: string;
  readonly title: string;
  readonly category: string;
  /** The first is the one shown. */
  readonly keys?: readonly string[];
  /** Needs an argument that a menu does not have: not shown. */
  readonly internal?: true;
}

interface MenuPlan {
  commands: readonly MenuCommand[];
  platform: NodeJS.Platform;
  appName: string;
  developer: boolean;
  onCommand(id: string): void;
}

/** Categories come in the order of the table, after Edit's and before Window's own entries. */
export function planMenu({ commands, platform, appName, developer, onCommand }: MenuPlan): MenuItemConstructorOptions[] {
  const isMac = platform === "darwin";
  const own = new Map<string, MenuItemConstructorOptions[]>();
  for (const command of commands.filter(({ internal }) => internal !== true)) {
    const entries = own.get(command.category) ?? [];
    entries.push(toMenuItem(command, platform, onCommand));
    own.set(command.category, entries);
  }
  const take = (category: string): MenuItemConstructorOptions[] => {
    const entries = own.get(category) ?? [];
    own.delete(category);
    return entries;
  };
  const file = take("File");
  const edit = take("Edit");
  const view = take("View");
  const help = take("Help");
  return [
    ...(isMac ? [{ label: appName, role: "appMenu" as const }] : []),
    { label: "File", submenu: join(file, [{ role: isMac ? "close" : "quit" }]) },
    { label: "Edit", submenu: join(editRoles, edit) },
    { label: "View", submenu: join(view, developer ? [...viewRoles, { role: "toggleDevTools" }] : viewRoles) },
    ...[...own].map(([label, submenu]) => ({ label, submenu })),
    { role: "windowMenu" },
    ...(help.length === 0 ? [] : [{ label: "Help", role: "help" as const, submenu: help }]),
  ];
}

const editRoles: MenuItemConstructorOptions[] = [
  { role: "undo" },
  { role: "redo" },
  { type: "separator" },
  { role: "cut" },
  { role: "copy" },
  { role: "paste" },
  { role: "selectAll" },
];

// Zoom is a command of the table: the page keeps its size over restarts.
const viewRoles: MenuItemConstructorOptions[] = [{ role: "togglefullscreen" }];

function join(first: MenuItemConstructorOptions[], second: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return first.length === 0 || second.length === 0 ? [...first, ...second] : [...first, { type: "separator" }, ...second];
}

function toMenuItem(command: MenuCommand, platform: NodeJS.Platform, onCommand: (id: string) => void): MenuItemConstructorOptions {
  const accelerator = (command.keys ?? []).map((keys) => toAccelerator(keys, platform)).find((keys) => keys !== null) ?? null;
  // What an accelerator cannot say stands in the words.
  const chord = accelerator === null ? command.keys?.[0] : undefined;
  return {
    id: command.id,
    label: chord === undefined ? command.title : `${command.title} (${chord})`,
    click: () => onCommand(command.id),
    // The page handles the keys itself, in a browser as in the shell; here they are only shown, or a command would run twice.
    ...(accelerator === null ? {} : { accelerator, registerAccelerator: false }),
  };
}

const keyNames: Record<string, string> = {
  Alt: "Alt",
  Shift: "Shift",
  ArrowUp: "Up",
  ArrowDown: "Down",
  ArrowLeft: "Left",
  ArrowRight: "Right",
  Space: "Space",
  Enter: "Enter",
  Escape: "Escape",
  Backspace: "Backspace",
  Delete: "Delete",
  Tab: "Tab",
  Home: "Home",
  End: "End",
  PageUp: "PageUp",
  PageDown: "PageDown",
};

/** `Ctrl+Shift+P` as an Electron accelerator; null for what an accelerator cannot say (a chord such as `Ctrl+K Z`, an unknown key). */
export function toAccelerator(keys: string, platform: NodeJS.Platform): string | null {
  // A plus sign at the end is the key itself.
  const words = keys.replace(/\+\+$/, "+Plus").split("+");
  const names = words.map((word) => {
    if (word === "Ctrl") return platform === "darwin" ? "Command" : "Control";
    if (word === "Plus") return "Plus";
    return keyNames[word] ?? (/^(F\d{1,2}|[\x21-\x7e])$/.test(word) ? word : null);
  });
  return names.includes(null) ? null : names.join("+");
}
