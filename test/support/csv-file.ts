import { existsSync, readFileSync } from "node:fs";
import { parseCsvRows } from "./csv";
import { waitFor } from "./wait-for";

/** Waits until a CSV file has at least `count` rows, and returns all of them. */
export function waitForRows(file: string, count: number): Promise<Record<string, string>[]> {
  const read = () => (existsSync(file) ? parseCsvRows(readFileSync(file, "utf8")) : []);
  return waitFor(
    () => {
      const rows = read();
      return rows.length >= count ? rows : undefined;
    },
    () => `${read().length} of ${count} rows are in the file`,
  );
}
