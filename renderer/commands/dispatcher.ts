/** Turns keys into commands for the whole window, the code editor included. Owns no key: the table does. */
import { keysOfEvent, normalizeKeys } from "./keys.ts";
import { commandReadiness, runCommand } from "./registry.ts";
import { commands, type CommandId } from "./table.ts";

const bindings = new Map<string, CommandId>(
  commands
    .filter((command) => !command.internal)
    .flatMap((command) => (command.keys ?? []).map((keys) => [normalizeKeys(keys), command.id] as const)),
);

/** Keys the browser would act on in a way that hurts (save page, print): swallowed even where the command cannot be used. */
const alwaysSwallowed = new Set<CommandId>(["editor.save", "palette.goTo", "invoke.run"]);

/** In a terminal, Ctrl or Alt with a letter alone belongs to the shell. */
function belongsToShell(event: KeyboardEvent): boolean {
  const isLetter = /^[a-z]$/i.test(event.key) && !event.shiftKey && event.ctrlKey !== event.altKey;
  return isLetter && event.target instanceof Element && event.target.closest('[data-keys="shell"]') !== null;
}

/** Starts listening; returns how to stop. In the capture phase, so that it comes before the code editor's own keys. */
export function startKeyDispatcher(target: Window, mac: boolean, onError: (error: unknown) => void): () => void {
  const press = (event: KeyboardEvent) => {
    if (event.isComposing || belongsToShell(event)) return;
    const keys = keysOfEvent(event, mac);
    const id = keys === null ? undefined : bindings.get(keys);
    if (id === undefined) return;
    const { ready } = commandReadiness(id);
    if (!ready && !alwaysSwallowed.has(id)) return;
    event.preventDefault();
    event.stopPropagation();
    if (ready && !event.repeat) runCommand(id as "editor.save").catch(onError);
  };
  target.addEventListener("keydown", press, { capture: true });
  return () => target.removeEventListener("keydown", press, { capture: true });
}
