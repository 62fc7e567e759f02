/** Commands as entries of menus: words, keys and why one cannot be used come from the table. */
import type { MenuEntry, MenuGroup } from "../ui/Menu.tsx";
import { commandReadiness, runCommand } from "./registry.ts";
import { commandOf, keysOf, type CommandArgument, type CommandId } from "./table.ts";

/** Ids of commands without an argument. */
type PlainCommand = { [Id in CommandId]: CommandArgument<Id> extends void ? Id : never }[CommandId];

/** The entry of a command; `label` where the table's words say more than a menu on the thing itself needs. */
export function commandEntry(id: PlainCommand, label: string = commandOf(id).title): MenuEntry {
  const readiness = commandReadiness(id);
  return {
    id,
    label,
    keys: keysOf(id),
    disabledReason: readiness.ready ? null : (readiness.reason ?? "Not available here."),
    onAction: () => void runCommand(id as "editor.save"),
  };
}

/** Groups of a context menu, named by their first entry. */
export function menuGroups(...groups: readonly (readonly MenuEntry[])[]): MenuGroup[] {
  return groups.filter((entries) => entries.length > 0).map((entries) => ({ id: entries[0]?.label ?? "", entries }));
}
