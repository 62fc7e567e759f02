/** User metadata while it is edited: what changed, what Swift would refuse, and the headers of the POST that replaces it. Pure. */
import { headerText } from "./swift-requests.ts";

export interface MetadataRow {
  /** Without X-Object-Meta-. */
  name: string;
  value: string;
}

/** Swift's default limits, in bytes. */
const limits = { name: 128, value: 256, count: 90, all: 4096 } as const;

/** Headers that a POST replaces together with the metadata, so they are sent along. */
const kept = ["content-type", "content-encoding", "content-disposition", "content-language", "cache-control", "expires", "x-delete-at"];

const bytesOf = (text: string): number => new TextEncoder().encode(text).byteLength;
const isBlank = ({ name, value }: MetadataRow): boolean => name === "" && value === "";

/** How many rows differ from what is stored: changed, added or taken away. */
export function countChanges(stored: readonly MetadataRow[], edited: readonly MetadataRow[]): number {
  const before = new Map(stored.map(({ name, value }) => [name.toLowerCase(), value]));
  const after = new Map(edited.filter((row) => !isBlank(row)).map(({ name, value }) => [name.toLowerCase(), value]));
  let changes = 0;
  for (const [name, value] of after) if (before.get(name) !== value) changes += 1;
  for (const name of before.keys()) if (!after.has(name)) changes += 1;
  return changes;
}

/** What is wrong with a row, with the fix; null where nothing is. */
export function rowProblem(rows: readonly MetadataRow[], index: number): string | null {
  const row = rows[index];
  if (row === undefined || isBlank(row)) return null;
  if (row.name === "") return "Give it a name.";
  if (!/^[!#$%&'*+.^`|~0-9A-Za-z-]+$/.test(row.name)) return "Use letters, digits and hyphens in the name.";
  if (rows.slice(0, index).some(({ name }) => name.toLowerCase() === row.name.toLowerCase())) return `${row.name} is set above already.`;
  if (bytesOf(row.name) > limits.name) return `A name has at most ${limits.name} bytes.`;
  if (bytesOf(row.value) > limits.value) return `A value has at most ${limits.value} bytes; this has ${bytesOf(row.value)}.`;
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(row.value)) return "A value is one line without control characters.";
  return row.value.trim() === row.value ? null : "A header drops spaces at its ends. Take them out.";
}

/** What is wrong with all rows together. */
export function setProblem(rows: readonly MetadataRow[]): string | null {
  const filled = rows.filter((row) => !isBlank(row));
  if (filled.length > limits.count) return `Swift keeps at most ${limits.count} items; these are ${filled.length}.`;
  const size = filled.reduce((sum, { name, value }) => sum + bytesOf(name) + bytesOf(value), 0);
  return size > limits.all ? `Swift keeps at most ${limits.all} bytes of metadata; this is ${size}.` : null;
}

/** Every header of the POST: it replaces, so all of the metadata goes, and what else it would take away. */
export function postHeaders(rows: readonly MetadataRow[], stored: Headers): [string, string][] {
  const others = kept.flatMap((name): [string, string][] => {
    const value = headerText(stored, name);
    return value === null ? [] : [[name, value]];
  });
  return [...others, ...rows.filter((row) => !isBlank(row)).map(({ name, value }): [string, string] => [`X-Object-Meta-${name}`, value])];
}
