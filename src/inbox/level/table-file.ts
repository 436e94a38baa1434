import { crc32c, unmasked } from "../checksum";
import { del, put, type Write } from "./database";
import { readVarint, unpack } from "./snappy";
import { isSound } from "./sound-rows";

const footerLength = 48;
const magic = "57fb808b247547db";
/** After each block: whether it is compressed, and its checksum. */
const trailerLength = 5;
/** After each key: its number, and whether it was removed. */
const keyTrailerLength = 8;

/** Few enough not to hold up the event loop. */
const bytesAtOnce = 256 * 1_024;

/** A block in a table, without its trailer. */
interface Handle {
  start: number;
  end: number;
}

/** How far a table can be read. */
interface TableFile {
  /** Yields to other work: a table may be of any length. */
  isSound(): Promise<boolean>;
  /** Its entry for each key, as far as it can be read. Takes time: only for damaged tables. */
  rows(): Write[];
}

/**
 * Verifies a table's checksums, which LevelDB does not do: damage gives wrong rows, or crashes the process.
 * @param bytes the file
 */
export function readTable(bytes: Buffer): TableFile {
  const handles = handlesOf(bytes);
  if (!handles) return { isSound: async () => false, rows: () => rowsIn(bytes, blocksInOrder(bytes)) };
  const { data, others } = handles;
  return { isSound: () => areIntact(bytes, [...data, ...others]), rows: () => rowsIn(bytes, data) };
}

async function areIntact(bytes: Buffer, handles: readonly Handle[]): Promise<boolean> {
  let length = 0;
  for (const handle of handles) {
    if (!isIntact(bytes, handle)) return false;
    length += handle.end - handle.start;
    if (length < bytesAtOnce) continue;
    length = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return true;
}

/** Where the blocks are; `undefined` if that cannot be read. */
function handlesOf(bytes: Buffer): { data: Handle[]; others: Handle[] } | undefined {
  const footer = bytes.subarray(-footerLength);
  if (footer.length < footerLength || footer.toString("hex", 40) !== magic) return undefined;
  const metaindex = readHandle(footer, 0);
  const index = metaindex && readHandle(footer, metaindex.next);
  if (!index || !isIntact(bytes, metaindex.handle) || !isIntact(bytes, index.handle)) return undefined;
  // The space in between is zero, unless the footer is damaged.
  if (footer.subarray(index.next, 40).some((byte) => byte !== 0)) return undefined;
  const [data, filters] = [index, metaindex].map(({ handle }) =>
    entriesOf(blockOf(bytes, handle)).map(({ value }) => readHandle(value, 0)?.handle),
  ) as [(Handle | undefined)[], (Handle | undefined)[]];
  if ([...data, ...filters].includes(undefined)) return undefined;
  return { data: data as Handle[], others: [...(filters as Handle[]), metaindex.handle, index.handle] };
}

function readHandle(bytes: Buffer, at: number): { handle: Handle; next: number } | undefined {
  const start = readVarint(bytes, at);
  const length = start && readVarint(bytes, start.end);
  return length && { handle: { start: start.value, end: start.value + length.value }, next: length.end };
}

function isIntact(bytes: Buffer, { start, end }: Handle): boolean {
  if (end + trailerLength > bytes.length) return false;
  return unmasked(bytes.readUInt32LE(end + 1)) === crc32c(bytes.subarray(start, end + 1));
}

function blockOf(bytes: Buffer, { start, end }: Handle): Buffer {
  const block = bytes.subarray(start, end);
  return bytes[end] === 1 ? unpack(block) : block;
}

/** Blocks follow each other: if their positions are unknown, each ends where its checksum matches. */
function blocksInOrder(bytes: Buffer): Handle[] {
  const handles: Handle[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = endOfBlock(bytes, start);
    if (end === undefined) break;
    handles.push({ start, end });
    start = end + trailerLength;
  }
  // At the end are the filter and the index: they contain no rows of ours.
  return handles;
}

function endOfBlock(bytes: Buffer, start: number): number | undefined {
  let crc = 0;
  for (let end = start; end + trailerLength <= bytes.length; end += 1) {
    crc = crc32c(bytes.subarray(end, end + 1), crc);
    if ((bytes[end] as number) <= 1 && unmasked(bytes.readUInt32LE(end + 1)) === crc) return end;
  }
  return undefined;
}

function rowsIn(bytes: Buffer, handles: readonly Handle[]): Write[] {
  // If several have the same key, the newest comes first.
  const rows = new Map<string, Write>();
  for (const handle of handles) {
    if (handle.end > bytes.length) continue;
    const isTrusted = isIntact(bytes, handle);
    for (const { key, value } of entriesOf(blockOf(bytes, handle))) {
      if (key.length <= keyTrailerLength) continue;
      const text = key.toString("utf8", 0, key.length - keyTrailerLength);
      const isRemoved = key[key.length - keyTrailerLength] === 0;
      const write = isRemoved ? del(text) : put(text, value.toString("utf8"));
      if (!rows.has(text) && isSound(write, isTrusted)) rows.set(text, write);
    }
  }
  return [...rows.values()];
}

/** The entries of a block, up to any damage. A key omits the prefix that it shares with the previous one. */
function entriesOf(block: Buffer): { key: Buffer; value: Buffer }[] {
  const entries: { key: Buffer; value: Buffer }[] = [];
  // At its end are the positions of whole keys, and their number.
  const count = block.length >= 4 ? block.readUInt32LE(block.length - 4) : 0;
  const tail = 4 * (count + 1);
  const end = tail < block.length ? block.length - tail : block.length;
  let key: Buffer = Buffer.alloc(0);
  for (let at = 0; at < end; ) {
    const shared = readVarint(block, at);
    const own = shared && readVarint(block, shared.end);
    const length = own && readVarint(block, own.end);
    if (!length || shared.value > key.length) break;
    const valueAt = length.end + own.value;
    const next = valueAt + length.value;
    if (next > end) break;
    key = Buffer.concat([key.subarray(0, shared.value), block.subarray(length.end, valueAt)]);
    entries.push({ key, value: block.subarray(valueAt, next) });
    at = next;
  }
  return entries;
}
