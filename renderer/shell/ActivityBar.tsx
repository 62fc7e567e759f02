/** Which view the side bar shows, and the settings. */
import type { ViewName } from "../commands/arguments.ts";
import { runCommand } from "../commands/registry.ts";
import { keysOf, type CommandId } from "../commands/table.ts";
import { useThemeStore, type ThemeWish } from "../theme/theme.ts";
import { classNames } from "../ui/class-names.ts";
import { Icon, type IconName } from "../ui/Icon.tsx";
import { MenuButton } from "../ui/Menu.tsx";
import { Tooltip } from "../ui/Tooltip.tsx";
import { changeLayout, useLayoutStore } from "./stores.ts";

export const views: readonly { view: ViewName; label: string; icon: IconName; command: CommandId }[] = [
  { view: "storlets", label: "Storlets", icon: "storlet", command: "view.storlets" },
  { view: "objects", label: "Objects", icon: "database", command: "view.objects" },
  { view: "runs", label: "Runs", icon: "history", command: "view.runs" },
  { view: "recipes", label: "Recipes", icon: "checklist", command: "view.recipes" },
  { view: "sandboxes", label: "Sandboxes", icon: "server", command: "view.sandboxes" },
  { view: "learn", label: "Learn", icon: "mortar-board", command: "view.learn" },
];

const themes: readonly { wish: ThemeWish; label: string }[] = [
  { wish: "system", label: "As the system" },
  { wish: "dark", label: "Dark" },
  { wish: "light", label: "Light" },
  { wish: "hc-dark", label: "Dark, high contrast" },
  { wish: "hc-light", label: "Light, high contrast" },
];

export function ActivityBar() {
  const { view, sideOpen, sideMode } = useLayoutStore();
  return (
    <nav className="activity-bar" aria-label="Views" data-region="activity" data-help="activity">
      {views.map((item) => {
        const shown = sideOpen[sideMode] && view === item.view;
        return (
          <Tooltip key={item.view} label={item.label} keys={keysOf(item.command)} side="right">
            <button
              type="button"
              className={classNames("activity-button", shown && "activity-button-on")}
              aria-label={item.label}
              data-tour={`view-${item.view}`}
              aria-expanded={shown}
              aria-controls={shown ? "region-side" : undefined}
              onClick={() => changeLayout({ kind: "press-view", view: item.view })}
            >
              <Icon name={item.icon} size={20} />
            </button>
          </Tooltip>
        );
      })}
      <span className="grow" />
      <SettingsMenu />
    </nav>
  );
}

function SettingsMenu() {
  const wish = useThemeStore((state) => state.wish);
  return (
    <MenuButton
      label="Settings"
      className="activity-button"
      placement="right bottom"
      groups={[
        {
          id: "Theme",
          title: "Theme",
          entries: themes.map((theme) => ({
            id: theme.wish,
            label: theme.label,
            checked: theme.wish === wish,
            onAction: () => void runCommand("theme.choose", { choice: theme.wish }),
          })),
        },
        {
          id: "More",
          entries: [
            { id: "palette", label: "All commands", keys: keysOf("palette.commands"), onAction: () => void runCommand("palette.commands") },
            { id: "keys", label: "Keyboard shortcuts", keys: keysOf("help.keys"), onAction: () => void runCommand("help.keys") },
            { id: "welcome", label: "Welcome", onAction: () => void runCommand("welcome.show") },
            { id: "reset", label: "Reset the layout", onAction: () => void runCommand("layout.reset") },
          ],
        },
      ]}
    >
      <Icon name="settings-gear" size={20} />
    </MenuButton>
  );
}
