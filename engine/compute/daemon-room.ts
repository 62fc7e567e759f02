/** How many daemons one sandbox holds, and which of them make room for another one. Pure: starts and ends nothing. */
import type { DaemonInfo, Language } from "../contract/index.ts";
import type { StudioError } from "../support/errors.ts";
import type { SandboxLimits } from "./types.ts";

/** What a daemon takes of the sandbox's limits while it waits. Threads count as processes there. */
interface Needs {
  readonly memoryBytes: number;
  readonly processes: number;
}

const mebibyte = 1024 * 1024;
const needsByLanguage: Readonly<Record<Language, Needs>> = {
  // Its children that wait share its memory.
  python: { memoryBytes: 8 * mebibyte, processes: 4 },
  java: { memoryBytes: 48 * mebibyte, processes: 24 },
};

/** Of each limit: the rest is for what runs, for the compiler and for terminals. */
const residentShare = 0.75;
/** Of the waiting daemons: so many go where a start has failed for want of room. */
const failureShare = 1 / 3;

/** A daemon as it counts here. */
interface Resident {
  readonly info: Pick<DaemonInfo, "language" | "state" | "openInvocations">;
  readonly idleSinceMs: number;
}

function longestIdleFirst<T extends Resident>(residents: Iterable<T>): T[] {
  return [...residents]
    .filter(({ info }) => info.state === "running" && info.openInvocations === 0)
    .toSorted((one, other) => one.idleSinceMs - other.idleSinceMs);
}

/** The daemons that have to go so that one more of `language` fits, the longest idle first; those that work stay, fit or not. */
export function whoMakesRoom<T extends Resident>(residents: Iterable<T>, language: Language, limits: SandboxLimits): T[] {
  const all = [...residents].filter(({ info }) => info.state === "running" || info.state === "starting");
  const counted = [language, ...all.map(({ info }) => info.language)].map((each) => needsByLanguage[each]);
  let memoryBytes = counted.reduce((sum, needs) => sum + needs.memoryBytes, 0);
  let processes = counted.reduce((sum, needs) => sum + needs.processes, 0);
  const leaving: T[] = [];
  for (const resident of longestIdleFirst(all)) {
    if (memoryBytes <= limits.memoryBytes * residentShare && processes <= limits.pids * residentShare) break;
    const needs = needsByLanguage[resident.info.language];
    memoryBytes -= needs.memoryBytes;
    processes -= needs.processes;
    leaving.push(resident);
  }
  return leaving;
}

/** The daemons that go where a start has failed for want of room after all; empty where none waits. */
export function whoLeavesAfterFailure<T extends Resident>(residents: Iterable<T>): T[] {
  const idle = longestIdleFirst(residents);
  return idle.slice(0, Math.ceil(idle.length * failureShare));
}

/** How a start ended, as the agent tells. */
interface StartRefusal {
  readonly code: string;
  readonly exitCode?: number | null | undefined;
  readonly signal?: string | null | undefined;
  readonly type?: string | undefined;
}

/** True where a process could not be made, or was killed, or a Java machine did not come up: neighbours may be the reason. */
export function isWantOfRoom(refusal: StartRefusal, language: Language): boolean {
  if (refusal.code === "START_FAILED") return true;
  if (refusal.code === "LOAD_FAILED") return refusal.type === "java.lang.OutOfMemoryError" || refusal.type === "MemoryError";
  if (refusal.code !== "DIED") return false;
  return refusal.signal === "SIGKILL" || (language === "java" && (refusal.signal === "SIGABRT" || refusal.exitCode === 1));
}

const wanting = new WeakSet<StudioError>();

/** Notes on a failed start that it was for want of room. */
export function rememberWantOfRoom(error: StudioError): StudioError {
  wanting.add(error);
  return error;
}

export function wasWantOfRoom(error: StudioError): boolean {
  return wanting.has(error);
}
