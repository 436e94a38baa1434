/**
 * Reads CSV: values separated by comma, semicolon or tab, quoted where needed (RFC 4180), column names in the first line.
 * @param text the file
 * @returns an object per line, keyed by column, in steps that do not hold up the event loop; `undefined` if the encoding is not
 * UTF-8, or a quote is never closed, so that lines cannot be told apart
 * @example await readCsv("fob;name\nBC614E;Maria"); // [{ fob: "BC614E", name: "Maria" }]
 */
export async function readCsv(text: string): Promise<Record<string, string>[] | undefined> {
  if (text.includes("\0")) return undefined;
  const rows: Record<string, string>[] = [];
  let names: string[] | undefined;
  for (const record of recordsOf(text.replace(/^\ufeff/, ""))) {
    if (record === unclosed) return undefined;
    const { values: line } = record;
    if (isBlank(record)) continue;
    if (names) rows.push(rowOf(line, names));
    else names = line.map((name) => name.trim());
    if (rows.length % linesAtOnce === 0) await new Promise(setImmediate);
  }
  return rows;
}

const linesAtOnce = 1_000;

/** Counts values, which the text limits; counting names could mean thousands per line. */
function rowOf(line: readonly string[], names: readonly string[]): Record<string, string> {
  return Object.fromEntries(line.slice(0, names.length).map((value, index) => [names[index] ?? "", plain(value)]));
}

/** Tables made for spreadsheets have an apostrophe before anything that would be a formula. */
function plain(value: string): string {
  return value.replace(/^'(?=\s*[=+\-@])/, "");
}

/** Stands for a last record that does not end. */
export const unclosed = "unclosed";

/** The text between two line ends, and where it is; a quoted value may contain line ends. */
interface CsvRecord {
  readonly values: readonly string[];
  readonly start: number;
  /** After its line end. */
  readonly end: number;
}

/** Such a record is not a row. */
export function isBlank({ values }: CsvRecord): boolean {
  return values.every((value) => value.trim() === "");
}

/** Splits a table into records. */
export function* recordsOf(text: string): Generator<CsvRecord | typeof unclosed> {
  const separator = separatorOf(text);
  let start = 0;
  let line: string[] = [];
  let value = "";
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (isQuoted) {
      if (character !== '"') value += character;
      else if (text.charAt(at + 1) === '"') {
        value += '"';
        at += 1;
      } else isQuoted = false;
    } else if (character === '"' && value === "") isQuoted = true;
    else if (character === separator || character === "\n") {
      line.push(value);
      value = "";
      if (character === separator) continue;
      yield { values: line, start, end: at + 1 };
      line = [];
      start = at + 1;
    } else if (character !== "\r") value += character;
  }
  yield isQuoted ? unclosed : { values: [...line, value], start, end: text.length };
}

/** The separator that is most frequent in the first line. */
function separatorOf(text: string): string {
  const [first = ""] = text.split("\n", 1);
  const count = (character: string) => first.split(character).length;
  return [",", ";", "\t"].reduce((best, each) => (count(each) > count(best) ? each : best));
}
