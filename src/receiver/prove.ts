import type { AuthenticationSettings } from "./authenticate";
import { signatureHeader, signBody } from "./signature";

/**
 * The other side of {@link createAuthenticator}: the headers with which Hapana proves itself to an endpoint.
 * @param settings the endpoint's secrets
 * @param rawBody the bytes that are to be sent
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
    // Node writes headers as latin1, so that the bytes of UTF-8 have to be given one by one.
    ...(token && { [headerName.trim()]: Buffer.from(token).toString("latin1") }),
    ...(secret && { [signatureHeader]: signBody(rawBody, secret, now) }),
  };
}
