/**
 * Where a spreadsheet starts a formula: also after spaces, and inside a value, because in many countries cells are
 * separated by semicolons, and quotation marks then do not hold such a value together.
 */
const formula = /^(?=\s*[=+\-@\t\r])|(?<=[;\t\r\n])(?=[^\S\t\r\n]*[=+\-@])/g;

/** Without a byte order mark, Excel assumes an older encoding. */
export function csvHead(columns: readonly string[]): string {
  return `\uFEFF${columns.join(",")}\r\n`;
}

/** A line of a table that a spreadsheet opens without running its content. */
export function csvLine(columns: readonly string[], values: Readonly<Record<string, unknown>>): string {
  return `${columns.map((column) => csvValue(values[column])).join(",")}\r\n`;
}

/** An apostrophe makes it text. */
function csvValue(value: unknown): string {
  const text = value === undefined || value === null ? "" : String(value);
  const safe = text.replaceAll(formula, "'");
  return /[",\r\n']|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
