import type { EventType } from "../src/events/catalog";
import { jsonSchemaOf } from "../src/events/json-schema";

/** A field of an event's payload, as documentation and editor show it. */
export interface Field {
  name: string;
  /** Its possible JSON types, except `null`, which every field can be. */
  kinds: string[];
  meaning: string;
}

/**
 * @param type the event
 * @returns its fields, in the schema's order
 */
export function fieldsOf(type: EventType): Field[] {
  const properties = jsonSchemaOf(type).properties ?? {};
  return Object.entries(properties).map(([name, schema]) => {
    const { description = "" } = schema as Schema;
    return { name, kinds: kindsOf(schema as Schema), meaning: description };
  });
}

interface Schema {
  type?: string | string[];
  description?: string;
  anyOf?: Schema[];
}

function kindsOf({ type, anyOf }: Schema): string[] {
  const kinds = [type ?? [], ...(anyOf ?? []).map(kindsOf)].flat();
  return [...new Set(kinds)].filter((kind) => kind !== "null");
}
