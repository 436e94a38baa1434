import { readFileSync, rmSync, writeFileSync } from "node:fs";

/** After this many openings in a row that ended the process, the store is to blame. */
const mostUnfinished = 3;

/**
 * Opens a store so that a damaged one cannot keep Node-RED from starting: LMDB trusts what is in its file, and can end the
 * whole process over it. A note beside the store tells the next start how many openings did not come to an end.
 * @param folder the store's
 * @param open opens it; told whether to give the store up
 * @returns what `open` returned
 */
export function openGuarded<Result>(folder: string, open: (isHopeless: boolean) => Result): Result {
  const note = `${folder}.opening`;
  const unfinished = read(note);
  write(note, unfinished + 1);
  try {
    return open(unfinished >= mostUnfinished);
  } finally {
    rmSync(note, { force: true });
  }
}

function read(note: string): number {
  try {
    return Number(readFileSync(note, "utf8")) || 0;
  } catch {
    return 0;
  }
}

function write(note: string, unfinished: number): void {
  try {
    writeFileSync(note, String(unfinished), { mode: 0o600 });
  } catch {
    // Where nothing can be written, opening the store says why.
  }
}
