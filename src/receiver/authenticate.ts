import { sha256 } from "../sha256";
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

/** How deliveries to an endpoint have to be authenticated. */
export type AuthMode = "header" | "signature" | "both" | "none";

/** The secrets and settings of an endpoint's authentication. */
export interface AuthenticationSettings {
  auth: AuthMode;
  /** The header that Hapana was asked to send (help centre, overview); any case. */
  headerName: string;
  /** The value that it must have. */
  headerValue?: string | undefined;
  /** The previous value, accepted during a rotation. */
  previousHeaderValue?: string | undefined;
  /** The subscription's signing secret (developer portal). */
  signingSecret?: string | undefined;
  /** The previous secret, accepted during a rotation. */
  previousSigningSecret?: string | undefined;
  /** Seconds that a signature's timestamp may be off, either way. */
  tolerance: number;
}

/** Checks requests against one endpoint's secrets. */
export interface Authenticator {
  /** The required secret that is empty: then all requests are refused. */
  readonly missing: "headerValue" | "signingSecret" | undefined;
  /** Whether the body's raw bytes are needed. */
  readonly needsRawBody: boolean;
  /**
   * Everything that can be checked before the body is read.
   * @param now milliseconds since 1970
   * @returns the problem, if any
   */
  checkHeaders(headers: Headers, now: number): Problem | undefined;
  /**
   * The checks that need the body's raw bytes. Call it after {@link checkHeaders}.
   * @returns the problem, if any
   */
  checkBody(headers: Headers, rawBody: Uint8Array, now: number): Problem | undefined;
  /**
   * The token that authenticated a request. Call it after {@link checkHeaders}.
   * @returns the token, or `undefined` if none is required
   */
  provenToken(headers: Headers): string | undefined;
  /**
   * A fingerprint of what was signed: the same time and body mean the same request, repeated. Call it after {@link checkBody}.
   * @returns `undefined` if no signature is required
   */
  signedBy(headers: Headers, rawBody: Uint8Array): string | undefined;
}

/**
 * Prepares an endpoint's authentication: whatever can be computed once is computed here. If a required secret is empty
 * or missing, all requests are refused.
 * @param settings the endpoint's secrets; by default, the header is `Authorization` and the tolerance 300 seconds
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
  // Any other value refuses all requests, as if a token were missing.
  const usesHeader = auth !== "signature" && auth !== "none";
  const usesSignature = auth === "signature" || auth === "both";
  const headerName = header.trim().toLowerCase();
  const isToken = createTokenCheck(filled([headerValue?.trim(), previousHeaderValue?.trim()]));
  const secrets = filled([signingSecret?.trim(), previousSigningSecret?.trim()]);

  function tokenIn(headers: Headers): string | undefined {
    // Only HTTP white space: in UTF-8, a letter can end in a byte that is a space in latin1.
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

/** Not of the header: whatever its notation and additional parts, the signed content is the same. */
function signedFingerprint(header: string | undefined, rawBody: Uint8Array): string | undefined {
  const parsed = header === undefined ? undefined : parseSignatureHeader(header);
  return parsed && sha256(Buffer.concat([Buffer.from(`${Number(parsed.timestamp)}.`), rawBody]));
}

/** Without a regular expression, which would rescan inner white space again and again. */
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
