import type { z } from "zod";
import { accountCreated } from "./account-created";
import { checkIn } from "./check-in";
import { clientStatusChange } from "./client-status-change";
import { clientUpdated } from "./client-updated";
import type { EventDefinition } from "./define-event";
import { outboundMessage } from "./outbound-message";
import { packagePurchased } from "./package-purchased";

/**
 * Hapana's webhooks. Outputs, labels, help and samples all follow this order, and saved flows are wired to it: new ones go to the end.
 * @example
 * for (const { type, title, firesWhen } of catalog) console.log(`${title} (${type}) fires when ${firesWhen}.`);
 */
export const catalog = [
  outboundMessage,
  accountCreated,
  clientUpdated,
  clientStatusChange,
  packagePurchased,
  checkIn,
] as const;

type Catalog = (typeof catalog)[number];

/** `"outboundMessage" | "accountCreated" | …` */
export type EventType = Catalog["type"];

/**
 * The typed payload of one event, with the fields that Hapana documents. Others pass through as well; a type that allowed them would
 * hide every typo, so those are in {@link WithFurtherFields}.
 * @example
 * function welcome(payload: HapanaPayload<"accountCreated">) { return `Welcome, ${payload.firstName}!`; }
 */
export type HapanaPayload<Type extends EventType> = Documented<z.output<Extract<Catalog, { type: Type }>["schema"]>>;

/**
 * A payload that also allows reading fields that Hapana does not document.
 * @example
 * function homeClub(payload: WithFurtherFields<HapanaPayload<"accountCreated">>) { return payload.homeClub; }
 */
export type WithFurtherFields<Payload> = Payload & { [field: string]: unknown };

/** The same without index signatures, including nested objects and lists. */
type Documented<Value> = Value extends readonly (infer Item)[]
  ? Documented<Item>[]
  : Value extends object
    ? keyof Named<Value> extends never
      ? Value
      : { [Name in keyof Named<Value>]: Documented<Named<Value>[Name]> }
    : Value;

type Named<Value> = { [Name in keyof Value as string extends Name ? never : Name]: Value[Name] };

/** Any of the events, distinguished by `event`. */
export type HapanaEvent = { [Type in EventType]: { event: Type; payload: HapanaPayload<Type> } }[EventType];

/**
 * The event types, in catalog order.
 * @example
 * eventTypes.includes("checkIn"); // true
 */
export const eventTypes: readonly EventType[] = catalog.map((definition) => definition.type);

const byType: ReadonlyMap<string, EventDefinition<EventType>> = new Map(
  catalog.map((definition) => [definition.type, definition as EventDefinition<EventType>]),
);

/**
 * Looks an event up.
 * @param type its event type
 * @returns its definition
 * @throws RangeError if there is no such event
 * @example
 * definitionOf("checkIn").title; // "Client Check-In"
 */
export function definitionOf(type: EventType): EventDefinition<EventType> {
  const definition = byType.get(type);
  if (!definition) throw new RangeError(`There is no event type "${type}". Use one of ${eventTypes.join(", ")}.`);
  return definition;
}
