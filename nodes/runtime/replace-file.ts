import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Writes a file for its owner only, all of it or nothing: who reads it never finds a part. Its folder is made where there is none.
 * @param file its path
 * @param text what it is to hold
 * @returns whether the disk has taken it
 */
export function replaceFile(file: string, text: string): boolean {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.new`, text, { mode: 0o600 });
    renameSync(`${file}.new`, file);
    return true;
  } catch {
    // The inbox on the same disk says what is wrong with it.
    return false;
  }
}
