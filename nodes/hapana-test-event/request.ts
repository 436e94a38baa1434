import { type EventType, eventTypes } from "../../src/events/catalog";
import { recogniseEventType } from "../../src/events/spelling";
import type { Obstacle } from "./status";

/** What a message asks for, beyond what the node is set to. */
export interface TestRequest {
  /** The events to post, in this order. */
  events: readonly EventType[];
  /** Fields to put in the place of the sample's. */
  fields: Readonly<Record<string, unknown>>;
}

/** The setting for all events, one after the other. */
export const allEvents = "all";

/**
 * Reads what a message asks for.
 * @param message the message: its topic may name an event, its payload may hold fields
 * @param setting the event that the node is set to, or {@link allEvents}
 * @returns the request, or what is wrong with the message
 */
export function readRequest(
  message: Readonly<{ topic?: unknown; payload?: unknown }>,
  setting: string,
): TestRequest | Obstacle {
  const { topic, payload } = message;
  const name = topic === undefined || topic === null || topic === "" ? setting : topic;
  const event = recogniseEventType(name);
  const events = name === allEvents ? eventTypes : event && [event];
  if (!events) return { code: "unknownEvent" };
  const fields = isPlainObject(payload) ? asJson(payload) : {};
  return fields ? { events, fields } : { code: "unwritableFields" };
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return Object.prototype.toString.call(value) === "[object Object]";
}

/** The fields as JSON can carry them; `undefined` where it cannot. */
function asJson(fields: Record<string, unknown>): Record<string, unknown> | undefined {
  try {
    return JSON.parse(JSON.stringify(fields));
  } catch {
    return undefined;
  }
}
