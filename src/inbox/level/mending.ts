import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { asideEnding, filesIn, readIfThere } from "./data-files";
import { type LevelDatabase, type Put, rethrow, type Write } from "./database";
import { readOpenRow } from "./rows";
import { readTable } from "./table-file";

/**
 * The damaged tables, including those put aside before.
 * @param live the numbers of the tables to check; all of them if unknown
 */
export async function damagedTables(folder: string, live?: ReadonlySet<number>): Promise<string[]> {
  const damaged: string[] = [];
  for (const name of filesIn(folder, "ldb")) {
    if (name.endsWith(asideEnding)) damaged.push(name);
    else if (!live || live.has(Number.parseInt(name, 10))) {
      const bytes = await readIfThere(join(folder, name));
      if (bytes && !(await readTable(bytes).isSound())) damaged.push(name);
    }
  }
  return damaged;
}

/**
 * Hides files from LevelDB, which would take damaged rows for good ones, or crash the process.
 * @returns their new names
 */
export function putFilesAside(folder: string, names: readonly string[]): string[] {
  return names.map((name) => {
    if (name.endsWith(asideEnding)) return name;
    renameSync(join(folder, name), join(folder, name + asideEnding));
    return name + asideEnding;
  });
}

/** Writes what is readable in a damaged table, unless the database has something newer; then the table is no longer needed. */
export async function takeBackTable(level: LevelDatabase, file: string): Promise<void> {
  const bytes = await readIfThere(file);
  const rows = bytes ? readTable(bytes).rows() : [];
  const puts = rows.filter((row): row is Put => row.type === "put");
  const closedHere = new Set(puts.filter(({ key }) => key.startsWith("d")).map(({ key }) => key));
  const known = await level.getMany(puts.map(({ key }) => key)).catch(rethrow);
  const closedKeys = rows.map(({ key }) => `d${key.slice(1)}`);
  const closed = await level.getMany(closedKeys).catch(rethrow);
  const isClosed = new Set(closedKeys.filter((key, index) => closed[index] !== undefined || closedHere.has(key)));
  const taken = puts.filter((row, index) => {
    const isOpen = row.key.startsWith("w");
    if (isOpen && isClosed.has(`d${row.key.slice(1)}`)) return false;
    return known[index] === undefined || (isOpen && attemptOf(row.key, row.value) > attemptOf(row.key, known[index]));
  });
  // An older table may still contain what has since been finished.
  const removed = rows.filter(
    ({ type, key }) => type === "del" && key.startsWith("w") && isClosed.has(`d${key.slice(1)}`),
  );
  const writes: readonly Write[] = [...taken, ...removed];
  await level.batch(writes, { sync: true });
  rmSync(file, { force: true });
}

function attemptOf(key: string, row: string): number {
  return readOpenRow(key, row)?.attempt ?? -1;
}
