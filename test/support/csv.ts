/**
 * Reads CSV strictly as RFC 4180 has it.
 * @returns the records, the header among them
 * @throws SyntaxError where it is not RFC 4180
 */
export function parseCsv(text: string): string[][] {
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  const records: string[][] = [];
  let record: string[] = [];
  while (field.lastIndex < text.length) {
    const start = field.lastIndex;
    const found = field.exec(text);
    if (!found)
      throw new SyntaxError(`Not RFC 4180 from character ${start}: ${JSON.stringify(text.slice(start, start + 40))}`);
    record.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? "");
    if (found[3] === ",") continue;
    records.push(record);
    record = [];
  }
  if (record.length > 0) throw new SyntaxError("The last record has no end.");
  return records;
}

/**
 * Reads a CSV file that starts with column names.
 * @returns one object per row
 */
export function parseCsvRows(text: string): Record<string, string>[] {
  const [columns = [], ...records] = parseCsv(text.replace(/^\uFEFF/, ""));
  return records.map((record) => {
    if (record.length !== columns.length)
      throw new SyntaxError(`${record.length} fields for ${columns.length} columns`);
    return Object.fromEntries(columns.map((column, index) => [column, record[index] ?? ""]));
  });
}
