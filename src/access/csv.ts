/**
 * Reads CSV: comma, semicolon or tab between values, quotes where a value needs them (RFC 4180), names in the first line.
 * @param text the file
 * @returns an object for each line, by the names, in steps that do not hold up the event loop; `undefined` where it is in another encoding than
 * UTF-8, or a quote is never closed: then nobody can tell its lines apart
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

/** By the values, of which there are as many as there is text; of the names, each line could have thousands. */
function rowOf(line: readonly string[], names: readonly string[]): Record<string, string> {
  return Object.fromEntries(line.slice(0, names.length).map((value, index) => [names[index] ?? "", plain(value)]));
}

/** A table that a spreadsheet may open has an apostrophe before what would be a formula there. */
function plain(value: string): string {
  return value.replace(/^'(?=\s*[=+\-@])/, "");
}

/** In place of a last record that does not end. */
export const unclosed = "unclosed";

/** What stands between two ends of lines, and where; a value in quotes may have some in it. */
export interface CsvRecord {
  readonly values: readonly string[];
  readonly start: number;
  /** Behind the end of its line. */
  readonly end: number;
}

/** Such a record is no row. */
export function isBlank({ values }: CsvRecord): boolean {
  return values.every((value) => value.trim() === "");
}

/** Tells the records of a table apart. */
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

/** The one that the first line has most of. */
function separatorOf(text: string): string {
  const [first = ""] = text.split("\n", 1);
  const count = (character: string) => first.split(character).length;
  return [",", ";", "\t"].reduce((best, each) => (count(each) > count(best) ? each : best));
}
