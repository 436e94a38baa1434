/** Fills an inbox with events, as many as asked for, through the inbox itself: `fill.ts <folder> <count> <waiting|delivered>`. */
import { eventTypes } from "../src/events/catalog";
import { checkIn } from "../src/events/check-in";
import { diskSource } from "../src/inbox/level/disk-source";
import { LevelInbox } from "../src/inbox/level/level-inbox";
import type { ReceivedDelivery } from "../src/receiver/receive";

const atOnce = 1_000;

async function fill(folder: string, count: number, state: string): Promise<void> {
  const inbox = await LevelInbox.open(diskSource(folder), { storageChanged() {}, notice() {} });
  await inbox.subscribers({
    endpoints: [{ id: "endpoint", path: "/hapana", retentionDays: 7 }],
    subscribers: [{ id: "webhook", endpoint: "endpoint", events: eventTypes, sites: [] }],
  });
  for (let done = 0; done < count; done += atOnce) {
    const results = await Promise.all(
      Array.from({ length: Math.min(atOnce, count - done) }, (_, index) =>
        inbox.store("endpoint", delivery(done + index, count), () => state === "delivered"),
      ),
    );
    const claims = results.flatMap(({ events }) => events).flatMap((result) => result.claims);
    await inbox.settle(
      claims.map(({ subscriber, event: { sequence }, attempt }) => ({
        ...{ subscriber, sequence, attempt },
        outcome: { kind: "delivered", milliseconds: 1 },
      })),
    );
  }
  await inbox.close();
}

const days = 6 * 24 * 60 * 60_000;

/** The events of the last days, evenly spread. */
function delivery(number: number, count: number): ReceivedDelivery {
  const payload = { ...checkIn.sample, clientID: `stored-${number}` };
  return {
    deliveryId: `stored-${number}`,
    hasOwnId: true,
    receivedAt: new Date(Date.now() - days * (1 - number / count)).toISOString(),
    test: false,
    events: [
      {
        event: "checkIn",
        payload,
        clientID: payload.clientID,
        distinction: undefined,
        siteID: String(payload.siteID),
        issues: [],
        body: payload,
        bodyJson: JSON.stringify(payload),
        isPayloadBody: true,
      },
    ],
  };
}

const [folder = "", count = "0", state = "delivered"]: readonly string[] = process.argv.slice(2);
void fill(folder, Number(count), state);
