import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Writes a file atomically, for its owner only: readers never see a part of it. Its folder is created if missing.
 * @param file its path
 * @param text its new content
 * @returns whether the disk accepted it
 */
export function replaceFile(file: string, text: string): boolean {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.new`, text, { mode: 0o600 });
    renameSync(`${file}.new`, file);
    return true;
  } catch {
    // The inbox on the same disk reports what is wrong with it.
    return false;
  }
}
