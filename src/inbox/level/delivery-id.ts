import { sequenceText } from "./keys";

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
