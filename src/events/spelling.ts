import type { EventType } from "./catalog";
import { readTypeName } from "./type-name";

/**
 * Recognises an event type in any common spelling.
 * @param name what was written, such as `"Client Check-In"` or `"hapana.check_in"`
 * @returns the event type, or `undefined` if the name means none of them
 * @example
 * recogniseEventType("hapana.check_in"); // "checkIn"
 * recogniseEventType("towel.returned"); // undefined
 */
export function recogniseEventType(name: unknown): EventType | undefined {
  const read = readTypeName(name);
  return read?.kind === "event" ? read.event : undefined;
}
