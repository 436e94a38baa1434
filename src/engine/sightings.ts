import type { ReceivedDelivery } from "../receiver/receive";
import type { SightedSite, SightingsReport, TokenUse } from "./sightings-report";

/** More locations, and longer siteIDs, than any studio has: whoever sends more makes them up. */
const mostSites = 200;
const longestSiteID = 200;

interface Token {
  value: string;
  use: TokenUse;
}

/**
 * Remembers since the start of Node-RED from which locations events have come, and which token they brought: so a studio
 * learns the siteIDs of its locations, and when Hapana has changed over to a new token. Test events do not count.
 */
export class Sightings {
  readonly #sites = new Map<string, SightedSite>();
  #token: Token = unused("");
  #previousToken: Token = unused("");

  get report(): SightingsReport {
    return {
      sites: [...this.#sites.values()],
      token: this.#token.use,
      previousToken: this.#previousToken.use,
    };
  }

  /** Looks for these tokens from now on. What is known of one stays known, also when the token becomes the previous one. */
  watchTokens(token: string | undefined, previousToken: string | undefined): void {
    const find = (value = "") => this.#find(value.trim()) ?? unused(value.trim());
    [this.#token, this.#previousToken] = [find(token), find(previousToken)];
  }

  /**
   * @param delivery what was accepted
   * @param token the token that proved it, if any did
   */
  note({ test, events }: Pick<ReceivedDelivery, "test" | "events">, token: string | undefined): void {
    if (test) return;
    const at = Date.now();
    // One that was under way during a deploy may have been proved by a token that is not watched any more.
    const known = token === undefined ? undefined : this.#find(token);
    if (known) known.use.used = at;
    for (const { siteID, event } of events) this.#noteSite(siteID?.trim() ?? "", event, at);
  }

  #find(value: string): Token | undefined {
    if (this.#token.value === value) return this.#token;
    return this.#previousToken.value === value ? this.#previousToken : undefined;
  }

  #noteSite(siteID: string, event: string, at: number): void {
    if (siteID === "") return;
    const known = this.#sites.get(siteID);
    if (known) {
      known.event = event;
      known.at = at;
    } else if (siteID.length <= longestSiteID && this.#sites.size < mostSites) {
      this.#sites.set(siteID, { siteID, event, at });
    }
  }
}

function unused(value: string): Token {
  return { value, use: { since: Date.now() } };
}
