import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";

/** Suffix of a damaged file that LevelDB must not read any more. */
export const asideEnding = ".damaged";

/** LevelDB's files of a kind, including those put aside, the oldest first. */
export function filesIn(folder: string, kind: "log" | "ldb"): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(`.${kind}`) || name.endsWith(`.${kind}${asideEnding}`))
    .sort((one, other) => Number.parseInt(one, 10) - Number.parseInt(other, 10));
}

/** Another process may have removed it meanwhile. */
export async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
