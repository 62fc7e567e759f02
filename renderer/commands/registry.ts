/** Connects commands to what they do: parts of the screen register handlers while they are mounted. Owns no command. */
import { createContext, useContext, useEffect, useRef } from "react";
import { create } from "zustand";
import { commandOf, type CommandArgument, type CommandContext, type CommandId } from "./table.ts";

type Handler<Id extends CommandId> = (argument: CommandArgument<Id>) => void | Promise<void>;

interface Registration {
  handler: (argument: unknown) => void | Promise<void>;
  /** Why the command cannot be used now; null where it can. */
  disabledReason: string | null;
}

interface CommandState {
  handlers: ReadonlyMap<CommandId, readonly Registration[]>;
  contexts: Readonly<Record<CommandContext, boolean>>;
  recent: readonly CommandId[];
}

const recentKey = "studio.commands.recent";
const maxRecent = 8;

const contextReasons: Record<CommandContext, string> = {
  "file-open": "Open a file first.",
  "tab-open": "No tab is open.",
  "engine-up": "The engine is not running.",
  "several-groups": "There is one editor group.",
  desktop: "The browser has its own keys for this.",
};

const useCommandState = create<CommandState>(() => ({
  handlers: new Map(),
  contexts: { "file-open": false, "tab-open": false, "engine-up": false, "several-groups": false, desktop: false },
  recent: readRecent(),
}));

function readRecent(): CommandId[] {
  try {
    return JSON.parse(localStorage.getItem(recentKey) ?? "[]") as CommandId[];
  } catch {
    return [];
  }
}

/** Tells the commands what holds now, e.g. that a file is open. */
export function setCommandContext(contexts: Partial<Record<CommandContext, boolean>>): void {
  useCommandState.setState((state) => ({ contexts: { ...state.contexts, ...contexts } }));
}

type Registrations = readonly Registration[];

/** Puts a registration among those of a command; returns how to take it away. */
function register(id: CommandId, registration: Registration, put: (list: Registrations) => Registrations): () => void {
  const change = (update: (list: Registrations) => Registrations) =>
    useCommandState.setState(({ handlers }) => ({ handlers: new Map(handlers).set(id, update(handlers.get(id) ?? [])) }));
  change(put);
  return () => change((list) => list.filter((other) => other !== registration));
}

/** Registers a handler outside of React; returns how to take it away. The newest registration wins. */
export function registerCommand<Id extends CommandId>(id: Id, handler: Handler<Id>, disabledReason: string | null = null): () => void {
  const registration: Registration = { handler: handler as Registration["handler"], disabledReason };
  return register(id, registration, (list) => [...list, registration]);
}

/** Registers what a command does where nothing on screen has anything better; returns how to take it away. */
export function registerFallback<Id extends CommandId>(id: Id, handler: Handler<Id>): () => void {
  const registration: Registration = { handler: handler as Registration["handler"], disabledReason: null };
  return register(id, registration, (list) => [registration, ...list]);
}

const guards = new Map<CommandId, () => boolean>();

/** Asks `guard` before a command's own handler: true means that it has been done. Returns how to stop. */
export function guardCommand(id: CommandId, guard: () => boolean): () => void {
  guards.set(id, guard);
  return () => void guards.delete(id);
}

/** Whether the part of the screen is the one that is worked in: of two editor groups, commands act on one. */
export const CommandScope = createContext(true);

/** Registers a handler while the component is mounted in a part that is worked in. With a reason, the command is shown but cannot be used. */
export function useCommandHandler<Id extends CommandId>(id: Id, handler: Handler<Id>, disabledReason: string | null = null): void {
  const latest = useRef(handler);
  const inScope = useContext(CommandScope);
  useEffect(() => {
    latest.current = handler;
  });
  useEffect(
    () => (inScope ? registerCommand(id, (argument) => latest.current(argument), disabledReason) : undefined),
    [id, disabledReason, inScope],
  );
}

/** `ready`, or why not: null means that nothing on screen can do it, so it is not offered. */
export type CommandReadiness = { ready: true } | { ready: false; reason: string | null };

function readinessIn(state: CommandState, id: CommandId): CommandReadiness {
  const registration = state.handlers.get(id)?.at(-1);
  const { when } = commandOf(id);
  if (when !== undefined && !state.contexts[when])
    return { ready: false, reason: registration === undefined ? null : contextReasons[when] };
  if (registration === undefined) return { ready: false, reason: null };
  return registration.disabledReason === null ? { ready: true } : { ready: false, reason: registration.disabledReason };
}

/** Whether a command can be used now. */
export function commandReadiness(id: CommandId): CommandReadiness {
  return readinessIn(useCommandState.getState(), id);
}

/** Something that is another one whenever a command may have become ready, or not. */
export function useCommandsState(): object {
  return useCommandState();
}

/** Why a command cannot be used now, for a button's `disabledReason`; null where it can. */
export function useCommandReason(id: CommandId): string | null {
  return useCommandState((state) => {
    const readiness = readinessIn(state, id);
    return readiness.ready ? null : (readiness.reason ?? "Not available here.");
  });
}

/**
 * Runs a command and answers whether it could be used. What a handler throws is thrown on.
 * A command without a handler waits one moment, so that a command that opens a part and the next one that drives it may follow each other.
 */
export async function runCommand<Id extends CommandId>(
  id: Id,
  ...argument: CommandArgument<Id> extends void ? [] : [CommandArgument<Id>]
): Promise<boolean> {
  if (!commandReadiness(id).ready && !(await handlerArrives(id))) return false;
  const registration = useCommandState.getState().handlers.get(id)?.at(-1);
  if (registration === undefined) return false;
  if (!commandOf(id).internal && !id.startsWith("palette.")) remember(id);
  for (const listener of runListeners) listener(id);
  if (guards.get(id)?.() !== true) await registration.handler(argument[0]);
  return true;
}

const runListeners = new Set<(id: CommandId) => void>();

/** Hears every command just before it is carried out; returns how to stop. */
export function onCommandRun(listener: (id: CommandId) => void): () => void {
  runListeners.add(listener);
  return () => runListeners.delete(listener);
}

const arrivalMs = 2000;

/** Waits until a missing handler is registered; false at once where it is there but cannot be used. */
function handlerArrives(id: CommandId): Promise<boolean> {
  if (useCommandState.getState().handlers.get(id)?.length) return Promise.resolve(false);
  return new Promise((resolve) => {
    const done = (arrived: boolean) => {
      clearTimeout(timer);
      stop();
      resolve(arrived);
    };
    const timer = setTimeout(() => done(false), arrivalMs);
    const stop = useCommandState.subscribe(() => {
      if (commandReadiness(id).ready) done(true);
    });
  });
}

function remember(id: CommandId): void {
  const recent = [id, ...useCommandState.getState().recent.filter((other) => other !== id)].slice(0, maxRecent);
  useCommandState.setState({ recent });
  try {
    localStorage.setItem(recentKey, JSON.stringify(recent));
  } catch {
    // A full or blocked storage costs the order of the palette, nothing else.
  }
}

/** Commands used lately, newest first. */
export function recentCommands(): readonly CommandId[] {
  return useCommandState.getState().recent;
}
