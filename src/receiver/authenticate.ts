import { createHash } from "node:crypto";
import { type Headers, headerText } from "./headers";
import { type Problem, problems } from "./problems";
import {
  checkSignatureHeader,
  defaultTolerance,
  parseSignatureHeader,
  signatureHeader,
  signatureMatches,
} from "./signature";
import { createTokenCheck } from "./token-check";

/** How an endpoint wants deliveries to prove themselves. */
export type AuthMode = "header" | "signature" | "both" | "none";

/** The secrets and settings of an endpoint's authentication. */
export interface AuthenticationSettings {
  auth: AuthMode;
  /** The header that Hapana was asked to send (help centre, overview); any case. */
  headerName: string;
  /** The value it must have. */
  headerValue?: string | undefined;
  /** The value before that, accepted during a rotation. */
  previousHeaderValue?: string | undefined;
  /** The subscription's signing secret (developer portal). */
  signingSecret?: string | undefined;
  /** The secret before that, accepted during a rotation. */
  previousSigningSecret?: string | undefined;
  /** Seconds that a signature's timestamp may be off, either way. */
  tolerance: number;
}

/** Checks requests against one endpoint's secrets. */
export interface Authenticator {
  /** The secret that is asked for but empty: then nothing is let in. */
  readonly missing: "headerValue" | "signingSecret" | undefined;
  /** Whether the body's raw bytes are needed. */
  readonly needsRawBody: boolean;
  /**
   * Everything that can be checked before the body is read.
   * @param now milliseconds since 1970
   * @returns the problem, if there is one
   */
  checkHeaders(headers: Headers, now: number): Problem | undefined;
  /**
   * The rest, which needs the body's raw bytes. Call it after {@link checkHeaders}.
   * @returns the problem, if there is one
   */
  checkBody(headers: Headers, rawBody: Uint8Array, now: number): Problem | undefined;
  /**
   * The token that proved a request. Call it after {@link checkHeaders}.
   * @returns the token, or `undefined` where none is asked for
   */
  provenToken(headers: Headers): string | undefined;
  /**
   * What was signed, as a fingerprint: the same time and body again are the same request, repeated. Call it after {@link checkBody}.
   * @returns `undefined` where no signature is asked for
   */
  signedBy(headers: Headers, rawBody: Uint8Array): string | undefined;
}

/**
 * Prepares an endpoint's authentication: what can be computed once is computed here. Where a secret that is asked for is empty,
 * or not there, nobody is let in.
 * @param settings the endpoint's secrets; the header is `Authorization` and the tolerance 300 seconds unless said otherwise
 * @returns the checks
 * @example
 * const { checkHeaders, missing } = createAuthenticator({ auth: "header", headerValue: "Bearer token" });
 * missing; // undefined
 * createAuthenticator({ auth: "header", headerValue: process.env.NOT_SET }).missing; // "headerValue"
 */
export function createAuthenticator(
  settings: Pick<AuthenticationSettings, "auth"> & Partial<AuthenticationSettings>,
): Authenticator {
  const { auth, headerValue, previousHeaderValue, signingSecret, previousSigningSecret } = settings;
  const { headerName: header = "Authorization", tolerance = defaultTolerance } = settings;
  // What is none of the four lets nobody in without a token.
  const usesHeader = auth !== "signature" && auth !== "none";
  const usesSignature = auth === "signature" || auth === "both";
  const headerName = header.trim().toLowerCase();
  const isToken = createTokenCheck(filled([headerValue?.trim(), previousHeaderValue?.trim()]));
  const secrets = filled([signingSecret?.trim(), previousSigningSecret?.trim()]);

  function tokenIn(headers: Headers): string | undefined {
    // Only what HTTP calls white space: in UTF-8, a letter can end in a byte that is a space in latin1.
    // Only headers that were sent: every object has a "constructor".
    const sent = Object.hasOwn(headers, headerName) ? headers[headerName] : undefined;
    return trimmed(headerText(sent));
  }

  function checkToken(headers: Headers): Problem | undefined {
    const sent = tokenIn(headers);
    if (!sent) return problems.tokenMissing;
    return isToken(sent) ? undefined : problems.tokenWrong;
  }

  return {
    missing:
      usesHeader && (!headerValue?.trim() || headerName === "")
        ? "headerValue"
        : usesSignature && !signingSecret?.trim()
          ? "signingSecret"
          : undefined,
    needsRawBody: usesSignature,
    checkHeaders(headers, now) {
      if (this.missing) return problems.misconfigured;
      const problem = usesHeader ? checkToken(headers) : undefined;
      if (problem || !usesSignature) return problem;
      const checked = checkSignatureHeader(headerText(headers[signatureHeader]), tolerance, now);
      return "signatures" in checked ? undefined : checked;
    },
    checkBody(headers, rawBody, now) {
      if (!usesSignature) return undefined;
      const checked = checkSignatureHeader(headerText(headers[signatureHeader]), tolerance, now);
      if (!("signatures" in checked)) return checked;
      return signatureMatches(checked, rawBody, secrets) ? undefined : problems.signatureWrong;
    },
    provenToken: (headers) => (usesHeader ? tokenIn(headers) : undefined),
    signedBy: (headers, rawBody) =>
      usesSignature ? signedFingerprint(headerText(headers[signatureHeader]), rawBody) : undefined,
  };
}

/** Not of the header: however it is written, and whatever else stands in it, the same was signed. */
function signedFingerprint(header: string | undefined, rawBody: Uint8Array): string | undefined {
  const parsed = header === undefined ? undefined : parseSignatureHeader(header);
  return (
    parsed &&
    createHash("sha256")
      .update(`${Number(parsed.timestamp)}.`)
      .update(rawBody)
      .digest("base64url")
  );
}

/** By hand: a regular expression goes through all the white space inside a text once for each of it. */
function trimmed(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  let [start, end] = [0, text.length];
  while (start < end && isWhiteSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isWhiteSpace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isWhiteSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

function filled(values: readonly (string | undefined)[]): string[] {
  return values.filter((value): value is string => value !== undefined && value !== "");
}
