/** Whether what a tour asks for holds, and how to say it. Pure: facts in, truth and words out. */
import type { Run, StorletSummary, TourCheck } from "../../../engine/contract/index.ts";

export interface TourFacts {
  /** Unix milliseconds at which the step began: earlier saves and runs do not count. */
  since: number;
  openFiles: ReadonlySet<string>;
  /** Texts of files as they were saved, and when. */
  saves: ReadonlyMap<string, { at: number; text: string }>;
  storlets: readonly StorletSummary[];
  runs: readonly Run[];
  /** X-Storlet-Range or Range that a run was asked with, by run; null where it had none. Absent where that is not known yet. */
  ranges: ReadonlyMap<string, string | null>;
  /** `container/object` of those that are known to be there. */
  objects: ReadonlySet<string>;
  /** The view of the side bar; null where it is closed. */
  view: string | null;
}

type RunCheck = Extract<TourCheck, { is: "run-finished" }>;

/** Whether a check holds now. */
export function holds(check: TourCheck, facts: TourFacts): boolean {
  switch (check.is) {
    case "file-open":
      return facts.openFiles.has(check.path);
    case "file-saved": {
      const saved = facts.saves.get(check.path);
      return saved !== undefined && saved.at >= facts.since && saved.text.includes(check.contains ?? "");
    }
    case "storlet-live":
      return facts.storlets.some(({ name, state }) => name === check.storlet && state === "live");
    case "run-finished":
      return facts.runs.some(
        (run) => couldBe(check, run, facts) && (check.range === undefined || facts.ranges.get(run.id) === check.range),
      );
    case "object-exists":
      return facts.objects.has(check.object);
    case "view-open":
      return facts.view === check.view;
  }
}

/** Whether a run is what a check asks for, whatever its range. */
export function couldBe(check: RunCheck, run: Run, { since, storlets }: Pick<TourFacts, "since" | "storlets">): boolean {
  const objectName = storlets.find(({ name }) => name === check.storlet)?.objectName ?? `${check.storlet}.py`;
  return (
    run.startedAt >= since &&
    run.storlet === objectName &&
    run.state === check.outcome &&
    (check.door === undefined || run.door === check.door) &&
    (check.object === undefined || run.object === check.object) &&
    Object.entries(check.params).every(([name, value]) => run.params[name] === value)
  );
}

const outcomes: Record<RunCheck["outcome"], string> = {
  succeeded: "has succeeded",
  failed: "has failed",
  "timed-out": "has timed out",
  cancelled: "was cancelled",
};

const fileName = (path: string): string => path.split("/").at(-1) ?? path;

/** A check in words: what will hold, in present tense. */
export function describeCheck(check: TourCheck): string {
  switch (check.is) {
    case "file-open":
      return `${fileName(check.path)} is open`;
    case "file-saved":
      return `${fileName(check.path)} is saved${check.contains === undefined ? "" : ` with ${check.contains}`}`;
    case "storlet-live":
      return `${check.storlet} is live`;
    case "run-finished": {
      const params = Object.entries(check.params).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
      const details = [
        check.object === undefined ? "" : `on ${check.object}`,
        params.length === 0 ? "" : `with ${params.join(", ")}`,
        check.range === undefined ? "" : `of ${check.range}`,
      ];
      const door = check.door === undefined ? "" : ` by ${check.door}`;
      return `A run of ${[check.storlet + door, ...details].filter(Boolean).join(" ")} ${outcomes[check.outcome]}`;
    }
    case "object-exists":
      return `${check.object} is there`;
    case "view-open":
      return `${check.view.charAt(0).toUpperCase()}${check.view.slice(1)} is open at the left`;
  }
}
