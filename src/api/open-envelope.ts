import { openEnvelope as openParts } from "../receiver/open-envelope";

/** One event, taken out of whatever it came in. */
export interface OpenedEvent {
  /** Its fields, under their keys as written; `undefined` where no client could be found, so that it is no event. */
  readonly fields: Readonly<Record<string, unknown>> | undefined;
  /** What arrived, untouched; of several events, what is this one's. */
  readonly body: unknown;
}

/**
 * Finds the events in a body: flat, under a key, nested in customary or unheard-of keys, in JSON strings, several levels
 * deep, in lists. The object that has its own `clientID` is the event; docs/reading.md in the repository has the rules.
 * @param body the parsed body
 * @returns the events, at least one; of more than a delivery may have, as many as show that
 * @example
 * const [opened] = openEnvelope({ event: "checkIn", data: { clientID: "c1" } });
 * opened?.fields; // { clientID: "c1" }
 */
export function openEnvelope(body: unknown): OpenedEvent[] {
  return openParts(body).map(({ fields, body }) => ({ fields, body }));
}
