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

/** The methods that only LevelDB has, beyond `AbstractLevel`. */
export type LevelDatabase = AbstractLevel<string | Buffer | Uint8Array, string, string> & {
  batch(writes: readonly Write[], options: { sync: boolean }): Promise<void>;
  compactRange?(start: string, end: string): Promise<void>;
};

/** An open database, on disk or in memory. */
export interface OpenDatabase {
  readonly level: LevelDatabase;
  /** Something was lost: the open deliveries have to be compared with the stored events. */
  readonly isDamaged: boolean;
  /** It was repaired when it was opened, whether requested or not. */
  readonly isRepaired: boolean;
  /**
   * Writes everything or nothing.
   * @param sync whether to wait for the disk
   */
  write(writes: readonly Write[], sync: boolean): Promise<void>;
  /**
   * Checks that its files are still those that were opened.
   * @throws StoreError `REPLACED`
   */
  verify(): void;
  /**
   * Checks, as far as one look can tell, that the latest write went into the existing file.
   * @throws StoreError `REPLACED`
   */
  verifyWritten(): void;
  /** Reads all of it, to verify it. */
  isSound(): Promise<boolean>;
  close(): Promise<void>;
}

/** Where a database can be opened, repeatedly. */
export interface DatabaseSource {
  readonly isDurable: boolean;
  /** The maximum number of events; if missing, the disk is the limit. */
  readonly capacity?: number;
  /**
   * @param notice called with what was found
   * @param isDamaged it was found damaged in use: it is repaired before it is opened
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

/** LevelDB reports system errors only as text, without a number. */
const codesByWords: readonly (readonly [RegExp, string])[] = [
  [/No space left on device/i, "ENOSPC"],
  [/quota exceeded/i, "EDQUOT"],
  [/Read-only file system/i, "EROFS"],
  [/Permission denied/i, "EACCES"],
  [/Operation not permitted/i, "EPERM"],
  [/Too many open files in system/i, "ENFILE"],
  [/Too many open files/i, "EMFILE"],
  [/No such device/i, "UNFIT"],
  // One of its own files: it existed when it was written.
  [/No such file or directory/i, "DAMAGED"],
];

/** What LevelDB says if the disk, or a closed database, is the reason. Anything else is an error of our own. */
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
 * Turns errors of the store and of the system into one kind.
 * @returns `undefined` for any other error: one of our own
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

/** Whether part of the store cannot be read; the rest can be. */
export function isDamage(error: unknown): boolean {
  return toStoreError(error)?.code === "DAMAGED";
}

/** @throws the error as a `StoreError`, or as it is if it is an error of our own */
export function rethrow(error: unknown): never {
  throw toStoreError(error) ?? error;
}
