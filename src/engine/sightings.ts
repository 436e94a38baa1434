import { createHash } from "node:crypto";
import type { ReceivedDelivery } from "../receiver/receive";
import { mergedSites, type SightedSite, type SightingsReport, type TokenUse } from "./sightings-report";

/** What one of several Node-REDs has seen at an endpoint. */
export interface SharedSightings {
  readonly sites: readonly SightedSite[];
  /** When a token was last used, by its fingerprint. */
  readonly tokens: Readonly<Record<string, number>>;
}

/** The only thing shared about a token: too short to guess one by, long enough to distinguish two. */
const lengthOfMark = 4;

/** More and longer than any studio's siteIDs: a sender of more is making them up. */
const maxSites = 200;
const longestSiteID = 200;

interface Token {
  value: string;
  use: TokenUse;
}

/**
 * Remembers, since the start of Node-RED, which locations events came from and which token they carried: so a studio
 * learns the siteIDs of its locations, and when Hapana has switched to a new token. Test events do not count.
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

  /** What others that share the inbox need to know: the last use of each token, by fingerprint. */
  get shared(): SharedSightings {
    const uses = [this.#token, this.#previousToken].filter(({ value, use }) => value !== "" && use.used !== undefined);
    return {
      sites: [...this.#sites.values()],
      tokens: Object.fromEntries(uses.map(({ value, use }) => [markOf(value), use.used ?? 0])),
    };
  }

  /** What is known, including what others saw, or this process before a restart. */
  reportWith(others: readonly SharedSightings[]): SightingsReport {
    const usedBy = ({ value, use }: Token): TokenUse => {
      const used = Math.max(use.used ?? 0, ...others.map(({ tokens }) => tokens[markOf(value)] ?? 0));
      return value !== "" && used > 0 ? { ...use, used } : use;
    };
    return {
      sites: others.reduce((all, { sites }) => mergedSites(all, sites), [...this.#sites.values()]),
      token: usedBy(this.#token),
      previousToken: usedBy(this.#previousToken),
    };
  }

  /** Watches these tokens from now on. What is known of one is kept, even if it becomes the previous token. */
  watchTokens(token: string | undefined, previousToken: string | undefined): void {
    const find = (value = "") => this.#find(value.trim()) ?? unused(value.trim());
    [this.#token, this.#previousToken] = [find(token), find(previousToken)];
  }

  /**
   * @param delivery what was accepted
   * @param token the token that authenticated it, if any
   */
  note({ test, events }: Pick<ReceivedDelivery, "test" | "events">, token: string | undefined): void {
    if (test) return;
    const at = Date.now();
    // A request that was in progress during a deploy may have used a token that is no longer watched.
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
    } else if (siteID.length <= longestSiteID && this.#sites.size < maxSites) {
      this.#sites.set(siteID, { siteID, event, at });
    }
  }
}

function markOf(token: string): string {
  return createHash("sha256").update(`hapana ${token}`).digest("hex").slice(0, lengthOfMark);
}

function unused(value: string): Token {
  return { value, use: { since: Date.now() } };
}
