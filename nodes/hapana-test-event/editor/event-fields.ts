import { fields } from "hapana-fields";

/** A field, and its event. */
export interface EventField {
  event: string;
  name: string;
  /** Its possible JSON types. */
  kinds: readonly string[];
  /** Its value in the sample, if any. */
  usual?: unknown;
}

/**
 * The fields that a test event can have.
 * @param event an event type; anything else means all of them
 * @returns its fields, in catalog order; for several events, a name may occur more than once
 */
export function fieldsOf(event: string): EventField[] {
  const all = Object.entries(fields);
  const chosen = all.filter(([type]) => type === event);
  return (chosen.length > 0 ? chosen : all).flatMap(([type, ofType]) =>
    ofType.map((field) => ({ event: type, ...field })),
  );
}
