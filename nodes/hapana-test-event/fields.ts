/** Fields of an event that replace the sample's. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads what was typed into the dialog.
 * @param text JSON, such as `{"checkInStatus": "Invalid"}`; empty for none
 * @returns the fields, or `undefined` if the text is not a JSON object
 */
export function readFields(text: string): Fields | undefined {
  if (text.trim() === "") return {};
  try {
    const fields: unknown = JSON.parse(text);
    return isPlainObject(fields) ? fields : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a value has fields: lists, dates and bytes do not. */
export function isPlainObject(value: unknown): value is Fields {
  return Object.prototype.toString.call(value) === "[object Object]";
}
