/** Such as `studio.example.com`: hardly anybody types `https://`. */
const hostOnly = /^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}(:\d+)?(\/.*)?$/i;

/**
 * Completes an address that was typed without `https://`.
 * @param typed what was typed
 * @returns the URL; anything that is not a host name is returned unchanged
 */
export function completeUrl(typed: string): string {
  const address = typed.trim();
  return hostOnly.test(address) ? `https://${address}` : address;
}
