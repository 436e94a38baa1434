/**
 * How a field's value is shown in a line of text.
 * @param value any JSON value
 */
export function showValue(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * Reads a value that was typed. What does not fit the field's kinds is taken as text: so a test can also send what is wrong.
 * @param text what was typed
 * @param kinds the JSON types that the field can have
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
