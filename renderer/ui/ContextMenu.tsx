/** The menu of what is right-clicked, or of what has the focus when the menu key is pressed. */
import { useRef } from "react";
import { Menu as AriaMenu, Popover } from "react-aria-components";
import { useContextMenu, type OpenMenu } from "./context-menu.ts";
import { MenuGroupRows } from "./Menu.tsx";

const close = () => useContextMenu.setState({ menu: null });

export function ContextMenu({ menu }: { menu: OpenMenu }) {
  const anchor = useRef<HTMLSpanElement>(null);
  const entries = new Map(menu.groups.flatMap((group) => group.entries.map((entry) => [entry.id, entry])));
  return (
    <>
      <span ref={anchor} aria-hidden="true" className="context-menu-anchor" style={{ left: menu.x, top: menu.y }} />
      <Popover
        key={`${menu.x} ${menu.y} ${menu.label}`}
        className="menu-popover"
        aria-label={menu.label}
        triggerRef={anchor}
        isOpen
        placement="bottom start"
        offset={0}
        onOpenChange={(open) => {
          if (!open) close();
        }}
      >
        <AriaMenu
          className="menu"
          aria-label={menu.label}
          autoFocus="first"
          onClose={close}
          onAction={(key) => {
            close();
            // After the focus is back where it was: commands may move it.
            setTimeout(() => entries.get(String(key))?.onAction(), 0);
          }}
        >
          {menu.groups.map((group) => (
            <MenuGroupRows key={group.id} group={group} />
          ))}
        </AriaMenu>
      </Popover>
    </>
  );
}
