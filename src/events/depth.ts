/** Deeper than any envelope, and shallow enough for any code that later walks, copies or writes the message. */
export const maxDepth = 64;

/**
 * @param value parsed JSON
 * @returns whether its lists and objects are nested more than 64 levels deep
 */
export function isTooDeep(value: unknown): boolean {
  return isDeeperThan(value, maxDepth);
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  const children: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  for (const child of children) {
    if (typeof child === "object" && isDeeperThan(child, levels - 1)) return true;
  }
  return false;
}
