import { closeSync, openSync, readSync, statSync, truncateSync } from "node:fs";

const magic = 0xbeefc0de;

/** Where LMDB's meta page holds what is checked here; from its source, `struct MDB_meta` behind a page header of 24 bytes. */
const offsets = { magic: 24, pageSize: 48, lastPage: 144 };
const metaLength = 160;

/**
 * Tells whether a file is a store, and makes it safe to open. LMDB maps the file into memory, so touching a page behind its
 * end would end the whole process. A crash can leave the last pages unwritten; they are added, empty.
 * @param file the path of a `data.mdb`
 * @returns `false` where it is garbage or foreign; `true` where it is a store, empty or missing
 * @throws what the disk says where the file cannot be read or written
 */
export function makeSafeToOpen(file: string): boolean {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return true;
  const meta = readMetas(file);
  if (!meta) return false;
  const wanted = (meta.lastPage + 1) * meta.pageSize;
  if (size < wanted) truncateSync(file, wanted);
  return true;
}

interface Meta {
  pageSize: number;
  lastPage: number;
}

/** LMDB writes its two meta pages in turn; the higher page number is the safe one to reckon with. */
function readMetas(file: string): Meta | undefined {
  const descriptor = openSync(file, "r");
  try {
    const first = readMeta(descriptor, 0);
    const second = first && readMeta(descriptor, first.pageSize);
    return second && { pageSize: first.pageSize, lastPage: Math.max(first.lastPage, second.lastPage) };
  } finally {
    closeSync(descriptor);
  }
}

function readMeta(descriptor: number, position: number): Meta | undefined {
  const meta = Buffer.alloc(metaLength);
  if (readSync(descriptor, meta, 0, metaLength, position) < metaLength) return undefined;
  const pageSize = meta.readUInt32LE(offsets.pageSize);
  const lastPage = Number(meta.readBigUInt64LE(offsets.lastPage));
  const isMeta = meta.readUInt32LE(offsets.magic) === magic && pageSize >= 256 && pageSize <= 65_536;
  return isMeta && Number.isSafeInteger(lastPage * pageSize) ? { pageSize, lastPage } : undefined;
}
