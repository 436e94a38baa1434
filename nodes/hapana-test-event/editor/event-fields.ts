import { fields } from "hapana-fields";

/** A field, and the event that it belongs to. */
export interface EventField {
  event: string;
  name: string;
  /** The JSON types that it can have. */
  kinds: readonly string[];
  /** What it holds in the sample, if anything. */
  usual?: unknown;
}

/**
 * The fields that a test event can have.
 * @param event an event type; anything else stands for all of them
 * @returns its fields, in the catalog's order; of several events, a name may come more than once
 */
export function fieldsOf(event: string): EventField[] {
  const all = Object.entries(fields);
  const chosen = all.filter(([type]) => type === event);
  return (chosen.length > 0 ? chosen : all).flatMap(([type, ofType]) =>
    ofType.map((field) => ({ event: type, ...field })),
  );
}
