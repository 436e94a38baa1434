import { z } from "zod";
import { catalog } from "../src/events/catalog";
import { details } from "../src/events/details";
import { jsonSchemaOf } from "../src/events/json-schema";

/** JSON Schema, as far as zod uses it here. */
interface Schema {
  type?: string | readonly string[];
  description?: string;
  enum?: readonly string[];
  anyOf?: readonly Schema[];
  items?: Schema;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
}

/**
 * The types for a Function node's editor: the payload of each event and the message, as ambient TypeScript declarations,
 * generated from the schemas.
 * @example
 * `/** @type {Hapana.CheckIn} *\\/ const visit = msg.payload;`
 */
export function declarations(): string {
  const payloads = catalog.map(({ type, title, firesWhen }) =>
    documented(
      `${title}: fires when ${firesWhen}`,
      `interface ${typeName(type)} ${objectType(jsonSchemaOf(type) as Schema)}`,
    ),
  );
  const byType = catalog.map(({ type }) => `${type}: ${typeName(type)};`);
  const namespace = [
    ...payloads,
    documented("The payloads, by their event types", `interface Payloads ${block(byType)}`),
    documented(
      "A payload in which fields may be read that Hapana does not document: Hapana.WithFurtherFields<Hapana.CheckIn>",
      "type WithFurtherFields<Payload> = Payload & { [field: string]: any }",
    ),
    documented(
      "What a message tells about its event, besides the payload",
      `interface Details ${objectType(z.toJSONSchema(details) as Schema)}`,
    ),
    documented(
      'A message of one event, such as Hapana.Message<"checkIn">; of any event, told apart by topic',
      `type Message<Type extends keyof Payloads = keyof Payloads> = ${message}`,
    ),
  ];
  const nodeMessage = block([
    documented("What a Hapana webhook in node tells about the event", "hapana?: Hapana.Details;"),
  ]);
  return `declare namespace Hapana ${block(namespace)}\ninterface NodeMessage ${nodeMessage}\n`;
}

/** For each event, by its title, the line with which a Function node's code says that the payload is that event's. */
export function typedPayloads(): Record<string, string> {
  return Object.fromEntries(
    catalog.map(({ type, title }) => [title, `/** @type {Hapana.${typeName(type)}} */ const ${type} = msg.payload;`]),
  );
}

/**
 * Distributed over the events, so that the topic discriminates. Members added by a flow are its own affair: as in
 * Node-RED's own type, they must not be errors.
 */
const message =
  "{ [Each in Type]: { topic: Each; payload: Payloads[Each]; hapana: Details; _msgid: string; [other: string]: any } }[Type];";

function typeName(type: string): string {
  return `${type.charAt(0).toUpperCase()}${type.slice(1)}`;
}

function objectType({ properties = {}, required = [] }: Schema): string {
  const members = Object.entries(properties).map(([name, schema]) =>
    documented(schema.description, `${name}${required.includes(name) ? "" : "?"}: ${typeOf(schema)};`),
  );
  // If some fields are named, any other counts as a typo.
  return block(members.length > 0 ? members : ["[field: string]: any;"]);
}

function typeOf(schema: Schema): string {
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeOf))].join(" | ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const types = [schema.type ?? "any"].flat();
  return types.map((type) => namedType(type, schema)).join(" | ");
}

function namedType(type: string, schema: Schema): string {
  if (type === "array") return `Array<${typeOf(schema.items ?? {})}>`;
  return type === "object" ? objectType(schema) : type;
}

function documented(description: string | undefined, declaration: string): string {
  return description === undefined ? declaration : `/** ${description}. */\n${declaration}`;
}

function block(lines: readonly string[]): string {
  return `{\n${lines.join("\n").replace(/^/gm, "  ")}\n}`;
}
