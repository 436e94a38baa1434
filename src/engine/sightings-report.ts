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

/**
 * Merges what several endpoints have seen.
 * @param reports of each
 * @returns each location once, with its last event, and the last use of any of their tokens; `undefined` where there is no report
 */
export function mergedReport([first, ...others]: readonly SightingsReport[]): SightingsReport | undefined {
  return first && others.reduce(merge, first);
}

/** Each location once, with its last event. */
export function mergedSites(one: readonly SightedSite[], other: readonly SightedSite[]): SightedSite[] {
  const sites = new Map(one.map((site) => [site.siteID, site]));
  for (const site of other) {
    const known = sites.get(site.siteID);
    if (!known || known.at < site.at) sites.set(site.siteID, site);
  }
  return [...sites.values()];
}

function merge(one: SightingsReport, other: SightingsReport): SightingsReport {
  return {
    sites: mergedSites(one.sites, other.sites),
    token: mergedUse(one.token, other.token),
    previousToken: mergedUse(one.previousToken, other.previousToken),
  };
}

function mergedUse(one: TokenUse, other: TokenUse): TokenUse {
  const used = Math.max(one.used ?? 0, other.used ?? 0);
  return { since: Math.min(one.since, other.since), ...(used > 0 && { used }) };
}
