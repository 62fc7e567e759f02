/** What differs between two runs, apart from bodies and logs: the summary, the headers, and one sentence. Pure. */
import type { KeptBody, Run, RunExchange, SentHeader } from "../../../engine/contract/index.ts";
import { readHeaderText } from "../../api/header-text.ts";
import { formatBytes, formatDuration } from "../../ui/format.ts";
import { runStateWord } from "../../ui/run-state.tsx";
import { headerName, timingRows } from "../runs/index.ts";

export interface ComparedRow {
  label: string;
  /** Null: it is not there. */
  a: string | null;
  b: string | null;
  /** "Same", "Changed", "Only in A", "Only in B", or how much: "+17 ms". */
  verdict: string;
  same: boolean;
}

function verdictOf(a: string | null, b: string | null): string {
  if (a === b) return "Same";
  return a === null ? "Only in B" : b === null ? "Only in A" : "Changed";
}

function rowOf(label: string, a: string | null, b: string | null, verdict = verdictOf(a, b)): ComparedRow {
  return { label, a, b, verdict, same: a === b };
}

const signed = (value: number, format: (value: number) => string): string => `${value < 0 ? "−" : "+"}${format(Math.abs(value))}`;

const outcomeOf = (run: Run): string => [runStateWord(run.state), run.status].filter((part) => part !== null).join(", ");
const timeOf = (run: Run): string => `${formatDuration(run.durationMs)}, ${run.cold ? "cold" : "warm"}`;
const codeOf = (run: Run): string | null => (run.digest === "" ? null : run.digest.slice(0, 8));

/** Rows that always stand there, then those that differ. Times always differ, so their row does not count as a difference. */
export function summaryRows(a: Run, b: Run): ComparedRow[] {
  const params = [...new Set([...Object.keys(a.params), ...Object.keys(b.params)])].sort();
  const rarely: ComparedRow[] = [
    rowOf("Storlet", a.storlet, b.storlet),
    rowOf("Request", `${a.door} ${a.object}`, `${b.door} ${b.object}`),
    rowOf("Profile", a.profile, b.profile),
    rowOf("Sandbox", a.sandbox, b.sandbox),
    rowOf("Image", a.image, b.image),
  ];
  return [
    rowOf("Outcome", outcomeOf(a), outcomeOf(b)),
    { ...rowOf("Time", timeOf(a), timeOf(b), signed(b.durationMs - a.durationMs, formatDuration)), same: true },
    ...rarely.filter(({ same }) => !same),
    ...params.map((name) => rowOf(`Parameter ${name}`, a.params[name] ?? null, b.params[name] ?? null)),
    rowOf("Code", codeOf(a), codeOf(b)),
    rowOf(
      "Body out",
      formatBytes(a.bytesOut),
      formatBytes(b.bytesOut),
      a.bytesOut === b.bytesOut ? "Same" : signed(b.bytesOut - a.bytesOut, formatBytes),
    ),
    ...(a.problem === null && b.problem === null ? [] : [rowOf("Problem", a.problem?.message ?? null, b.problem?.message ?? null)]),
  ];
}

function differenceOf(a: number | null, b: number | null): string {
  if (a === null || b === null) return "";
  return Math.abs(b - a) < 1 ? "About the same" : signed(b - a, formatDuration);
}

/** The phases of both beside each other. Times always differ, so none of these counts as a difference. */
export function timeRows(a: Run, b: Run): ComparedRow[] {
  const [left, right] = [timingRows(a), timingRows(b)];
  return left.flatMap(({ name, word, text }, index) => {
    const other = right[index];
    const [x, y] = [a, b].map(({ phases }) => phases.find((phase) => phase.name === name)?.durationMs ?? null);
    if (other === undefined || (x == null && y == null)) return [];
    return [{ label: word, a: text, b: other.text, verdict: differenceOf(x ?? null, y ?? null), same: true }];
  });
}

/** Different in every answer, whatever was asked. */
const volatile = new Set(["date", "x-trans-id", "x-openstack-request-id", "set-cookie"]);

/** The response headers that differ, and how many are equal. */
export function headerRows(a: readonly SentHeader[], b: readonly SentHeader[]): { rows: ComparedRow[]; equal: number } {
  const valuesOf = (headers: readonly SentHeader[]) => new Map(headers.map(({ name, value }) => [name, readHeaderText(value)]));
  const [left, right] = [valuesOf(a), valuesOf(b)];
  const names = [...new Set([...left.keys(), ...right.keys()])].filter((name) => !volatile.has(name)).sort();
  const rows = names.map((name) => rowOf(headerName(name), left.get(name) ?? null, right.get(name) ?? null));
  return { rows: rows.filter(({ same }) => !same), equal: rows.filter(({ same }) => same).length };
}

/** Whether two bodies are the same, as far as can be known from what was recorded; null where it cannot. */
export function sameBodies(a: KeptBody | null, b: KeptBody | null): boolean | null {
  if ((a?.sizeBytes ?? 0) !== (b?.sizeBytes ?? 0)) return false;
  if ((a?.sizeBytes ?? 0) === 0) return true;
  if (a === null || b === null || a.ref === null || b.ref === null) return null;
  if (a.ref !== b.ref) return false;
  // The fronts are the same; beyond them nothing was kept.
  return a.keptBytes === a.sizeBytes ? true : null;
}

/** "Same outcome, different body". */
export function compareSentence(a: Run, b: Run, left: RunExchange | null, right: RunExchange | null): string {
  const outcome = outcomeOf(a) === outcomeOf(b) ? "Same outcome" : "Different outcome";
  if (left === null || right === null)
    return `${outcome}; what was sent and came back is not kept of ${left === right ? "both" : left === null ? "A" : "B"}`;
  const same = sameBodies(left.response.body, right.response.body);
  return `${outcome}, ${same === null ? "body not known whole" : same ? "same body" : "different body"}`;
}

/** A log line without what differs from run to run: times, process ids, ids of runs and transactions. */
export function logKey(line: string): string {
  return line
    .replaceAll(/\btx[0-9a-f]{21}-[0-9a-f]{10}\b/g, "tx#")
    .replaceAll(/\b\d+(?:[.,]\d+)?\s?(?:ms|s|µs|us|min)\b/g, "# ms")
    .replaceAll(/\b(pid|process|run)[ =:]+[0-9a-f]+\b/gi, "$1 #")
    .replaceAll(/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?Z?\b/g, "#")
    .replaceAll(/\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b/g, "#");
}
