import type { z } from "zod";
import { definitionOf, type EventType } from "./catalog";
import { zod } from "./lazy-schema";

/**
 * The JSON Schema (draft 2020-12) of an event's payload, as it leaves the node.
 * @param event the event type
 * @returns a fresh schema object
 * @example
 * jsonSchemaOf("checkIn").required; // ["clientID"]
 */
export function jsonSchemaOf(event: EventType): z.core.JSONSchema.BaseSchema {
  const { title, firesWhen, schema } = definitionOf(event);
  return { ...zod().toJSONSchema(schema, { io: "output" }), title, description: `Fires when ${firesWhen}.` };
}
