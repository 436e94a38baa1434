import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { StoreError } from "../store-error";

/**
 * LevelDB keeps its files open, and does not see that they were removed, or others put in their place. This looks at them.
 */
export class WatchedFiles {
  readonly #folder: string;
  readonly #liveTables: () => readonly number[];
  /** Written only when it is opened. */
  readonly #opened: string;
  /** When the folder had last changed; while it has not, no file was added or removed. */
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

  /** @throws StoreError `REPLACED` where they are not what they were */
  verify(): void {
    if (this.#identity() !== this.#opened) throw new StoreError("REPLACED");
    const changed = statSync(this.#folder, { throwIfNoEntry: false })?.mtimeMs ?? -2;
    if (changed !== this.#changed) this.#verifyNames();
    this.#changed = changed;
    this.#verifyLog();
  }

  /** What was written has made the log longer; where it has not, LevelDB has begun another, or writes where nobody finds it. */
  verifyWritten(): void {
    const before = this.#log.size;
    this.#verifyLog();
    if (this.#log.identity === "" || this.#log.size === before) this.verify();
  }

  /** The lock keeps others out only as long as it is the one that they would find. */
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
    // One that was made since the folder was read is there by now; one that is done with is not live any more.
    const isMissing = (number: number) => !existsSync(join(this.#folder, tableName(number)));
    if (missing.some(isMissing) && this.#liveTables().some((number) => missing.includes(number) && isMissing(number)))
      throw new StoreError("REPLACED");
  }

  /** What is written goes to the end of the newest log: it is the same file as before, and never shorter. */
  #verifyLog(): void {
    const log = statSync(join(this.#folder, numbered(this.#log.number, "log")), { throwIfNoEntry: false });
    if (!log) {
      // Since the folder was looked at, LevelDB has begun another.
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
