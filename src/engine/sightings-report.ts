/** What the editor is told of what Hapana has sent to an endpoint; times in milliseconds since 1970. */
export interface SightingsReport {
  /** The locations that events have come from, in the order in which they were first seen. */
  sites: SightedSite[];
  token: TokenUse;
  previousToken: TokenUse;
}

/** What is known of the use of a token. */
export interface TokenUse {
  /** Since when it is looked for: since it was deployed, or Node-RED was started. */
  since: number;
  /** When it was last used; missing where it was not. */
  used?: number;
}

/** A location, and the last event that came from it: by that, a studio finds out which of its locations it is. */
export interface SightedSite {
  siteID: string;
  /** The event type, or `"unrecognised"`. */
  event: string;
  /** When it came. */
  at: number;
}
