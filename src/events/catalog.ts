import type { z } from "zod";
import { accountCreated } from "./account-created";
import { checkIn } from "./check-in";
import { clientStatusChange } from "./client-status-change";
import { clientUpdated } from "./client-updated";
import type { EventDefinition } from "./define-event";
import { outboundMessage } from "./outbound-message";
import { packagePurchased } from "./package-purchased";

/** The six webhooks, in the order of the help centre's overview. Outputs, labels, help and samples all follow it. */
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
 * The typed payload of one event.
 * @example
 * function welcome(payload: HapanaPayload<"accountCreated">) { return `Welcome, ${payload.firstName}!`; }
 */
export type HapanaPayload<Type extends EventType> = z.output<Extract<Catalog, { type: Type }>["schema"]>;

/** Any of the six events, told apart by `event`. */
export type HapanaEvent = { [Type in EventType]: { event: Type; payload: HapanaPayload<Type> } }[EventType];

/** The six event types, in catalog order. */
export const eventTypes: readonly EventType[] = catalog.map((definition) => definition.type);

const byType: ReadonlyMap<string, EventDefinition<EventType>> = new Map(
  catalog.map((definition) => [definition.type, definition as EventDefinition<EventType>]),
);

/**
 * Looks an event up.
 * @param type its event type
 * @returns its definition
 * @throws RangeError where there is no such event
 */
export function definitionOf(type: EventType): EventDefinition<EventType> {
  const definition = byType.get(type);
  if (!definition) throw new RangeError(`There is no event type "${type}". Use one of ${eventTypes.join(", ")}.`);
  return definition;
}
