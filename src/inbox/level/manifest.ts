import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readBatches } from "./log-files";
import { readVarint } from "./snappy";

/** The fields of a change to the files. A text is preceded by its length; everything else is a number. */
const fields: Readonly<Record<number, readonly ("number" | "text")[]>> = {
  1: ["text"],
  2: ["number"],
  3: ["number"],
  4: ["number"],
  5: ["number", "text"],
  6: ["number", "number"],
  7: ["number", "number", "number", "text", "text"],
  9: ["number"],
};
const removedTable = 6;
const newTable = 7;

/**
 * The tables that belong to a closed database: there may also be an unfinished one beside them.
 * @returns their numbers; `undefined` if unknown
 */
export async function readLiveTables(folder: string): Promise<Set<number> | undefined> {
  try {
    const name = (await readFile(join(folder, "CURRENT"), "utf8")).trim();
    const batches = await readBatches(await readFile(join(folder, name)));
    const live = new Set<number>();
    if (!batches.every(({ isWhole, bytes }) => isWhole && apply(bytes, live))) return undefined;
    return live;
  } catch {
    return undefined;
  }
}

/** @returns whether it could be read to the end */
function apply(change: Buffer, live: Set<number>): boolean {
  for (let at = 0; at < change.length; ) {
    const tag = readVarint(change, at);
    const types = tag && fields[tag.value];
    if (!types) return false;
    at = tag.end;
    const numbers: number[] = [];
    for (const type of types) {
      const number = readVarint(change, at);
      if (!number) return false;
      numbers.push(number.value);
      at = number.end + (type === "text" ? number.value : 0);
    }
    const [, table = 0] = numbers;
    if (tag.value === newTable) live.add(table);
    if (tag.value === removedTable) live.delete(table);
  }
  return true;
}
