/** The bounds of a number, both included. */
export interface Limits {
  readonly min: number;
  readonly max: number;
}

/**
 * Reads a text that was saved in a flow, possibly handwritten.
 * @param saved the value
 * @returns the text, or a number as text; `undefined` if it is neither
 * @example textOf(4711); // "4711"
 */
export function textOf(saved: unknown): string | undefined {
  return typeof saved === "string" ? saved : Number.isFinite(saved) ? String(saved) : undefined;
}

/**
 * Reads a number that was saved in a flow.
 * @param saved the value; Node-RED's editor saves what was typed as text
 * @param limits a value beyond them is moved to the nearest limit
 * @returns `undefined` if it is not a number
 * @example numberIn("90000", { min: 1, max: 86_400 }); // 86400
 */
export function numberIn(saved: unknown, { min, max }: Limits): number | undefined {
  const isNumber = typeof saved === "number" || (typeof saved === "string" && saved.trim() !== "");
  const number = isNumber ? Number(saved) : Number.NaN;
  return Number.isNaN(number) ? undefined : Math.min(Math.max(number, min), max);
}

/** Whether a field of a dialog contains a whole number within limits. */
export function isWholeNumber(value: unknown, { min, max }: Limits): boolean {
  const text = String(value).trim();
  return /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max;
}

/** Whether a field of a dialog contains a number within limits. */
export function isNumberWithin(value: unknown, { min, max }: Limits): boolean {
  const text = String(value ?? "").trim();
  return text !== "" && Number(text) >= min && Number(text) <= max;
}
