import { type EventType, eventTypes } from "../../src/events/catalog";
import { recogniseEventType } from "../../src/events/spelling";
import { allEvents, type TestEventConfig } from "./config";
import { type Fields, isPlainObject, readFields } from "./fields";
import type { Obstacle } from "./status";

/** What to post. */
interface TestRequest {
  /** The events, in this order. */
  events: readonly EventType[];
  /** Fields that replace the samples'. */
  fields: Fields;
}

/**
 * Reads what a message requests.
 * @param message its topic can name an event, its payload can hold fields, which take precedence over the node's
 * @param settings the node's settings
 * @returns the request, or what is wrong with the message or the settings
 */
export function readRequest(
  message: Readonly<{ topic?: unknown; payload?: unknown }>,
  settings: Pick<TestEventConfig, "event" | "fields">,
): TestRequest | Obstacle {
  const { topic, payload } = message;
  const isOwn = topic === undefined || topic === null || topic === "";
  const name = isOwn ? settings.event : topic;
  const event = recogniseEventType(name);
  const events = name === allEvents ? eventTypes : event && [event];
  if (!events) return { code: isOwn ? "unknownOwnEvent" : "unknownEvent" };
  const own = readFields(settings.fields);
  if (!own) return { code: "unreadableFields" };
  const asked = isPlainObject(payload) ? asJson(payload) : {};
  return asked ? { events, fields: { ...own, ...asked } } : { code: "unwritableFields" };
}

/** The fields as JSON can carry them; `undefined` if it cannot. */
function asJson(fields: Fields): Fields | undefined {
  try {
    return JSON.parse(JSON.stringify(fields));
  } catch {
    return undefined;
  }
}
