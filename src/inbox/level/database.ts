import type { AbstractLevel } from "abstract-level";
import type { Notice } from "../inbox";
import { StoreError } from "../store-error";

/** One write. */
export type Write = { type: "put"; key: string; value: string } | { type: "del"; key: string };

/** What `AbstractLevel` has, and only LevelDB can do. */
export type LevelDatabase = AbstractLevel<string | Buffer | Uint8Array, string, string> & {
  batch(writes: readonly Write[], options: { sync: boolean }): Promise<void>;
  compactRange?(start: string, end: string): Promise<void>;
};

/** An open database, on disk or in memory. */
export interface OpenDatabase {
  readonly level: LevelDatabase;
  /**
   * Checks that its files are still those that were opened.
   * @throws StoreError `REPLACED`
   */
  verify(): void;
  close(): Promise<void>;
}

/** Where a database can be opened, again and again. */
export interface DatabaseSource {
  readonly isDurable: boolean;
  /** The most events that it can hold; without it, as many as the disk. */
  readonly capacity?: number;
  /**
   * @param notice told of what was found
   * @throws StoreError
   */
  open(notice: (notice: Notice) => void): Promise<OpenDatabase>;
}

export const put = (key: string, value: string): Write => ({ type: "put", key, value });
export const del = (key: string): Write => ({ type: "del", key });

/** Its own words for what the system said: LevelDB passes on no number. */
const codesByWords: readonly (readonly [RegExp, string])[] = [
  [/No space left on device/i, "ENOSPC"],
  [/quota exceeded/i, "EDQUOT"],
  [/Read-only file system/i, "EROFS"],
  [/Permission denied/i, "EACCES"],
  [/Operation not permitted/i, "EPERM"],
  [/No such device/i, "UNFIT"],
];

/**
 * The store's own errors, and the system's, as one kind.
 * @returns `undefined` for an error that is neither: a fault of ours
 */
export function toStoreError(error: unknown): StoreError | undefined {
  if (error instanceof StoreError) return error;
  if (!(error instanceof Error)) return undefined;
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  if (typeof code !== "string") return undefined;
  if (code === "LEVEL_DATABASE_NOT_OPEN" && cause) return toStoreError(cause);
  if (code === "LEVEL_LOCKED") return new StoreError("INUSE", error);
  if (code === "LEVEL_CORRUPTION") return new StoreError("DAMAGED", error);
  if (/^E[A-Z0-9]+$/.test(code)) return new StoreError(code, error);
  if (!code.startsWith("LEVEL_")) return undefined;
  return new StoreError(codesByWords.find(([words]) => words.test(error.message))?.[1] ?? "EIO", error);
}

/** @throws the error as a `StoreError`, or as it is where it is a fault of ours */
export function rethrow(error: unknown): never {
  throw toStoreError(error) ?? error;
}
