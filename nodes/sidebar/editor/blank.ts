import { fold } from "../../../src/events/fold";

/** What Hapana's support needs to find an event, and what is not personal; by folded name. */
const kept = new Set(
  [
    "clientID siteID messageID packageID sessionID locationID deliveryID eventID webhookID requestID",
    "event eventType eventName type topic trigger action messageType",
    "clientStatus status checkInStatus checkInTime checkInType sessionStartTime purchaseDate receivedAt timestamp createdAt",
    "packageType packageCategory amount amountPaid currency",
  ]
    .join(" ")
    .toLowerCase()
    .split(" "),
);

/** Replaces blanked values. */
export const blanked = "…";

/**
 * Blanks what may be personal: all texts and numbers, except those that only identify something, or say what kind it is. The
 * names of the fields are kept, and empty values stay empty.
 * @param value JSON
 * @param name the field that contains it
 */
export function withoutPersonalData(value: unknown, name = ""): unknown {
  if (Array.isArray(value)) return value.map((each) => withoutPersonalData(each, name));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutPersonalData(each, key)]));
  }
  if (value === null || value === "" || typeof value === "boolean") return value;
  return kept.has(fold(name)) ? value : blanked;
}
