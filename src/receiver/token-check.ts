import { timingSafeEqual } from "node:crypto";

/** All tokens are compared as if they had this length in bytes, or a multiple of it. */
const step = 256;

/**
 * Prepares the comparison of a header with the accepted tokens. Its duration reveals nothing about the tokens: all
 * are compared, each over the same number of bytes.
 * @param tokens the tokens
 * @returns whether a header's value, as in Node.js, is one of them
 */
export function createTokenCheck(tokens: readonly string[]): (sent: string) => boolean {
  const bytes = tokens.map((token) => Buffer.from(token));
  const size = step * Math.ceil(Math.max(1, ...bytes.map(({ length }) => length)) / step);
  const padded = bytes.map((token) => ({ length: token.length, bytes: Buffer.concat([token], size) }));
  const padding = Buffer.alloc(size);

  return (sent) => {
    if (sent.length > size) return false;
    padding.fill(0);
    // Node.js decodes headers as latin1, byte for byte.
    padding.write(sent, 0, "latin1");
    let matches = false;
    for (const { length, bytes } of padded) {
      const isEqual = timingSafeEqual(bytes, padding);
      // The zero padding is not part of a token.
      matches = (isEqual && length === sent.length) || matches;
    }
    return matches;
  };
}
