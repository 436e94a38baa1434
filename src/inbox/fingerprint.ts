import * as crypto from "node:crypto";

/**
 * A short, fixed-length name for any number of texts. It keeps keys within the store's limit, and personal data out of them.
 * @param texts what to name, in order
 * @returns 43 characters
 */
export function fingerprint(...texts: readonly string[]): string {
  let all = "";
  for (const text of texts) all += `${text.length}:${text}`;
  return sha256(all);
}

/** Node.js 20.12 and later hash a text at once, in a fraction of the time that a hash object takes. */
const sha256: (text: string) => string =
  typeof crypto.hash === "function"
    ? (text) => crypto.hash("sha256", text, "base64url")
    : (text) => crypto.createHash("sha256").update(text).digest("base64url");
