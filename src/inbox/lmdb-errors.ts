import { statfsSync } from "node:fs";
import { constants } from "node:os";
import { StoreError } from "./store-error";

/** A disk with less room than this, in bytes, is full. */
const leastRoom = 1024 * 1024;

/**
 * What made a write fail. LMDB rejects a commit without a reason: that is in a promise of its own, which must be caught as well.
 * @param error what LMDB rejected with
 * @param folder the store's
 */
export async function toStoreError(error: unknown, folder: string): Promise<StoreError> {
  if (error instanceof StoreError) return error;
  const reason = await Promise.resolve((error as { commitError?: unknown } | undefined)?.commitError).then(
    () => error,
    (commitError: unknown) => commitError,
  );
  const code = codeOf(reason);
  // LMDB calls it an input/output error where there was room for a part of what it wrote.
  return new StoreError(code === "EIO" && isFull(folder) ? "ENOSPC" : code, reason);
}

/** The system's name of an error, such as `ENOSPC`. LMDB reports it by its number or by its text. */
export function codeOf(error: unknown): string {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (typeof code === "string" && /^E[A-Z]+$/.test(code)) return code;
  const byNumber = Object.entries(constants.errno).find(([, number]) => number === code);
  if (byNumber) return byNumber[0];
  return codesByText.find(([text]) => String(message ?? "").includes(text))?.[1] ?? "EIO";
}

const codesByText: readonly (readonly [string, string])[] = [
  ["No space left", "ENOSPC"],
  ["MDB_MAP_FULL", "ENOSPC"],
  ["Read-only file system", "EROFS"],
  ["Permission denied", "EACCES"],
];

/** Whether an error means that what is in the file is damaged. */
export function isDamage(error: unknown): boolean {
  return /MDB_(CORRUPTED|PAGE_NOTFOUND|INVALID|VERSION_MISMATCH|BAD_|INCOMPATIBLE|PANIC)/.test(String(error));
}

/**
 * Whether there is too little room on a disk.
 * @param folder a folder on it
 * @param bytes what is to be written
 */
export function isFull(folder: string, bytes = 0): boolean {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize < leastRoom + bytes;
}
