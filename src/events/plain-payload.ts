import { z } from "zod";
import { catalog, type EventType } from "./catalog";
import { fieldOf } from "./field-names";
import { freeform, identifier, identity, moment, text } from "./fields";

/** The kinds of field that leave any text as it is. */
const textual: ReadonlySet<unknown> = new Set([text, identifier, identity.clientID, moment, freeform]);

/** What a field takes as it is, besides `null`. */
interface Taken {
  isTextual: boolean;
  /** Whether a list is taken too. */
  isFreeform: boolean;
  schema: z.ZodType;
}

/** Per event, its fields. An event whose fields take several shapes is not among them. */
const takenBy: ReadonlyMap<EventType, ReadonlyMap<string, Taken>> = new Map(
  catalog
    .filter((definition) => !("shape" in definition))
    .map(({ type, schema }) => [
      type,
      new Map(Object.entries(schema.shape).map(([name, schema]) => [name, takenAs(schema)])),
    ]),
);

function takenAs(schema: z.ZodType): Taken {
  let kind: unknown = schema;
  while (kind instanceof z.ZodOptional || kind instanceof z.ZodNullable) kind = kind.unwrap();
  return { isTextual: textual.has(kind), isFreeform: kind === freeform, schema };
}

/**
 * Makes the payload of an event that arrived as Hapana documents it, in a fraction of the time that its schema takes: most of
 * the fields are text, and stay as they are.
 * @param event the event type
 * @param fields the fields as they arrived; not changed
 * @returns the same payload that the schema gives; `undefined` where only the schema can tell, or a field has to be renamed
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
    const field = taken.get(name);
    if (!field) {
      if (name === "__proto__" || (fieldOf(name) ?? name) !== name) return undefined;
      continue;
    }
    if (typeof value === "string" ? field.isTextual : value === null) continue;
    if (field.isFreeform && Array.isArray(value)) continue;
    const result = field.schema.safeParse(value);
    if (!result.success) return undefined;
    payload[name] = result.data;
  }
  return payload;
}
