/** Menus that open from a button. Rows that cannot be used say why. */
import type { ReactNode } from "react";
import { Menu as AriaMenu, Button, Header, MenuItem, MenuSection, MenuTrigger, Popover } from "react-aria-components";
import { classNames } from "./class-names.ts";
import { Icon, type IconName } from "./Icon.tsx";
import { KeyHint } from "./KeyHint.tsx";
import "./menu.css";

export interface MenuEntry {
  id: string;
  label: string;
  icon?: IconName;
  keys?: string | undefined;
  /** For a choice of one within its section. */
  checked?: boolean;
  disabledReason?: string | null | undefined;
  onAction: () => void;
}
export interface MenuGroup {
  id: string;
  title?: string;
  entries: readonly MenuEntry[];
}

export interface MenuButtonProps {
  /** Accessible name of the button and the menu. */
  label: string;
  groups: readonly MenuGroup[];
  className?: string;
  placement?: "bottom start" | "bottom end" | "right bottom" | "top start";
  children: ReactNode;
}

export function MenuButton({
  label,
  groups,
  className = "icon-button icon-button-small",
  placement = "bottom end",
  children,
}: MenuButtonProps) {
  const entries = new Map(groups.flatMap((group) => group.entries.map((entry) => [entry.id, entry])));
  return (
    <MenuTrigger>
      <Button className={className} aria-label={label}>
        {children}
      </Button>
      <Popover className="menu-popover" placement={placement} offset={4}>
        <AriaMenu className="menu" aria-label={label} onAction={(key) => entries.get(String(key))?.onAction()}>
          {groups.map((group) => (
            <MenuGroupRows key={group.id} group={group} />
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}

export function MenuGroupRows({ group }: { group: MenuGroup }) {
  const checked = group.entries.filter((entry) => entry.checked).map((entry) => entry.id);
  const isChoice = group.entries.some((entry) => entry.checked !== undefined);
  return (
    <MenuSection
      className="menu-group"
      {...(group.title === undefined ? { "aria-label": group.id } : {})}
      {...(isChoice ? { selectionMode: "single" as const, selectedKeys: checked } : {})}
    >
      {group.title !== undefined && <Header className="menu-title">{group.title}</Header>}
      {group.entries.map((entry) => (
        <MenuItem
          key={entry.id}
          id={entry.id}
          className="menu-item"
          textValue={entry.label}
          isDisabled={entry.disabledReason !== undefined && entry.disabledReason !== null}
        >
          {isChoice && <Icon name="check" size={14} className={classNames(!entry.checked && "menu-unchecked")} />}
          {entry.icon !== undefined && <Icon name={entry.icon} size={14} className="tone-3" />}
          <span className="grow">{entry.label}</span>
          {entry.disabledReason && <span className="menu-fact">{entry.disabledReason}</span>}
          {!entry.disabledReason && entry.keys !== undefined && <KeyHint keys={entry.keys} joined />}
        </MenuItem>
      ))}
    </MenuSection>
  );
}
