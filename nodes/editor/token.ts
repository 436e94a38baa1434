const tokenBytes = 32;

/**
 * Makes a token that nobody can guess: 256 random bits.
 * @param headerName the header that carries it; in `Authorization`, the word Bearer precedes a token
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
