import { catalog, type EventType } from "./catalog";

/**
 * Folds a name to its letters and digits, so that `clientStatusChange`, `client_status_change`, `Client Status Change`
 * and `client.status.change` are one.
 * @param name any spelling
 * @returns the folded name
 */
export function fold(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

const longestName = 80;
const affixes = /^(?:hapana|webhook|event)+|(?:webhook|event)+$/g;

const namedEvents: ReadonlyMap<string, EventType> = new Map(
  catalog.flatMap(({ type, title, aliases }) => [type, title, ...aliases].map((name) => [fold(name), type] as const)),
);

/**
 * Recognises an event type in any customary spelling.
 * @param name what was written, such as `"Client Check-In"` or `"hapana.check_in"`
 * @returns the event type, or `undefined` where the name means none of the six
 */
export function recogniseEventType(name: unknown): EventType | undefined {
  if (typeof name !== "string" || name.length > longestName) return undefined;
  const folded = fold(name);
  return namedEvents.get(folded) ?? namedEvents.get(folded.replace(affixes, ""));
}
