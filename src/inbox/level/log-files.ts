import { join } from "node:path";
import { crc32c, unmasked } from "../checksum";
import { asideEnding, filesIn, readIfThere } from "./data-files";
import { type Del, del, type Put, put } from "./database";
import { readVarint } from "./snappy";
import { isSound } from "./sound-rows";

const blockLength = 32_768;
const headerLength = 7;
/** The first byte of a record tells which part of a batch it is. */
const part = { full: 1, first: 2, middle: 3, last: 4 } as const;
/** A batch starts with its number and its length. */
const batchHeaderLength = 12;
/** Few enough not to hold up the event loop. */
const blocksAtOnce = 16;

/** What LevelDB would drop from its logs. */
interface DamagedLogs {
  /** The logs that are damaged. */
  names: string[];
  /** What can be read of it nevertheless, as far as nothing later has changed it: to be written once the database is open. */
  writes: (Put | Del)[];
}

/**
 * Reads the logs before LevelDB does. If LevelDB finds damage, it drops everything that follows in the same 32 kB: dozens of intact
 * events.
 * @param folder the database, not open
 */
export async function readDamagedLogs(folder: string): Promise<DamagedLogs> {
  const all: { batch: Batch; isAside: boolean }[] = [];
  const names: string[] = [];
  for (const name of filesIn(folder, "log")) {
    const bytes = await readIfThere(join(folder, name));
    const isAside = name.endsWith(asideEnding);
    const batches = bytes ? await readBatches(bytes) : [];
    if (isAside || batches.some(({ isDropped }) => isDropped)) names.push(name);
    for (const batch of batches) all.push({ batch, isAside });
  }
  if (names.length === 0) return { writes: [], names };
  const latest = new Map<string, { write: Put | Del; isDropped: boolean }>();
  for (const { batch, isAside } of all) {
    const isDropped = batch.isDropped || isAside;
    for (const write of batch.isWhole ? rowsOf(batch.bytes) : salvagedRows(batch.bytes))
      latest.set(write.key, { write, isDropped });
  }
  const writes = [...latest.values()].filter(({ isDropped }) => isDropped).map(({ write }) => write);
  return { writes, names };
}

/** What was written to a log at once. */
export interface Batch {
  bytes: Buffer;
  /** Whether its checksums are right. */
  isWhole: boolean;
  /** Whether LevelDB would drop it. */
  isDropped: boolean;
}

interface Fragment {
  type: number;
  bytes: Buffer;
  isWhole: boolean;
  /** Where the next one starts. */
  end: number;
}

/** @returns the batches of a log, including damaged ones; anything cut off at its end was never finished */
export async function readBatches(log: Buffer): Promise<Batch[]> {
  const batches: Batch[] = [];
  let fragments: (Fragment & { isDropped: boolean })[] = [];
  const finish = () => {
    if (fragments.length === 0) return;
    const isWhole = fragments.every((fragment) => fragment.isWhole);
    const isDropped = fragments.some((fragment) => fragment.isDropped);
    batches.push({ bytes: Buffer.concat(fragments.map(({ bytes }) => bytes)), isWhole, isDropped });
    fragments = [];
  };
  for (let start = 0, count = 1; start < log.length; start += blockLength, count += 1) {
    const block = log.subarray(start, start + blockLength);
    let isDropped = false;
    for (let at = 0; at + headerLength <= block.length; ) {
      const fragment = readFragment(block, at, fragments.length > 0);
      if (!fragment) break;
      at = fragment.end;
      isDropped ||= !fragment.isWhole;
      const begins = fragment.type === part.full || fragment.type === part.first;
      if (begins) fragments = [];
      // The rest of one whose start is lost.
      else if (fragments.length === 0) continue;
      fragments.push({ ...fragment, isDropped });
      if (fragment.type === part.full || fragment.type === part.last) finish();
    }
    if (count % blocksAtOnce === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return batches;
}

function readFragment(block: Buffer, at: number, isInside: boolean): Fragment | undefined {
  const whole = wholeFragment(block, at);
  if (whole) return whole;
  // Space that was allocated but not written to.
  if (block.subarray(at).every((byte) => byte === 0)) return undefined;
  let next = at + headerLength;
  while (next + headerLength <= block.length && !wholeFragment(block, next)) next += 1;
  const isLast = next + headerLength > block.length;
  const end = isLast ? block.length : next;
  // The process or the power ended before it was fully written.
  if (isLast && block.length < blockLength && isCutOff(block, at)) return undefined;
  const type = block[at + 6] as number;
  const goesOn = isLast && block.length === blockLength;
  const guess = isInside ? (goesOn ? part.middle : part.last) : goesOn ? part.first : part.full;
  const isType = isInside ? type === part.middle || type === part.last : type === part.full || type === part.first;
  return { type: isType ? type : guess, bytes: block.subarray(at + headerLength, end), isWhole: false, end };
}

function wholeFragment(block: Buffer, at: number): Fragment | undefined {
  const length = block.readUInt16LE(at + 4);
  const type = block[at + 6] as number;
  const end = at + headerLength + length;
  if (type < part.full || type > part.last || end > block.length) return undefined;
  if (unmasked(block.readUInt32LE(at)) !== crc32c(block.subarray(at + 6, end))) return undefined;
  return { type, bytes: block.subarray(at + headerLength, end), isWhole: true, end };
}

function isCutOff(block: Buffer, at: number): boolean {
  return at + headerLength + block.readUInt16LE(at + 4) > block.length;
}

function rowsOf(batch: Buffer): (Put | Del)[] {
  const writes: (Put | Del)[] = [];
  for (let at = batchHeaderLength; at < batch.length; ) {
    const row = readRow(batch, at);
    if (!row) break;
    writes.push(row.write);
    at = row.end;
  }
  return writes;
}

/** The rows of a damaged batch that appear undamaged. */
function salvagedRows(batch: Buffer): (Put | Del)[] {
  const writes: (Put | Del)[] = [];
  for (let at = batchHeaderLength; at < batch.length; ) {
    const row = readRow(batch, at);
    // A deletion is believed only together with its outcome: see below.
    if (row && isSound(row.write, row.write.type === "del")) {
      writes.push(row.write);
      at = row.end;
    } else at += 1;
  }
  const closed = new Set(writes.map(({ type, key }) => (type === "put" && key.startsWith("d") ? key.slice(1) : "")));
  return writes.filter(({ type, key }) => type === "put" || (key.startsWith("w") && closed.has(key.slice(1))));
}

function readRow(batch: Buffer, at: number): { write: Put | Del; end: number } | undefined {
  const kind = batch[at] as number;
  if (kind > 1) return undefined;
  const key = readText(batch, at + 1);
  if (!key) return undefined;
  if (kind === 0) return { write: del(key.text), end: key.end };
  const value = readText(batch, key.end);
  return value && { write: put(key.text, value.text), end: value.end };
}

/** A text after its length. */
function readText(bytes: Buffer, at: number): { text: string; end: number } | undefined {
  const length = readVarint(bytes, at);
  if (!length) return undefined;
  const end = length.end + length.value;
  return end <= bytes.length ? { text: bytes.toString("utf8", length.end, end), end } : undefined;
}
