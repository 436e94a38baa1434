import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { StoreError } from "../store-error";

/**
 * LevelDB keeps its files open, and does not notice if they are removed or replaced. This checks them.
 */
export class WatchedFiles {
  readonly #folder: string;
  readonly #liveTables: () => readonly number[];
  /** Written only when the database is opened. */
  readonly #opened: string;
  /** When the folder last changed; since then, no file was added or removed. */
  #changed = -1;
  #log = { number: 0, identity: "", size: 0 };

  /**
   * @param folder where they are
   * @param liveTables the numbers of the tables that the database reads
   */
  constructor(folder: string, liveTables: () => readonly number[]) {
    this.#folder = folder;
    this.#liveTables = liveTables;
    this.#opened = this.#identity();
  }

  /** @throws StoreError `REPLACED` if they are no longer the same */
  verify(): void {
    if (this.#identity() !== this.#opened) throw new StoreError("REPLACED");
    const changed = statSync(this.#folder, { throwIfNoEntry: false })?.mtimeMs ?? -2;
    if (changed !== this.#changed) this.#verifyNames();
    this.#changed = changed;
    this.#verifyLog();
  }

  /** A write makes the log longer; if it has not, LevelDB has started another, or writes to a file that nobody finds. */
  verifyWritten(): void {
    const before = this.#log.size;
    this.#verifyLog();
    if (this.#log.identity === "" || this.#log.size === before) this.verify();
  }

  /** The lock keeps others out only while it is the file that they would find. */
  #identity(): string {
    const current = statSync(join(this.#folder, "CURRENT"), { throwIfNoEntry: false });
    const lock = statSync(join(this.#folder, "LOCK"), { throwIfNoEntry: false });
    return [current?.dev, current?.ino, current?.size, current?.mtimeMs, lock?.ino].join(" ");
  }

  #verifyNames(): void {
    const names = new Set(readNames(this.#folder));
    const logs = Array.from(names, (name) => (name.endsWith(".log") ? Number.parseInt(name, 10) : 0));
    const newest = Math.max(0, ...logs);
    if (newest === 0 || newest < this.#log.number) throw new StoreError("REPLACED");
    if (newest > this.#log.number) this.#log = { number: newest, identity: "", size: 0 };
    const missing = this.#liveTables().filter((number) => !names.has(tableName(number)));
    // A table created since the folder was read exists by now; an obsolete one is no longer live.
    const isMissing = (number: number) => !existsSync(join(this.#folder, tableName(number)));
    if (missing.some(isMissing) && this.#liveTables().some((number) => missing.includes(number) && isMissing(number)))
      throw new StoreError("REPLACED");
  }

  /** Writes go to the end of the newest log: it is the same file as before, and never shorter. */
  #verifyLog(): void {
    const log = statSync(join(this.#folder, numbered(this.#log.number, "log")), { throwIfNoEntry: false });
    if (!log) {
      // LevelDB has started another since the folder was checked.
      this.#verifyNames();
      return;
    }
    const identity = `${log.dev} ${log.ino}`;
    if (this.#log.identity !== "" && (identity !== this.#log.identity || log.size < this.#log.size))
      throw new StoreError("REPLACED");
    this.#log.identity = identity;
    this.#log.size = log.size;
  }
}

function readNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    throw new StoreError("REPLACED");
  }
}

function tableName(number: number): string {
  return numbered(number, "ldb");
}

function numbered(number: number, ending: string): string {
  return `${String(number).padStart(6, "0")}.${ending}`;
}
