/** Text as rows of cells, where it is comma-separated values. Pure. */

/** Rows that a table shows at most. */
export const maxTableRows = 500;
const maxColumns = 60;

/** Cells of up to `limit` rows; quotes may hold separators, line ends and doubled quotes. */
export function parseRows(text: string, separator: string, limit: number): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  const endRow = () => {
    row.push(cell);
    cell = "";
    rows.push(row);
    row = [];
  };
  for (let at = 0; at < text.length && rows.length < limit; at += 1) {
    const sign = text[at] ?? "";
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (sign === '"' && cell === "") quoted = true;
    else if (sign === separator) {
      row.push(cell);
      cell = "";
    } else if (sign === "\n") {
      cell = cell.replace(/\r$/, "");
      endRow();
    } else cell += sign;
  }
  if (rows.length < limit && (cell !== "" || row.length > 0)) endRow();
  return rows;
}

/** The text as a table; null where its lines do not part into the same number of cells, two at least. */
export function tableOf(text: string): string[][] | null {
  for (const separator of [",", ";", "\t"]) {
    const rows = parseRows(text, separator, maxTableRows + 1).filter((row) => row.length > 1 || row[0] !== "");
    const width = rows[0]?.length ?? 0;
    // The last row of a body that is kept in part may be torn.
    if (rows.length > 1 && width > 1 && width <= maxColumns && rows.slice(0, -1).every((row) => row.length === width)) return rows;
  }
  return null;
}
