/** The desktop shell as the page sees it: commands of its native menu run like any other. Absent in a browser. */
import type { DesktopApi } from "../../engine/contract/index.ts";
import { runCommand } from "../commands/registry.ts";
import { commands } from "../commands/table.ts";

declare global {
  interface Window {
    readonly desktop?: DesktopApi;
  }
}

/** Runs what is chosen in the native menu. Returns the function that ends this. */
export function followDesktopMenu(): () => void {
  const end = window.desktop?.onCommand((id) => {
    const command = commands.find((each) => each.id === id);
    if (command !== undefined) void runCommand(command.id as Parameters<typeof runCommand>[0]);
  });
  return end ?? (() => {});
}
