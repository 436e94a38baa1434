import { eventTypes } from "../../src/events/catalog";
import { checkIn } from "../../src/events/check-in";
import type { Inbox } from "../../src/inbox/inbox";
import type { ReceivedDelivery } from "../../src/receiver/receive";

const firstNames = [
  ...[
    "Maria",
    "Anna",
    "Emma",
    "Olivia",
    "Sophie",
    "Zoë",
    "Lucas",
    "Noah",
    "Liam",
    "Jack",
    "Tom",
    "Ben",
    "Ada",
    "Mei",
    "Jürgen",
  ],
  ...[
    "Charlotte",
    "Isla",
    "Amelia",
    "Ethan",
    "William",
    "Henry",
    "James",
    "Oliver",
    "Ava",
    "Mia",
    "Grace",
    "Ruby",
    "Chloe",
  ],
  ...[
    "Harper",
    "Leo",
    "Hugo",
    "Arthur",
    "Max",
    "Archie",
    "Oscar",
    "Theo",
    "Matilda",
    "Evie",
    "Freya",
    "Ivy",
    "Poppy",
    "Daisy",
  ],
];
const syllables = [
  "al",
  "ber",
  "cas",
  "do",
  "er",
  "fi",
  "gar",
  "han",
  "is",
  "jo",
  "ken",
  "lo",
  "mar",
  "ni",
  "os",
  "pe",
  "ra",
  "sil",
  "ta",
  "va",
];

/** A number that is as good as random, always the same for the same number. */
function scattered(number: number, salt: number): number {
  let hash = Math.imul(number ^ (salt * 0x9e3779b1), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Small numbers are much more frequent, as names are. */
const frequent = (number: number, salt: number, count: number) =>
  Math.floor((scattered(number, salt) / 2 ** 32) ** 2 * count);

/** One of the clients of a gym. */
export interface Client {
  clientID: string;
  firstName: string;
  lastName: string;
  email: string;
  phone: string;
}

/** @param number which one */
export function gymClient(number: number): Client {
  const firstName = firstNames[frequent(number, 1, firstNames.length)] as string;
  const syllable = (salt: number) => syllables[frequent(number, salt, syllables.length)] as string;
  const last = syllable(2) + syllable(3) + syllable(4);
  const lastName = last[0]?.toUpperCase() + last.slice(1);
  const digits = String(scattered(number, 5)).padStart(10, "0");
  return {
    clientID: Buffer.from(`${scattered(number, 6)}${scattered(number, 7)}`).toString("base64"),
    firstName,
    lastName,
    email: `${firstName}.${lastName}${number % 100}@example.com`.toLowerCase(),
    phone: `+614${digits.slice(0, 8)}`,
  };
}

/** A client's visit. @param number of the event */
export function visit(number: number, { clients, count }: { clients: number; count: number }): ReceivedDelivery {
  const client = gymClient(scattered(number, 8) % clients);
  const receivedAt = new Date(Date.now() - 6 * 24 * 60 * 60_000 * (1 - number / count)).toISOString();
  const checkInTime = receivedAt.slice(0, 19).replace("T", " ");
  const barcode = String(scattered(scattered(number, 8) % clients, 9) % 1e9);
  const payload = { ...checkIn.sample, ...client, checkInTime, barcode };
  return {
    deliveryId: `dlv_${scattered(number, 10).toString(36)}${number}`,
    hasOwnId: true,
    receivedAt,
    test: false,
    events: [
      {
        ...{ event: "checkIn", payload, clientID: payload.clientID, distinction: undefined, issues: [] },
        ...{ siteID: String(payload.siteID), body: payload, bodyJson: JSON.stringify(payload), isPayloadBody: true },
      },
    ],
  };
}

const atOnce = 1_000;

/**
 * Fills an inbox with visits of the last six days, delivered at once, but for one of a thousand, which fails.
 * @param count how many, in thousands; a client has come twenty times
 */
export async function fillWithVisits(inbox: Inbox, count: number): Promise<void> {
  await inbox.subscribers({
    endpoints: [{ id: "endpoint", path: "/hapana", retentionDays: 7 }],
    subscribers: [{ id: "webhook", endpoint: "endpoint", events: eventTypes, sites: [] }],
  });
  for (let done = 0; done < count; done += atOnce) {
    const visits = Array.from({ length: atOnce }, (_, index) => visit(done + index, { clients: count / 20, count }));
    const stored = await Promise.all(visits.map((delivery) => inbox.store("endpoint", delivery, () => true)));
    const claims = stored.flatMap(({ events }) => events).flatMap((each) => each.claims);
    await inbox.settle(
      claims.map(({ subscriber, event: { sequence }, attempt }, index) => {
        const kind = index === 500 ? "failed" : "delivered";
        return { subscriber, sequence, attempt, outcome: { kind, error: "no", milliseconds: 1 } };
      }),
    );
  }
}

/** What somebody may look for among such visits; the last two are in none. */
export function searchesAmong(count: number): string[] {
  const { email, firstName, lastName, clientID, phone } = gymClient(7);
  const { deliveryId } = visit(count / 4, { clients: count / 20, count });
  return [email, `${lastName} ${firstName}`.toUpperCase(), clientID, phone, deliveryId, "kwan", "nobody"];
}
