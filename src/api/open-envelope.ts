import { openEnvelope as openParts } from "../receiver/open-envelope";

/** One event, taken out of whatever it came in. */
export interface OpenedEvent {
  /** Its fields, under their keys as written; `undefined` if no client was found, so that it is not an event. */
  readonly fields: Readonly<Record<string, unknown>> | undefined;
  /** What arrived, unchanged; if there were several events, this one's part. */
  readonly body: unknown;
}

/**
 * Finds the events in a body: flat, under a key, under usual or unusual keys, in JSON strings, nested several levels
 * deep, in lists. The object that has its own `clientID` is the event; docs/reading.md in the repository has the rules.
 * @param body the parsed body
 * @returns the events, at least one; if there are too many for a delivery, enough to show that
 * @example
 * const [opened] = openEnvelope({ event: "checkIn", data: { clientID: "c1" } });
 * opened?.fields; // { clientID: "c1" }
 */
export function openEnvelope(body: unknown): OpenedEvent[] {
  return openParts(body).map(({ fields, body }) => ({ fields, body }));
}
