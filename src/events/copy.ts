/**
 * Copies what JSON can say, in a fraction of the time of `structuredClone`.
 * @param value parsed JSON, nested no deeper than a body may be
 * @returns the same, sharing no list or object with it
 */
export function copyOf<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf) as Value;
  const copy: Record<string, unknown> = {};
  for (const [key, content] of Object.entries(value)) {
    // Assigned, it would become the copy's prototype.
    if (key === "__proto__") Object.defineProperty(copy, key, { value: copyOf(content), enumerable: true });
    else copy[key] = copyOf(content);
  }
  return copy as Value;
}
