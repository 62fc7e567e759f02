/** The command line the shell gives the engine. Pure. */
import type { ReadyLine } from "../../engine/contract/index.ts";

/** Tried first, so that clients and the page's own storage find the same address at every start. */
export const preferredPorts = { swift: 8080, control: 28_080 } as const;

/** What the user wrote after `--` on the shell's own command line: passed on to `serve` unchanged. */
export function parsePassedOn(argv: readonly string[]): string[] {
  const mark = argv.indexOf("--");
  return mark === -1 ? [] : argv.slice(mark + 1);
}

/** Whether the user has decided this option. Matches `--port 1` and `--port=1`. */
function isGiven(passedOn: readonly string[], option: string): boolean {
  return passedOn.some((word) => word === option || word.startsWith(`${option}=`));
}

interface EnginePlan {
  passedOn: readonly string[];
  /** The last ready line of an engine that has crashed: its ports are asked for again, so that open clients go on working. */
  previous: ReadyLine | null;
  isPortFree(port: number): Promise<boolean>;
}

/** Arguments of `serve`. A preferred port that is taken becomes 0, which is any free one. */
export async function planEngineArguments({ passedOn, previous, isPortFree }: EnginePlan): Promise<string[]> {
  const choose = async (option: string, wanted: number): Promise<string[]> =>
    isGiven(passedOn, option) ? [] : [option, String((await isPortFree(wanted)) ? wanted : 0)];
  return [
    "serve",
    "--ready-json",
    ...(await choose("--port", previous === null ? preferredPorts.swift : portOf(previous.swift))),
    ...(await choose("--control-port", previous === null ? preferredPorts.control : portOf(previous.control))),
    ...passedOn,
  ];
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}
