import { defaults } from "./config";

/** What distinguishes messages with the same key. */
interface KeyedMessage {
  hapana?: { event?: unknown; test?: unknown };
}

/**
 * What to do once, as text. A test never equals a real event; and one delivery id can cover events of several kinds.
 * @param message the message
 * @param property the path of its key
 * @param value the key
 * @returns `undefined` if the value cannot be a key
 */
export function keyOf(message: object, property: string, value: unknown): string | undefined {
  const isKey = (typeof value === "string" && value.trim() !== "") || Number.isFinite(value);
  if (!isKey) return undefined;
  const { hapana } = message as KeyedMessage;
  const event = property === defaults.key ? hapana?.event : undefined;
  return JSON.stringify([String(value), event ?? null, hapana?.test === true]);
}
