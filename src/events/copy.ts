/**
 * Copies JSON data, in a fraction of the time of `structuredClone`.
 * @param value parsed JSON, nested no deeper than allowed in a body
 * @returns an equal value that shares no list or object with it
 */
export function copyOf<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf) as Value;
  const copy: Record<string, unknown> = {};
  for (const [key, content] of Object.entries(value)) {
    // By assignment, it would become the copy's prototype.
    if (key === "__proto__") Object.defineProperty(copy, key, { value: copyOf(content), enumerable: true });
    else copy[key] = copyOf(content);
  }
  return copy as Value;
}
