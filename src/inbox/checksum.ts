import * as zlib from "node:zlib";

/**
 * CRC-32, as text of fixed length. LevelDB has checksums of its own, but does not look at them when it reads a row.
 * @param content what is checked: bytes, or a text, of which those of UTF-8 are
 * @param seed something that must not get lost either: what the content belongs to
 */
export function checksumOf(content: string | Uint8Array, seed = 0): string {
  return (crc32(content, seed) >>> 0).toString(16).padStart(8, "0");
}

/** Node.js 20.15 and later have it built in. */
export const crc32: (content: string | Uint8Array, seed?: number) => number =
  typeof zlib.crc32 === "function" ? zlib.crc32 : (content, seed) => tableCrc32(Buffer.from(content), seed);

const table = tableOf(0xedb88320);
const castagnoliTable = tableOf(0x82f63b78);

/** The same, for older versions. */
export function tableCrc32(bytes: Uint8Array, seed = 0): number {
  return update(table, bytes, seed);
}

/** CRC-32C, as used in LevelDB's own files. */
export function crc32c(bytes: Uint8Array, seed = 0): number {
  return update(castagnoliTable, bytes, seed);
}

/** LevelDB masks a checksum before it writes it: this removes the mask. */
export function unmasked(masked: number): number {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated << 15) | (rotated >>> 17)) >>> 0;
}

function update(table: Int32Array, bytes: Uint8Array, seed: number): number {
  let crc = ~seed;
  for (let at = 0; at < bytes.length; at += 1)
    crc = (crc >>> 8) ^ (table[(crc ^ (bytes[at] as number)) & 255] as number);
  return ~crc >>> 0;
}

function tableOf(polynomial: number): Int32Array {
  return Int32Array.from({ length: 256 }, (_, index) => {
    let value = index;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
    return value;
  });
}
