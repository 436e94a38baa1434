/** How the address starts. */
const schemes: ReadonlySet<string> = new Set(["postgres:", "postgresql:"]);

/** A percent sign that encodes nothing is taken literally, so a password can contain it. */
const literalPercent = /%(?![\da-f]{2})/gi;

/**
 * Whether a text can be a PostgreSQL database's address.
 * @param text its variables filled in
 */
export function isDatabaseUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, pathname } = new URL(text);
  return schemes.has(protocol) && [username, password, pathname].every(isDecodable);
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text.replace(literalPercent, "%25"));
    return true;
  } catch {
    return false;
  }
}
