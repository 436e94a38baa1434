/**
 * Where a spreadsheet begins a formula: also behind spaces, and in the middle of a value, because in many countries cells are
 * apart by semicolons, and quotation marks then do not hold such a value together.
 */
const formula = /^(?=\s*[=+\-@\t\r])|(?<=[;\t\r\n])(?=[^\S\t\r\n]*[=+\-@])/g;

/** Without the mark at the beginning, Excel takes a file for an older encoding. */
export function csvHead(columns: readonly string[]): string {
  return `\uFEFF${columns.join(",")}\r\n`;
}

/** A line of a table that a spreadsheet opens without running what is in it. */
export function csvLine(columns: readonly string[], values: Readonly<Record<string, unknown>>): string {
  return `${columns.map((column) => csvValue(values[column])).join(",")}\r\n`;
}

/** With an apostrophe before it, it is text. */
function csvValue(value: unknown): string {
  const text = value === undefined || value === null ? "" : String(value);
  const safe = text.replaceAll(formula, "'");
  return /[",\r\n']|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
