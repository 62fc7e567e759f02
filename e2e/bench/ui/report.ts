/** What a measured budget looks like: as a row of the table and as a value in the JSON. */

/** One budget beside what was measured. Where nothing can be measured, `measured` is null and the note says why. */
export interface UiRow {
  readonly area: string;
  /** At most; with `least`, at least. Null for a figure that only explains another row. */
  readonly budget: number | null;
  readonly least?: true;
  readonly measured: number | null;
  readonly unit: string;
  /** What was measured, and how. */
  readonly note: string;
}

/** True where the budget is kept; null where there is none or nothing was measured. */
function isMet({ budget, measured, least }: UiRow): boolean | null {
  if (budget === null || measured === null) return null;
  return least ? measured >= budget : measured <= budget;
}

function show(value: number, unit: string): string {
  const digits = value >= 100 || Number.isInteger(value) ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${unit}`;
}

/** The row as a line of the table. */
export function formatRow(row: UiRow): string {
  const budget = row.budget === null ? "" : `${row.least ? "≥" : "≤"} ${show(row.budget, row.unit)}`;
  const measured = row.measured === null ? "not measured" : show(row.measured, row.unit);
  const met = isMet(row);
  return `${row.area.padEnd(58)} ${budget.padStart(14)} ${measured.padStart(14)}  ${(met === null ? "" : met ? "met" : "MISSED").padEnd(6)}  ${row.note}`.trimEnd();
}

/** The row with its verdict, for the JSON. */
export function rowValue(row: UiRow): UiRow & { met: boolean | null } {
  return { ...row, met: isMet(row) };
}
