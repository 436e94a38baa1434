/**
 * Shows a field's value in one line of text.
 * @param value any JSON value
 */
export function showValue(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * Reads a typed value. If it does not fit the field's types it is taken as text: so a test can also send invalid values.
 * @param text what was typed
 * @param kinds the field's possible JSON types
 */
export function readValue(text: string, kinds: readonly string[]): unknown {
  const isNumber = kinds.includes("number") && /^-?\d+(\.\d+)?$/.test(text);
  const mayBeNested = kinds.some((kind) => kind === "array" || kind === "object") && /^\s*[[{]/.test(text);
  if (!isNumber && !mayBeNested) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
