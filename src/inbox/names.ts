import { eventTypes } from "../events/catalog";
import { type ReceivedDelivery, unrecognised } from "../receiver/receive";
import { fingerprint } from "./fingerprint";

/** What a delivery's name covers besides the id: another kind of event under the same id is another event. */
export interface NamedKind {
  event: string;
  test: boolean;
}

/** The name of the events of a kind in a delivery to which Hapana assigned an id. */
export function deliveryName(endpoint: string, deliveryId: string, { event, test }: NamedKind): string {
  return nameOf(endpoint, deliveryId, event, test ? "test" : "");
}

/** All names that the events of a delivery may have. */
export function deliveryNames(endpoint: string, deliveryId: string): string[] {
  return [...eventTypes, unrecognised].flatMap((event) =>
    [false, true].map((test) => deliveryName(endpoint, deliveryId, { event, test })),
  );
}

/** The name of a delivery by its signed content. */
export function signedName(endpoint: string, { signed }: Pick<ReceivedDelivery, "signed">): string | undefined {
  return signed === undefined ? undefined : nameOf(endpoint, signed);
}

function nameOf(...texts: readonly string[]): string {
  return fingerprint(...texts).slice(0, 22);
}
