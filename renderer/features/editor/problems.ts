/** What is wrong in the author's files: findings of the check, a refused deploy, and the last failure of a run. */
import { create } from "zustand";
import type { Diagnostic, Problem } from "../../../engine/contract/index.ts";

export interface FileProblem {
  path: string;
  /** From 1; null where it concerns the file as a whole. */
  line: number | null;
  column: number | null;
  endLine: number | null;
  endColumn: number | null;
  severity: "error" | "warning";
  source: "check" | "deploy" | "run";
  message: string;
}

/** A failure of a run, shown under its line until the file is edited. */
export interface ShownException {
  run: string;
  storlet: string;
  path: string;
  line: number;
  text: string;
  function: string;
  type: string;
  message: string;
}

interface ProblemStore {
  found: ReadonlyMap<string, readonly FileProblem[]>;
  exceptions: ReadonlyMap<string, ShownException>;
}

export const useProblemStore = create<ProblemStore>(() => ({ found: new Map(), exceptions: new Map() }));

/** Takes over what a save found: it replaces all earlier findings in the files of the storlet. */
export function setFound(path: string, storletFiles: readonly string[], diagnostics: readonly Diagnostic[], problem: Problem | null): void {
  const found = new Map(useProblemStore.getState().found);
  for (const file of new Set([path, ...storletFiles])) found.delete(file);
  for (const diagnostic of diagnostics) {
    const problems = found.get(diagnostic.path) ?? [];
    found.set(diagnostic.path, [...problems, problemOfDiagnostic(diagnostic)]);
  }
  if (problem !== null && !diagnostics.some((diagnostic) => diagnostic.severity === "error")) {
    const message = problem.detail === undefined ? problem.message : `${problem.message} ${problem.detail}`;
    const whole: FileProblem = {
      path,
      line: null,
      column: null,
      endLine: null,
      endColumn: null,
      severity: "error",
      source: "deploy",
      message,
    };
    found.set(path, [...(found.get(path) ?? []), whole]);
  }
  useProblemStore.setState({ found });
}

function problemOfDiagnostic(diagnostic: Diagnostic): FileProblem {
  const { path, line, column, endLine = null, endColumn = null, severity, message } = diagnostic;
  return { path, line, column, endLine, endColumn, severity, source: "check", message };
}

/** Shows the newest failure of a file; it takes the place of the one before. */
export function showException(exception: ShownException): void {
  useProblemStore.setState(({ exceptions }) => ({ exceptions: new Map(exceptions).set(exception.path, exception) }));
}

/** Takes failures away: those of one file, or all. */
export function clearExceptions(path?: string): void {
  const { exceptions } = useProblemStore.getState();
  if (exceptions.size === 0 || (path !== undefined && !exceptions.has(path))) return;
  const left = new Map(exceptions);
  if (path === undefined) left.clear();
  else left.delete(path);
  useProblemStore.setState({ exceptions: left });
}

/** Everything there is, by file and line. */
export function allProblems({ found, exceptions }: ProblemStore): FileProblem[] {
  const failures = [...exceptions.values()].map((exception): FileProblem => ({
    path: exception.path,
    line: exception.line,
    column: 1,
    endLine: null,
    endColumn: null,
    severity: "error",
    source: "run",
    message: exception.message === "" ? exception.type : `${exception.type}: ${exception.message}`,
  }));
  return [...[...found.values()].flat(), ...failures].sort(
    (a, b) => a.path.localeCompare(b.path) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
}

export function countProblems(problems: readonly FileProblem[]): { errors: number; warnings: number } {
  const errors = problems.filter((problem) => problem.severity === "error").length;
  return { errors, warnings: problems.length - errors };
}

/** The problem after (`step` 1) or before (-1) a place, round the ends; null where there is none. */
export function neighbourProblem(
  problems: readonly FileProblem[],
  at: { path: string; line: number; column: number } | null,
  step: 1 | -1,
): FileProblem | null {
  if (problems.length === 0) return null;
  if (at === null) return (step === 1 ? problems[0] : problems.at(-1)) ?? null;
  const order = (problem: FileProblem) =>
    problem.path.localeCompare(at.path) || (problem.line ?? 1) - at.line || (problem.column ?? 1) - at.column;
  const next = step === 1 ? problems.find((problem) => order(problem) > 0) : problems.findLast((problem) => order(problem) < 0);
  return next ?? (step === 1 ? problems[0] : problems.at(-1)) ?? null;
}
