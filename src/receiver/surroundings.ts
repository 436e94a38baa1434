import type { JsonObject } from "./written-json";

/** An object around several events, and the key under which it contains them. */
export interface Around {
  readonly object: JsonObject;
  readonly key: string;
  /** The objects between it and the events. */
  readonly inner: Around | undefined;
}

/** Longer values would be stored once for each event. */
const longest = 4_000;
const maxKeys = 200;

/** What surrounded several events. */
export type Envelope = { readonly content: JsonObject } | "none" | "tooLong";

const built = new WeakMap<Around, Envelope>();

/**
 * @param around what is around one of several events
 * @returns what surrounds them, without the events themselves
 */
export function envelopeOf(around: Around): Envelope {
  const known = built.get(around);
  if (known) return known;
  const envelope = build(around);
  built.set(around, envelope);
  return envelope;
}

function build({ object, key, inner }: Around): Envelope {
  const within = inner ? envelopeOf(inner) : "none";
  const keys = Object.keys(object);
  if (within === "tooLong" || keys.length > maxKeys) return "tooLong";
  const kept = keys.filter((each) => each !== key || within !== "none");
  if (kept.length === 0) return "none";
  const content = Object.fromEntries(
    kept.map((each) => [each, each === key && within !== "none" ? within.content : object[each]]),
  );
  return JSON.stringify(content).length > longest ? "tooLong" : { content };
}
