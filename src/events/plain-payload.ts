import { catalog, type EventType } from "./catalog";
import { fieldOf } from "./field-names";
import { type Field, freeform, identifier, moment, text } from "./fields";

/** The kinds of field that accept any text unchanged. */
const textual: ReadonlySet<unknown> = new Set([text, identifier, moment, freeform]);

/** What a field accepts unchanged, besides `null`. */
interface Taken {
  isTextual: boolean;
  /** Whether a list is accepted too. */
  isFreeform: boolean;
  field: Field;
}

/** The fields of each event. An event whose fields come in several shapes is not included. */
const takenBy: ReadonlyMap<EventType, ReadonlyMap<string, Taken>> = new Map(
  catalog
    .filter((definition) => !("shape" in definition))
    .map(({ type, fields }) => [
      type,
      new Map(Object.entries<Field>(fields).map(([name, field]) => [name, takenAs(field)])),
    ]),
);

function takenAs(field: Field): Taken {
  return { isTextual: textual.has(field.kind), isFreeform: field.kind === freeform, field };
}

/**
 * Makes the payload of an event that arrived as documented by Hapana, in a fraction of the time that its schema takes: most of
 * the fields are text, and are not changed.
 * @param event the event type
 * @param fields the fields as they arrived; not changed
 * @returns the same payload as from the schema; `undefined` if only the schema can decide, or a field has to be renamed
 */
export function plainPayload(
  event: EventType,
  fields: Readonly<Record<string, unknown>>,
): Record<string, unknown> | undefined {
  const taken = takenBy.get(event);
  if (!taken || typeof fields.clientID !== "string") return undefined;
  const payload = { ...fields };
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    const takes = taken.get(name);
    if (!takes) {
      if (name === "__proto__" || (fieldOf(name) ?? name) !== name) return undefined;
      continue;
    }
    if (typeof value === "string" ? takes.isTextual : value === null) continue;
    if (takes.isFreeform && Array.isArray(value)) continue;
    const result = takes.field.schema.safeParse(value);
    if (!result.success) return undefined;
    payload[name] = result.data;
  }
  return payload;
}
