import { createHash } from "node:crypto";

/**
 * A short, fixed-length name for any number of texts. It keeps keys within the store's limit, and personal data out of them.
 * @param texts what to name, in order
 * @returns 43 characters
 */
export function fingerprint(...texts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${text.length}:`).update(text);
  return hash.digest("base64url");
}
