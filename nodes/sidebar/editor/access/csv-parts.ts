import { isBlank, recordsOf, unclosed } from "../../../../src/access/csv";

/** The size of a body that Node-RED accepts: 5 MB by default. */
const max = { rows: 20_000, characters: 1_000_000 };

/** A table in parts that can be sent one after the other. */
export interface CsvParts {
  /** Each with the header line, and the number of rows before it. */
  readonly parts: readonly { readonly csv: string; readonly rowsBefore: number }[];
  /** The line of each row in the table, counted from 1. */
  readonly lineOfRow: readonly number[];
}

/** Splits a table. An unreadable one stays whole: Node-RED says what is wrong. */
export function csvParts(text: string, { rows, characters } = max): CsvParts {
  const lineOfRow: number[] = [];
  const parts: { csv: string; rowsBefore: number }[] = [];
  let head: string | undefined;
  let part = { from: 0, to: 0, rowsBefore: 0 };
  let line = 1;
  const finish = () => parts.push({ csv: (head ?? "") + text.slice(part.from, part.to), rowsBefore: part.rowsBefore });
  for (const record of recordsOf(text)) {
    if (record === unclosed) return { parts: [{ csv: text, rowsBefore: 0 }], lineOfRow: [] };
    const { start, end } = record;
    const beginsAt = line;
    const written = text.slice(start, end);
    line += written.split("\n").length - 1;
    if (isBlank(record)) continue;
    if (head === undefined) {
      head = written;
      part = { from: end, to: end, rowsBefore: 0 };
      continue;
    }
    const isFull = lineOfRow.length - part.rowsBefore >= rows || end - part.from > characters;
    if (isFull && lineOfRow.length > part.rowsBefore) {
      finish();
      part = { from: start, to: end, rowsBefore: lineOfRow.length };
    }
    part.to = end;
    lineOfRow.push(beginsAt);
  }
  finish();
  return { parts, lineOfRow };
}
