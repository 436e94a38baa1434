import { createHash } from "node:crypto";

/** This header marks a request that only checks whether it arrives. */
export const reachHeader = "x-hapana-reach";

/**
 * Reads the nonce of a request that only checks whether it arrives.
 * @param headers the request's
 * @returns `undefined` for any other request
 */
export function nonceIn(headers: Readonly<Record<string, string | string[] | undefined>>): string | undefined {
  const nonce = headers[reachHeader];
  return typeof nonce === "string" && /^[0-9a-f]{32}$/.test(nonce) ? nonce : undefined;
}

/**
 * Proves that this package has answered: neither a cache nor an echoing page could do that.
 * @param nonce of the request
 * @returns the answer's `proof`
 */
export function reachProof(nonce: string): string {
  return createHash("sha256").update(`node-red-hapana was reached ${nonce}`).digest("hex");
}

/**
 * Whether an answer comes from this package.
 * @param body the answer's, as text
 * @param nonce of the request
 */
export function provesReach(body: string, nonce: string): boolean {
  try {
    return (JSON.parse(body) as { proof?: unknown } | null)?.proof === reachProof(nonce);
  } catch {
    return false;
  }
}
