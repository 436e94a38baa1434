import type { ReceivedDelivery } from "../../src/receiver/receive";
import type { SightedSite, SightingsReport } from "./sightings-report";

/** More locations, and longer siteIDs, than any studio has: whoever sends more makes them up. */
const mostSites = 200;
const longestSiteID = 200;

/**
 * Remembers since the start of Node-RED from which locations events have come, and which token they brought: so a studio
 * learns the siteIDs of its locations, and when Hapana has changed over to a new token. Test events do not count.
 */
export class Sightings {
  readonly #sites = new Map<string, SightedSite>();
  #since = Date.now();
  #tokenUsed: number | undefined;
  #previousTokenUsed: number | undefined;

  get report(): SightingsReport {
    return {
      sites: [...this.#sites.values()],
      since: this.#since,
      ...(this.#tokenUsed !== undefined && { tokenUsed: this.#tokenUsed }),
      ...(this.#previousTokenUsed !== undefined && { previousTokenUsed: this.#previousTokenUsed }),
    };
  }

  /** The tokens may be others from now on. */
  tokensChanged(): void {
    this.#since = Date.now();
    this.#tokenUsed = undefined;
    this.#previousTokenUsed = undefined;
  }

  /**
   * @param delivery what was accepted
   * @param isPreviousToken whether it was proved by the previous token
   */
  note({ test, events }: Pick<ReceivedDelivery, "test" | "events">, isPreviousToken: boolean): void {
    if (test) return;
    const at = Date.now();
    if (isPreviousToken) this.#previousTokenUsed = at;
    else this.#tokenUsed = at;
    for (const { siteID, event } of events) if (siteID) this.#noteSite(siteID, event, at);
  }

  #noteSite(siteID: string, event: string, at: number): void {
    const known = this.#sites.get(siteID);
    if (known) {
      known.event = event;
      known.at = at;
    } else if (siteID.length <= longestSiteID && this.#sites.size < mostSites) {
      this.#sites.set(siteID, { siteID, event, at });
    }
  }
}
