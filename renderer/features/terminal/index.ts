/** The public face of the terminal. */
import { registerCommand, runCommand } from "../../commands/registry.ts";
import { showTerminal } from "./shown.ts";

export { TerminalPanel } from "./lazy.tsx";

// For the life of the page: the panel may be closed when somebody asks for a terminal.
registerCommand("terminal.open", async ({ scope }) => {
  showTerminal(scope);
  await runCommand("terminal.show");
});
