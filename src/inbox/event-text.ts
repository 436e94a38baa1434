import { copyOf } from "../events/copy";

/** An event's details as they are written, beside its body: a payload that says the same as the body is left out. */
interface Written {
  payload?: unknown;
  body: unknown;
}

/**
 * Writes an event as JSON text. Most events arrive flat, so that their payload is their body: it is then written once.
 * @param details everything but the body
 * @param body what arrived
 * @param bodyText the body as JSON
 */
export function toText(
  details: { event: string; payload: unknown; [detail: string]: unknown },
  body: unknown,
  bodyText: string,
): string {
  const isSaidTwice = isEqual(details.payload, body);
  const text = JSON.stringify(isSaidTwice ? { ...details, payload: undefined } : details);
  return `${text.slice(0, -1)},"body":${bodyText}}`;
}

/**
 * Reads what {@link toText} wrote. Payload and body are objects of their own: a flow may change one and still look at the other.
 * @param text the JSON text
 */
export function fromText(text: string): Written & Record<string, unknown> {
  const written = JSON.parse(text) as Written & Record<string, unknown>;
  return "payload" in written ? written : { ...written, payload: copyOf(written.body) };
}

function isEqual(value: unknown, other: unknown): boolean {
  if (value === other) return true;
  if (!isObject(value) || !isObject(other) || Array.isArray(value) !== Array.isArray(other)) return false;
  const keys = Object.keys(value);
  if (keys.length !== Object.keys(other).length) return false;
  for (const key of keys) if (!Object.hasOwn(other, key) || !isEqual(value[key], other[key])) return false;
  return true;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
