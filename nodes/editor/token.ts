const tokenBytes = 32;

/**
 * Invents a token that nobody can guess: 256 random bits.
 * @param headerName the header it will be sent in; `Authorization` wants the word Bearer before a token
 * @returns the header's value
 */
export function generateToken(headerName: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(tokenBytes));
  const token = btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
  return headerName.trim().toLowerCase() === "authorization" ? `Bearer ${token}` : token;
}
