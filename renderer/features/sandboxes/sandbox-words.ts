/** Sandboxes, daemons and what happened to them, in words. Pure. */
import type { DaemonInfo, SandboxEvent, SandboxInfo } from "../../../engine/contract/index.ts";
import { formatCounted } from "../../ui/format.ts";
import type { IconName, Tone } from "../../ui/Icon.tsx";
import { storletTitle } from "../runs/index.ts";

interface StateWords {
  icon: IconName;
  tone: Tone;
  word: string;
  spins?: true;
}

export const sandboxStates: Record<SandboxInfo["state"], StateWords> = {
  creating: { icon: "loading", tone: "info", word: "Starting", spins: true },
  ready: { icon: "pass", tone: "success", word: "Ready" },
  paused: { icon: "debug-pause", tone: "neutral", word: "Paused" },
  stopping: { icon: "loading", tone: "neutral", word: "Stopping", spins: true },
  gone: { icon: "circle-slash", tone: "neutral", word: "Gone" },
  failed: { icon: "error", tone: "error", word: "Failed" },
};

export const daemonStates: Record<DaemonInfo["state"], StateWords> = {
  starting: { icon: "loading", tone: "info", word: "Starting", spins: true },
  running: { icon: "circle-filled", tone: "success", word: "Running" },
  draining: { icon: "loading", tone: "warn", word: "Draining", spins: true },
  stopped: { icon: "circle-slash", tone: "neutral", word: "Stopped" },
  crashed: { icon: "error", tone: "error", word: "Crashed" },
};

export const eventWords: Record<SandboxEvent["kind"], { icon: IconName; tone: Tone; word: string }> = {
  "sandbox-started": { icon: "play", tone: "success", word: "Sandbox started." },
  "sandbox-stopped": { icon: "debug-stop", tone: "neutral", word: "Sandbox stopped." },
  "sandbox-ended": { icon: "error", tone: "error", word: "Sandbox ended." },
  "sandbox-failed": { icon: "error", tone: "error", word: "Sandbox did not start." },
  "daemon-started": { icon: "play", tone: "success", word: "Daemon started." },
  "daemon-stopped": { icon: "debug-stop", tone: "neutral", word: "Daemon stopped." },
  "daemon-crashed": { icon: "error", tone: "error", word: "Daemon crashed." },
  "daemon-failed": { icon: "error", tone: "error", word: "Daemon did not start." },
};

/** `sb-1f2e3d4c`, as logs and Docker know it. */
export const sandboxTitle = (sandbox: Pick<SandboxInfo, "id">): string => `sb-${sandbox.id}`;

/** How long something is up: `4 s`, `31 min`, `1 h 12 min`, `2 d 3 h`. */
export function formatUptime(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return hours % 24 === 0 ? `${Math.floor(hours / 24)} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

export const openInvocations = ({ daemons }: SandboxInfo): number => daemons.reduce((sum, daemon) => sum + daemon.openInvocations, 0);

export function countSentence(sandboxes: readonly SandboxInfo[]): string {
  const daemons = sandboxes.reduce((sum, sandbox) => sum + sandbox.daemons.length, 0);
  const open = sandboxes.reduce((sum, sandbox) => sum + openInvocations(sandbox), 0);
  return [
    formatCounted(sandboxes.length, "sandbox", "sandboxes"),
    formatCounted(daemons, "daemon"),
    formatCounted(open, "open invocation"),
  ].join(", ");
}

const troubles: ReadonlySet<SandboxEvent["kind"]> = new Set(["sandbox-ended", "sandbox-failed", "daemon-crashed", "daemon-failed"]);

/** The newest thing that went wrong and has not been made good since by another start; null where there is none. */
export function openTrouble(history: readonly SandboxEvent[]): SandboxEvent | null {
  for (let index = history.length - 1; index >= 0; index -= 1) {
    const event = history[index];
    if (event === undefined || !troubles.has(event.kind)) continue;
    const healing = event.storlet === null ? "sandbox-started" : "daemon-started";
    const healed = history
      .slice(index + 1)
      .some((later) => later.kind === healing && later.scope === event.scope && later.storlet === event.storlet);
    if (!healed) return event;
  }
  return null;
}

export function troubleTitle({ kind, storlet }: SandboxEvent): string {
  const name = storlet === null ? "The sandbox" : storletTitle(storlet);
  if (kind === "daemon-failed") return `${name} could not be loaded`;
  if (kind === "daemon-crashed") return `${name} crashed`;
  return kind === "sandbox-failed" ? "The sandbox did not start" : "The sandbox ended by itself";
}

/** What happened to a sandbox's scope, or to one storlet in it, the newest first. */
export function historyOf(history: readonly SandboxEvent[], scope: string, storlet: string | null): SandboxEvent[] {
  return history
    .filter((event) => event.scope === scope && (storlet === null || event.storlet === storlet || event.storlet === null))
    .reverse();
}
