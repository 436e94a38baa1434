/** What the editor is told of what Hapana has sent to an endpoint; times in milliseconds since 1970. */
export interface SightingsReport {
  /** The locations that events have come from, in the order in which they were first seen. */
  sites: SightedSite[];
  /** Since when the present tokens are looked for: the last deploy that made the endpoint anew. */
  since: number;
  /** When the token was last used, and the previous one; missing where it was not. */
  tokenUsed?: number;
  previousTokenUsed?: number;
}

/** A location, and the last event that came from it: by that, a studio finds out which of its locations it is. */
export interface SightedSite {
  siteID: string;
  /** The event type, or `"unrecognised"`. */
  event: string;
  /** When it came. */
  at: number;
}
