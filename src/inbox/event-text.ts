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
  const { payload, ...others } = details;
  const text = JSON.stringify(saysTheSame(payload, body) ? others : details);
  return `${text.slice(0, -1)},"body":${bodyText}}`;
}

/**
 * Reads what {@link toText} wrote. Payload and body are objects of their own: a flow may change one and still look at the other.
 * @param text the JSON text
 */
export function fromText(text: string): Written & Record<string, unknown> {
  const written = JSON.parse(text) as Written & Record<string, unknown>;
  return "payload" in written ? written : { ...written, payload: structuredClone(written.body) };
}

function saysTheSame(payload: unknown, body: unknown): boolean {
  if (payload === body) return true;
  if (!isObject(payload) || !isObject(body)) return false;
  const keys = Object.keys(payload);
  return keys.length === Object.keys(body).length && keys.every((key) => isEqual(payload[key], body[key]));
}

function isEqual(value: unknown, other: unknown): boolean {
  if (typeof value !== "object" || value === null) return value === other;
  return JSON.stringify(value) === JSON.stringify(other);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
