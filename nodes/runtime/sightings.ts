import type { ReceivedDelivery } from "../../src/receiver/receive";
import type { SightingsReport } from "./sightings-report";

/** More locations, and longer siteIDs, than any studio has: whoever sends more makes them up. */
const mostSites = 200;
const longestSiteID = 200;

/**
 * Remembers since the start of Node-RED from which locations events have come, and which token they brought: so a studio
 * learns the siteIDs of its locations, and when Hapana has changed over to a new token. Test events do not count.
 */
export class Sightings {
  readonly #siteIDs = new Set<string>();
  #since = Date.now();
  #tokenUsed: number | undefined;
  #previousTokenUsed: number | undefined;

  get report(): SightingsReport {
    return {
      siteIDs: [...this.#siteIDs],
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
    if (isPreviousToken) this.#previousTokenUsed = Date.now();
    else this.#tokenUsed = Date.now();
    for (const { siteID } of events) {
      if (siteID && siteID.length <= longestSiteID && this.#siteIDs.size < mostSites) this.#siteIDs.add(siteID);
    }
  }
}
