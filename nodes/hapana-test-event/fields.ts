/** Fields of an event, to put in the place of the sample's. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads what was typed into the dialog.
 * @param text JSON, such as `{"checkInStatus": "Invalid"}`; empty for none
 * @returns the fields, or `undefined` where the text is no JSON object
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

/** Whether a value has fields: lists, dates and bytes have none. */
export function isPlainObject(value: unknown): value is Fields {
  return Object.prototype.toString.call(value) === "[object Object]";
}
