import { eventTypes } from "../../events/catalog";
import { unrecognised } from "../../receiver/receive";
import { fingerprint } from "../fingerprint";
import { keys, sequenceText } from "./keys";

/** What a name of a delivery stands for, besides the id: another kind of event under the same id is another event. */
export interface NamedKind {
  event: string;
  test: boolean;
}

/** The key of the events of a kind in a delivery that Hapana gave an id. */
export function deliveryKeyOf(endpoint: string, deliveryId: string, { event, test }: NamedKind): string {
  return keyOf(endpoint, deliveryId, event, test ? "test" : "");
}

/** Every key that the events of a delivery may have. */
export function deliveryKeysOf(endpoint: string, deliveryId: string): string[] {
  return [...eventTypes, unrecognised].flatMap((event) =>
    [false, true].map((test) => deliveryKeyOf(endpoint, deliveryId, { event, test })),
  );
}

/** The key of a delivery by what was signed of it. */
export function signedKeyOf(endpoint: string, signed: string): string {
  return keyOf(endpoint, signed);
}

function keyOf(...texts: readonly string[]): string {
  return keys.delivery(fingerprint(...texts).slice(0, 22));
}

const lastPart = /^[0-9a-f-]{24}([0-9a-f]{12})$/;

/**
 * An id of our own says where its delivery is: so it needs no row of its own.
 * @param uuid the id that it was given when it was received
 * @param sequence of its first event
 */
export function withSequence(uuid: string, sequence: number): string {
  return uuid.slice(0, 24) + sequenceText(sequence);
}

/** Where a delivery with such an id begins; `undefined` where it is none. */
export function sequenceIn(deliveryId: string): number | undefined {
  const [, sequence] = lastPart.exec(deliveryId) ?? [];
  return sequence === undefined ? undefined : Number.parseInt(sequence, 16);
}
