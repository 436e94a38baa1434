/** Hapana's known statuses: first the ones that usually open the door. */
export const knownStatuses = ["activePackage", "introOffer", "accountCreated", "suspendedMembership", "inactive"];

/** Doors ignore upper and lower case. */
export function asKnown(status: string): string {
  return knownStatuses.find((known) => known.toLowerCase() === status.trim().toLowerCase()) ?? status;
}
