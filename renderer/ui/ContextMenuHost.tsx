/** Where context menus are drawn, loaded with the first one. Mounted once. */
import { Suspense } from "react";
import { useContextMenu } from "./context-menu.ts";
import { lazyPart } from "./lazy.ts";

const Menu = lazyPart(async () => (await import("./ContextMenu.tsx")).ContextMenu);

export function ContextMenuHost() {
  const menu = useContextMenu((state) => state.menu);
  return menu === null ? null : (
    <Suspense fallback={null}>
      <Menu menu={menu} />
    </Suspense>
  );
}
