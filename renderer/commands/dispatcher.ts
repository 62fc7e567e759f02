/** Turns keys into commands for the whole window, the code editor included. Owns no key: the table and the person do. */
import { create } from "zustand";
import { useKeyBindings } from "./key-bindings.ts";
import { keysOfEvent } from "./keys.ts";
import { commandReadiness, runCommand } from "./registry.ts";
import type { CommandId } from "./table.ts";

/** Keys the browser would act on in a way that hurts (save page, print): swallowed even where the command cannot be used. */
const alwaysSwallowed = new Set<CommandId>(["editor.save", "palette.goTo", "invoke.run"]);

/** The second press of two is waited for this long. */
const chordMs = 5000;

interface ChordState {
  /** The first press, while the second is waited for. */
  pending: string | null;
  /** Two presses that are nothing, for as long as that is worth saying. */
  unknown: string | null;
}

/** What was pressed of a sequence of two: the status bar says it. */
export const useChord = create<ChordState>(() => ({ pending: null, unknown: null }));

let suspended = 0;

/** While a key is being chosen no key runs a command; returns how to go on. */
export function suspendKeys(): () => void {
  suspended += 1;
  return () => {
    suspended -= 1;
  };
}

/** Keys that ran the last command: what is opened by them may want to know which are still held. */
let lastKeys: string | null = null;
export function lastPressedKeys(): string | null {
  return lastKeys;
}

/** In a terminal, Ctrl or Alt with a letter alone belongs to the shell. */
function belongsToShell(event: KeyboardEvent): boolean {
  const isLetter = /^[a-z]$/i.test(event.key) && !event.shiftKey && event.ctrlKey !== event.altKey;
  return isLetter && event.target instanceof Element && event.target.closest('[data-keys="shell"]') !== null;
}

/** The code editor has sequences of its own that begin alike: it sees the first press too, and has to be told when it was for us. */
function endEditorsSequence(target: EventTarget | null): void {
  if (!(target instanceof Element) || target.closest(".monaco-editor") === null) return;
  target.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", code: "Escape", keyCode: 27, bubbles: true, cancelable: true }));
}

/** Starts listening; returns how to stop. In the capture phase, so that it comes before the code editor's own keys. */
export function startKeyDispatcher(target: Window, mac: boolean, onError: (error: unknown) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const settle = (state: ChordState): void => {
    clearTimeout(timer);
    useChord.setState(state);
    if (state.pending !== null || state.unknown !== null)
      timer = setTimeout(() => useChord.setState({ pending: null, unknown: null }), state.pending === null ? 3000 : chordMs);
  };
  const swallow = (event: KeyboardEvent): void => {
    event.preventDefault();
    event.stopPropagation();
  };
  const press = (event: KeyboardEvent) => {
    if (event.isComposing || suspended > 0 || !event.isTrusted || belongsToShell(event)) return;
    const keys = keysOfEvent(event, mac);
    if (keys === null) return;
    const { pending } = useChord.getState();
    const { map } = useKeyBindings.getState();
    const inEditor = event.target instanceof Element && event.target.closest(".monaco-editor") !== null;
    if (pending === null && map.prefixes.has(keys)) {
      settle({ pending: keys, unknown: null });
      if (inEditor) event.preventDefault();
      else swallow(event);
      return;
    }
    const sequence = pending === null ? keys : `${pending} ${keys}`;
    const id = map.commands.get(sequence);
    if (pending !== null) settle({ pending: null, unknown: id === undefined && !inEditor && keys !== "Escape" ? sequence : null });
    if (id === undefined) {
      if (pending !== null && !inEditor) swallow(event);
      return;
    }
    const { ready } = commandReadiness(id);
    if (!ready && pending === null && !alwaysSwallowed.has(id)) return;
    swallow(event);
    if (pending !== null) endEditorsSequence(event.target);
    if (!ready || event.repeat) return;
    lastKeys = sequence;
    runCommand(id as "editor.save").catch(onError);
  };
  target.addEventListener("keydown", press, { capture: true });
  return () => {
    clearTimeout(timer);
    target.removeEventListener("keydown", press, { capture: true });
  };
}
