import { defaults } from "./config";

/** What of a message tells apart what has the same key. */
interface KeyedMessage {
  hapana?: { event?: unknown; test?: unknown };
}

/**
 * What is to be done once, as text. A test is never the same as a real event; and one delivery's id may come with events of several kinds.
 * @param message what came
 * @param property where its key is
 * @param value what is there
 * @returns `undefined` where there is nothing that could be told apart from something else
 */
export function keyOf(message: object, property: string, value: unknown): string | undefined {
  const isKey = (typeof value === "string" && value.trim() !== "") || Number.isFinite(value);
  if (!isKey) return undefined;
  const { hapana } = message as KeyedMessage;
  const event = property === defaults.key ? hapana?.event : undefined;
  return JSON.stringify([String(value), event ?? null, hapana?.test === true]);
}
