/** How it begins. */
const schemes: ReadonlySet<string> = new Set(["postgres:", "postgresql:"]);

/**
 * Whether a text can be a PostgreSQL database's address.
 * @param text its variables filled in
 */
export function isDatabaseUrl(text: string): boolean {
  return URL.canParse(text) && schemes.has(new URL(text).protocol);
}
