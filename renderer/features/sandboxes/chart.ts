/** What a chart of use shows: its curve, its sentence and its rows. Pure; draws nothing. */
import type { UsageSample } from "../../../engine/contract/index.ts";
import { formatBytes, formatClock } from "../../ui/format.ts";

/** Seconds that a chart looks back. */
export const chartSpanS = 60;

export interface Point {
  /** Unix milliseconds. */
  time: number;
  value: number;
}

export interface Subject {
  sandbox: string;
  /** A daemon in it, by name and digest; null for the whole sandbox. */
  daemon: { name: string; digest: string } | null;
}

function usageIn(sample: UsageSample, { sandbox, daemon }: Subject) {
  const found = sample.sandboxes.find(({ id }) => id === sandbox);
  if (daemon === null) return found;
  return found?.daemons.find(({ name, digest }) => name === daemon.name && digest === daemon.digest);
}

/** The measured values of a sandbox or daemon, the oldest first. Looks that could not tell are left out. */
export function pointsOf(samples: readonly UsageSample[], subject: Subject, what: "cpuShare" | "memoryBytes"): Point[] {
  return samples.flatMap((sample) => {
    const value = usageIn(sample, subject)?.[what];
    return value === undefined || value === null ? [] : [{ time: sample.time, value }];
  });
}

export const formatShare = (share: number): string => (share > 0 && share < 0.01 ? "<1 %" : `${Math.round(share * 100)} %`);

/** The end of the scale: whole cores for CPU; for memory a round number of megabytes, with air above. */
export function topOf(points: readonly Point[], what: "cpuShare" | "memoryBytes"): number {
  const largest = points.reduce((top, { value }) => Math.max(top, value), 0);
  if (what === "cpuShare") return Math.max(1, Math.ceil(largest - 0.05));
  const steps = [16, 32, 64, 128, 256, 512, 1024, 2048, 4096];
  const wanted = (largest * 1.2) / 1e6;
  return (steps.find((step) => step >= wanted) ?? Math.ceil(wanted / 1024) * 1024) * 1e6;
}

/** An SVG path in a box of 60 by 40; closed at the bottom where it is an area. */
export function pathOf(points: readonly Point[], now: number, top: number, area: boolean): string {
  const inside = points.filter(({ time }) => time >= now - chartSpanS * 1000 - 500);
  if (inside.length === 0) return "";
  const x = ({ time }: Point) => Math.max(0, 60 - (now - time) / 1000).toFixed(2);
  const y = ({ value }: Point) => (40 - Math.min(1, value / top) * 40).toFixed(2);
  const line = inside.map((point, index) => `${index === 0 ? "M" : "L"}${x(point)} ${y(point)}`).join("");
  const [first, last] = [inside[0], inside.at(-1)];
  return area && first !== undefined && last !== undefined ? `${line}L${x(last)} 40L${x(first)} 40Z` : line;
}

/** The sentence that the chart proves. */
export function chartSentence(points: readonly Point[], what: "cpuShare" | "memoryBytes"): string {
  const last = points.at(-1);
  const first = points[0];
  if (last === undefined || first === undefined) return what === "cpuShare" ? "No CPU time is measured yet." : "No memory is measured yet.";
  const values = points.map(({ value }) => value);
  const seconds = Math.max(1, Math.round((last.time - first.time) / 1000));
  if (what === "cpuShare") {
    return `${formatShare(last.value)} of one core now, ${formatShare(Math.max(...values))} at most in the last ${seconds} s.`;
  }
  const [low, high] = [formatBytes(Math.min(...values)), formatBytes(Math.max(...values))];
  return low === high
    ? `${formatBytes(last.value)}, unchanged for ${seconds} s.`
    : `${formatBytes(last.value)} now, between ${low} and ${high} in the last ${seconds} s.`;
}

/** The twin of the charts: one row per look, the newest first. */
export function usageRows(samples: readonly UsageSample[], subject: Subject): { time: string; cpu: string; memory: string }[] {
  return samples
    .flatMap((sample) => {
      const usage = usageIn(sample, subject);
      if (usage === undefined) return [];
      const { cpuShare, memoryBytes } = usage;
      return [
        {
          time: formatClock(sample.time),
          cpu: cpuShare === null ? "not known" : formatShare(cpuShare),
          memory: memoryBytes === null ? "not known" : formatBytes(memoryBytes),
        },
      ];
    })
    .reverse();
}
