/** Those that Hapana is known to have: first the ones that usually open. */
export const knownStatuses = ["activePackage", "introOffer", "accountCreated", "suspendedMembership", "inactive"];

/** To a door, capitals make no difference. */
export function asKnown(status: string): string {
  return knownStatuses.find((known) => known.toLowerCase() === status.trim().toLowerCase()) ?? status;
}
