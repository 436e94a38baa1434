import type { AbstractLevel } from "abstract-level";
import type { Notice } from "../inbox";
import { StoreError } from "../store-error";

/** @typeParam Value a text, or its bytes in UTF-8 */
export interface Put<Value extends string | Buffer = string> {
  type: "put";
  key: string;
  value: Value;
}

export interface Del {
  type: "del";
  key: string;
}

/** One write. */
export type Write = Put<string | Buffer> | Del;

/** What `AbstractLevel` has, and only LevelDB can do. */
export type LevelDatabase = AbstractLevel<string | Buffer | Uint8Array, string, string> & {
  batch(writes: readonly Write[], options: { sync: boolean }): Promise<void>;
  compactRange?(start: string, end: string): Promise<void>;
};

/** An open database, on disk or in memory. */
export interface OpenDatabase {
  readonly level: LevelDatabase;
  /** Something was lost: what is open has to be compared with what is kept. */
  readonly isDamaged: boolean;
  /** It was repaired as it was opened, whether that was asked for or not. */
  readonly isRepaired: boolean;
  /**
   * Writes all of it, or nothing.
   * @param sync whether to wait for the disk
   */
  write(writes: readonly Write[], sync: boolean): Promise<void>;
  /**
   * Checks that its files are still those that were opened.
   * @throws StoreError `REPLACED`
   */
  verify(): void;
  /**
   * Checks that what was written a moment ago went into the file that is there: as much as can be told by one look.
   * @throws StoreError `REPLACED`
   */
  verifyWritten(): void;
  /** Reads all of it, to see whether it is as it was written. */
  isSound(): Promise<boolean>;
  close(): Promise<void>;
}

/** Where a database can be opened, again and again. */
export interface DatabaseSource {
  readonly isDurable: boolean;
  /** The most events that it can hold; without it, as many as the disk. */
  readonly capacity?: number;
  /**
   * @param notice told of what was found
   * @param isDamaged it was found to be while it was in use: it is repaired before it is opened
   * @throws StoreError
   */
  open(notice: (notice: Notice) => void, isDamaged?: boolean): Promise<OpenDatabase>;
}

export const put = <Value extends string | Buffer>(key: string, value: Value): Put<Value> => ({
  type: "put",
  key,
  value,
});
export const del = (key: string): Del => ({ type: "del", key });

/** Its own words for what the system said: LevelDB passes on no number. */
const codesByWords: readonly (readonly [RegExp, string])[] = [
  [/No space left on device/i, "ENOSPC"],
  [/quota exceeded/i, "EDQUOT"],
  [/Read-only file system/i, "EROFS"],
  [/Permission denied/i, "EACCES"],
  [/Operation not permitted/i, "EPERM"],
  [/Too many open files in system/i, "ENFILE"],
  [/Too many open files/i, "EMFILE"],
  [/No such device/i, "UNFIT"],
  // One of its own files: it was there when it was written.
  [/No such file or directory/i, "DAMAGED"],
];

/** What LevelDB says where the disk, or the end of the database, is the reason. What else it says is a fault of ours. */
const codesByCode: Readonly<Record<string, string>> = {
  LEVEL_LOCKED: "INUSE",
  LEVEL_CORRUPTION: "DAMAGED",
  LEVEL_IO_ERROR: "EIO",
  LEVEL_DATABASE_NOT_OPEN: "EIO",
  LEVEL_DATABASE_NOT_CLOSED: "EIO",
  LEVEL_ITERATOR_NOT_OPEN: "EIO",
  LEVEL_ABORTED: "EIO",
};

/**
 * The store's own errors, and the system's, as one kind.
 * @returns `undefined` for an error that is neither: a fault of ours
 */
export function toStoreError(error: unknown): StoreError | undefined {
  if (error instanceof StoreError) return error;
  if (!(error instanceof Error)) return undefined;
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  if (typeof code !== "string") return undefined;
  const byCause = code === "LEVEL_DATABASE_NOT_OPEN" ? toStoreError(cause) : undefined;
  if (byCause) return byCause;
  const byWords =
    code === "LEVEL_IO_ERROR" ? codesByWords.find(([words]) => words.test(error.message))?.[1] : undefined;
  const known = byWords ?? codesByCode[code] ?? (/^E[A-Z0-9]+$/.test(code) ? code : undefined);
  return known === undefined ? undefined : new StoreError(known, error);
}

/** Whether a part of the store cannot be read: the rest can be. */
export function isDamage(error: unknown): boolean {
  return toStoreError(error)?.code === "DAMAGED";
}

/** @throws the error as a `StoreError`, or as it is where it is a fault of ours */
export function rethrow(error: unknown): never {
  throw toStoreError(error) ?? error;
}
