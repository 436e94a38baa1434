/**
 * @param value parsed JSON
 * @param other parsed JSON
 * @returns whether both are equal; the order of an object's keys does not matter
 */
export function isEqual(value: unknown, other: unknown): boolean {
  if (value === other) return true;
  if (!isObject(value) || !isObject(other) || Array.isArray(value) !== Array.isArray(other)) return false;
  const keys = Object.keys(value);
  if (keys.length !== Object.keys(other).length) return false;
  for (const key of keys) {
    const [one, another] = [value[key], other[key]];
    // Inherited members are not JSON.
    if (one === another && one !== undefined) continue;
    if (!Object.hasOwn(other, key) || !isEqual(one, another)) return false;
  }
  return true;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
