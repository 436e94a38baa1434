import { closeSync, openSync, readSync, statSync } from "node:fs";

const magic = 0xbeefc0de;

/** Where LMDB's meta page holds what is checked here; from its source, `struct MDB_meta` behind a page header of 24 bytes. */
const offsets = { magic: 24, pageSize: 48, lastPage: 144 };
const metaLength = 160;

/**
 * Tells whether a store's file can be opened without harm. LMDB maps the file into memory: one that is cut short would end
 * the whole process at the first touch of a missing page, so it must be found out before.
 * @param file the path of a `data.mdb`
 * @returns `false` where it is garbage, foreign or cut short; `true` where it is whole, empty or missing
 * @throws what the disk says where the file cannot be read
 */
export function isWholeStoreFile(file: string): boolean {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return true;
  const descriptor = openSync(file, "r");
  try {
    const first = readMeta(descriptor, 0);
    if (!first) return false;
    const second = readMeta(descriptor, first.pageSize / 2);
    const lastPage = Math.max(first.lastPage, second?.lastPage ?? 0);
    return second !== undefined && size >= (lastPage + 1) * first.pageSize;
  } finally {
    closeSync(descriptor);
  }
}

function readMeta(descriptor: number, position: number): { pageSize: number; lastPage: number } | undefined {
  const meta = Buffer.alloc(metaLength);
  if (readSync(descriptor, meta, 0, metaLength, position) < metaLength) return undefined;
  if (meta.readUInt32LE(offsets.magic) !== magic) return undefined;
  const pageSize = meta.readUInt32LE(offsets.pageSize);
  if (pageSize < 256 || pageSize > 65_536) return undefined;
  return { pageSize, lastPage: Number(meta.readBigUInt64LE(offsets.lastPage)) };
}
