/** Such as `studio.example.com`: nobody types `https://` by heart. */
const hostOnly = /^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}(:\d+)?(\/.*)?$/i;

/**
 * Completes an address that was typed without `https://`.
 * @param typed what was typed
 * @returns the URL; what is no host's name is left as it is
 */
export function completeUrl(typed: string): string {
  const address = typed.trim();
  return hostOnly.test(address) ? `https://${address}` : address;
}
