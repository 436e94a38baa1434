/**
 * Unpacks LevelDB's Snappy blocks; a damaged block, up to the damage.
 * @param packed a block as stored
 */
export function unpack(packed: Buffer): Buffer {
  const { value: length, end } = readVarint(packed, 0) ?? { value: 0, end: 0 };
  // Nothing packed by LevelDB gets this long: then the length itself is damaged.
  const unpacked = Buffer.alloc(Math.min(length, packed.length * 64));
  let to = 0;
  let at = end;
  while (at < packed.length && to < unpacked.length) {
    const tag = packed[at++] as number;
    if ((tag & 3) === 0) {
      const extra = Math.max((tag >> 2) - 59, 0);
      if (at + extra > packed.length) break;
      const count = (extra === 0 ? tag >> 2 : packed.readUIntLE(at, extra)) + 1;
      at += extra;
      to += packed.copy(unpacked, to, at, at + count);
      at += count;
    } else {
      const extra = [1, 2, 4][(tag & 3) - 1] as number;
      if (at + extra > packed.length) break;
      const isShort = extra === 1;
      const count = isShort ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
      const back = isShort ? ((tag >> 5) << 8) | (packed[at] as number) : packed.readUIntLE(at, extra);
      at += extra;
      if (back === 0 || back > to) break;
      const stop = Math.min(to + count, unpacked.length);
      for (; to < stop; to += 1) unpacked[to] = unpacked[to - back] as number;
    }
  }
  return unpacked.subarray(0, to);
}

/** A varint; `undefined` if it does not end. */
export function readVarint(bytes: Buffer, at: number): { value: number; end: number } | undefined {
  let value = 0;
  for (let index = 0; index < 8; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) return undefined;
    value += (byte & 127) * 2 ** (7 * index);
    if (byte < 128) return { value, end: at + index + 1 };
  }
  return undefined;
}
