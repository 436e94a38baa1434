import { sha256 } from "../sha256";

/**
 * A short, fixed-length key for any number of texts. It keeps keys within the store's limit, and personal data out of them.
 * @param texts in order
 * @returns 43 characters
 */
export function fingerprint(...texts: readonly string[]): string {
  let all = "";
  for (const text of texts) all += `${text.length}:${text}`;
  return sha256(all);
}

/**
 * A shorter key, for places where a collision does no harm. Among a million texts, the chance of one is one in two million.
 * @param texts in order
 * @returns 10 characters of base64url, which are 60 bits
 */
export function shortFingerprint(...texts: readonly string[]): string {
  return fingerprint(...texts).slice(0, 10);
}
