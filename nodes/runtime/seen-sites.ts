import type { ReceivedDelivery } from "../../src/receiver/receive";

/** More locations, and longer siteIDs, than any studio has: whoever sends more makes them up. */
const most = 200;
const longest = 200;

/**
 * Remembers from which locations events have come since Node-RED started: a studio that knows its locations by name learns
 * their siteIDs so. Test events do not count, because their location may be invented.
 */
export class SeenSites {
  readonly #siteIDs = new Set<string>();

  /** The locations, in the order in which they were first seen. */
  get all(): string[] {
    return [...this.#siteIDs];
  }

  note({ test, events }: Pick<ReceivedDelivery, "test" | "events">): void {
    if (test) return;
    for (const { siteID } of events) {
      if (siteID && siteID.length <= longest && this.#siteIDs.size < most) this.#siteIDs.add(siteID);
    }
  }
}
