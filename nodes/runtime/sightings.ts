import type { ReceivedDelivery } from "../../src/receiver/receive";
import type { SightedSite, SightingsReport, TokenUse } from "./sightings-report";

/** More locations, and longer siteIDs, than any studio has: whoever sends more makes them up. */
const mostSites = 200;
const longestSiteID = 200;

interface Token {
  value: string | undefined;
  use: TokenUse;
}

/**
 * Remembers since the start of Node-RED from which locations events have come, and which token they brought: so a studio
 * learns the siteIDs of its locations, and when Hapana has changed over to a new token. Test events do not count.
 */
export class Sightings {
  readonly #sites = new Map<string, SightedSite>();
  #token: Token = unused(undefined);
  #previousToken: Token = unused(undefined);

  get report(): SightingsReport {
    return {
      sites: [...this.#sites.values()],
      token: this.#token.use,
      previousToken: this.#previousToken.use,
    };
  }

  /** Looks for these tokens from now on. What is known of one stays known, also when the token becomes the previous one. */
  watchTokens(token: string | undefined, previousToken: string | undefined): void {
    const known = [this.#token, this.#previousToken];
    const find = (value: string | undefined) => known.find((one) => one.value === value) ?? unused(value);
    this.#token = find(token);
    this.#previousToken = find(previousToken);
  }

  /**
   * @param delivery what was accepted
   * @param isPreviousToken whether it was proved by the previous token
   */
  note({ test, events }: Pick<ReceivedDelivery, "test" | "events">, isPreviousToken: boolean): void {
    if (test) return;
    const at = Date.now();
    (isPreviousToken ? this.#previousToken : this.#token).use.used = at;
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

function unused(value: string | undefined): Token {
  return { value, use: { since: Date.now() } };
}
