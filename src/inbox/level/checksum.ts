import * as zlib from "node:zlib";

/** CRC-32, as text of fixed length. LevelDB has checksums of its own, but does not look at them when it reads a row. */
export function checksumOf(text: string): string {
  return (crc32(text) >>> 0).toString(16).padStart(8, "0");
}

/** Node.js 20.15 and later have it built in. */
const crc32: (text: string) => number =
  typeof zlib.crc32 === "function" ? zlib.crc32 : (text) => tableCrc32(Buffer.from(text, "utf8"));

const table = Int32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** The same, for older ones. */
export function tableCrc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 255] as number);
  return ~crc >>> 0;
}
