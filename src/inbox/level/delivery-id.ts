import { sequenceText } from "./keys";

const lastPart = /^[0-9a-f-]{24}([0-9a-f]{12})$/;

/**
 * An id of our own encodes where its delivery is, so it needs no row.
 * @param uuid the id that it got on receipt
 * @param sequence of its first event
 */
export function withSequence(uuid: string, sequence: number): string {
  return uuid.slice(0, 24) + sequenceText(sequence);
}

/** Where a delivery with such an id starts; `undefined` for any other id. */
export function sequenceIn(deliveryId: string): number | undefined {
  const [, sequence] = lastPart.exec(deliveryId) ?? [];
  return sequence === undefined ? undefined : Number.parseInt(sequence, 16);
}
