import type { AuthenticationSettings } from "./authenticate";
import { signatureHeader, signBody } from "./signature";

/**
 * The counterpart of {@link createAuthenticator}: the headers with which Hapana authenticates to an endpoint.
 * @param settings the endpoint's secrets
 * @param rawBody the bytes to send
 * @param now milliseconds since 1970
 */
export function proofHeaders(
  settings: AuthenticationSettings,
  rawBody: Buffer,
  now: number = Date.now(),
): Record<string, string> {
  const { auth, headerName, headerValue, signingSecret } = settings;
  const token = auth === "header" || auth === "both" ? headerValue?.trim() : undefined;
  const secret = auth === "signature" || auth === "both" ? signingSecret?.trim() : undefined;
  return {
    // Node.js writes headers as latin1, so UTF-8 has to be passed byte by byte.
    ...(token && { [headerName.trim()]: Buffer.from(token).toString("latin1") }),
    ...(secret && { [signatureHeader]: signBody(rawBody, secret, now) }),
  };
}
