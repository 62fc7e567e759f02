/** "Do it for me": the commands of a step. Owns which commands a tour may run; the command table owns what they do. */
import type { Tour, TourAction } from "../../../engine/contract/index.ts";
import { commandReadiness, runCommand } from "../../commands/registry.ts";
import { commandOf, commands, type CommandId } from "../../commands/table.ts";

/** Commands with an argument that a tour may give. All others of this kind are for parts of the screen. */
const withArguments: Partial<Record<CommandId, readonly string[]>> = {
  "editor.open": ["path"],
  "editor.replace": ["path", "find", "replace"],
  "invoke.setObject": ["object"],
  "invoke.setParam": ["name", "value"],
  "invoke.setRange": ["range"],
  "invoke.setStorlet": ["storlet"],
  "invoke.useExample": ["storlet"],
  "learn.runSample": ["name"],
  "object.open": ["container", "object"],
  "object.openContainer": ["container", "prefix"],
  "panel.show": ["tab"],
  "storlet.deploy": ["storlet"],
  "view.show": ["view"],
};

/** Why a tour may not run this, in words that follow "Step 2"; null where it may. */
export function refuseAction({ command, with: given = {} }: TourAction): string | null {
  const row = commands.find(({ id }) => id === command);
  if (row === undefined) return `runs ${command}, which is no command`;
  const wanted = withArguments[row.id];
  if (wanted === undefined && row.internal) return `runs ${command}, which is not for tours`;
  const names = Object.keys(given);
  const missing = (wanted ?? []).filter((name) => !names.includes(name));
  if (missing.length > 0) return `runs ${command} without ${missing.join(", ")}`;
  const extra = names.filter((name) => !(wanted ?? []).includes(name));
  return extra.length > 0 ? `gives ${command} ${extra.join(", ")}, which it does not take` : null;
}

/** The first thing in a tour that cannot be run, as a sentence; null where all can. */
export function faultOfTour(tour: Tour): string | null {
  for (const [at, step] of tour.steps.entries()) {
    for (const action of step.do) {
      const refusal = refuseAction(action);
      if (refusal !== null) return `Step ${at + 1} ${refusal}.`;
    }
  }
  return null;
}

/** Runs the commands of a step, one after the other. Answers why it stopped, or null. Throws what a command throws. */
export async function runActions(actions: readonly TourAction[]): Promise<string | null> {
  for (const action of actions) {
    const refusal = refuseAction(action);
    if (refusal !== null) return `This step ${refusal}.`;
    const id = action.command as "editor.open";
    if (await runCommand(id, action.with as { path: string })) continue;
    const readiness = commandReadiness(id);
    const reason = readiness.ready ? null : readiness.reason;
    return `“${commandOf(id).title}” cannot be used now.${reason === null ? "" : ` ${reason}`}`;
  }
  return null;
}
