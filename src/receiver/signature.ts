import { createHmac, timingSafeEqual } from "node:crypto";
import { headerText } from "./headers";
import { type Problem, problems } from "./problems";

/**
 * The scheme of Hapana's developer portal, guide "Webhooks": `X-Hapana-Signature: t=<unix seconds>,v1=<hex>`, where v1 is
 * the HMAC-SHA256 of `<t>.<raw body>`. A header may contain several v1 while a secret is being rotated.
 */
export const signatureHeader = "x-hapana-signature";

/** Seconds that a signature's time may be off, either way, according to the portal. */
export const defaultTolerance = 300;

/** Many more than any rotation needs, few enough to cost nothing. */
const maxSignatures = 10;

/** A parsed `X-Hapana-Signature`. */
interface SignatureHeader {
  /** When the delivery was signed, as written: unix seconds. */
  timestamp: string;
  /** The candidates, 32 bytes each. */
  signatures: readonly Uint8Array[];
}

/**
 * Parses the header strictly: one `t` that is a plain integer, at least one `v1` of 64 hex digits. Other parts are reserved for
 * later versions of the scheme.
 * @param header its value
 * @returns its parts, or `undefined` where it is malformed
 */
export function parseSignatureHeader(header: string): SignatureHeader | undefined {
  if (latest.header !== header) latest = { header, parsed: parse(header) };
  return latest.parsed;
}

/** Each is asked for several times in a row. */
let latest: { header: string; parsed: SignatureHeader | undefined } = { header: "", parsed: undefined };

function parse(header: string): SignatureHeader | undefined {
  const signatures: Uint8Array[] = [];
  let timestamp: string | undefined;
  for (const part of header.split(",")) {
    const [key, value] = splitOnce(part.trim());
    if (key === "t") {
      if (timestamp !== undefined || !/^\d{1,12}$/.test(value)) return undefined;
      timestamp = value;
    } else if (key === "v1") {
      if (!/^[0-9a-f]{64}$/i.test(value) || signatures.length === maxSignatures) return undefined;
      signatures.push(Buffer.from(value, "hex"));
    }
  }
  return timestamp !== undefined && signatures.length > 0 ? { timestamp, signatures } : undefined;
}

function splitOnce(part: string): [string, string] {
  const at = part.indexOf("=");
  return at < 0 ? [part, ""] : [part.slice(0, at), part.slice(at + 1)];
}

/**
 * Checks everything about a signature that does not need the body.
 * @param header the value of `X-Hapana-Signature`, if present
 * @param tolerance how many seconds the timestamp may be off, either way
 * @param now the time in milliseconds since 1970
 * @returns the parsed header, or the problem
 */
export function checkSignatureHeader(
  header: string | undefined,
  tolerance: number,
  now: number,
): SignatureHeader | Problem {
  if (header === undefined || header === "") return problems.signatureMissing;
  const parsed = parseSignatureHeader(header);
  if (!parsed) return problems.signatureMalformed;
  if (Math.abs(now / 1000 - Number(parsed.timestamp)) > tolerance) return problems.signatureExpired;
  return parsed;
}

/**
 * Compares every candidate with every secret, in constant time.
 * @param parsed a header accepted by {@link checkSignatureHeader}
 * @param rawBody the body's bytes, exactly as they arrived
 * @param secrets the signing secret and, during a rotation, the previous one
 * @returns whether any of them made the signature
 */
export function signatureMatches(
  parsed: SignatureHeader,
  rawBody: Uint8Array | string,
  secrets: readonly string[],
): boolean {
  let matches = false;
  for (const secret of secrets) {
    const expected = createHmac("sha256", secret).update(`${parsed.timestamp}.`).update(rawBody).digest();
    for (const signature of parsed.signatures) matches = timingSafeEqual(expected, signature) || matches;
  }
  return matches;
}

/** What {@link verifySignature} needs. */
export interface VerifySignatureOptions {
  /** The value of `X-Hapana-Signature`, as in Node.js. */
  header: string | string[] | undefined;
  /** The body exactly as it arrived: its bytes, or the same as UTF-8 text. */
  rawBody: Uint8Array | string;
  /** The signing secret; several during a rotation. One that is empty or not set matches nothing. */
  secrets: readonly (string | undefined)[];
  /** Seconds that the timestamp may be off, either way; 300 by default, according to the portal. */
  tolerance?: number;
  /** Milliseconds since 1970; now by default. */
  now?: number;
}

/**
 * Verifies a delivery's signature.
 * @returns whether it was signed with one of the secrets, within the tolerance
 * @example
 * import type { IncomingMessage } from "node:http";
 * function isHapana(request: IncomingMessage, rawBody: Uint8Array) {
 *   return verifySignature({ header: request.headers["x-hapana-signature"], rawBody, secrets: [process.env.HAPANA_SECRET] });
 * }
 */
export function verifySignature({
  header,
  rawBody,
  secrets,
  tolerance = defaultTolerance,
  now = Date.now(),
}: VerifySignatureOptions): boolean {
  const parsed = checkSignatureHeader(headerText(header), tolerance, now);
  // Anybody knows an empty secret.
  const set = secrets.filter((secret): secret is string => secret !== undefined && secret !== "");
  return "signatures" in parsed && signatureMatches(parsed, rawBody, set);
}

/**
 * Signs a body the way Hapana does; for tests and for the test event.
 * @param rawBody the body's bytes, or its text
 * @param secret the signing secret
 * @param now milliseconds since 1970; now by default
 * @returns the value of `X-Hapana-Signature`
 * @example
 * const rawBody = JSON.stringify({ clientID: "c1" });
 * const header = signBody(rawBody, "secret");
 * verifySignature({ header, rawBody, secrets: ["secret"] }); // true
 */
export function signBody(rawBody: Uint8Array | string, secret: string, now: number = Date.now()): string {
  const timestamp = Math.floor(now / 1000);
  return `t=${timestamp},v1=${createHmac("sha256", secret).update(`${timestamp}.`).update(rawBody).digest("hex")}`;
}
