/** What the editor is told about what Hapana has sent to an endpoint; times in milliseconds since 1970. */
export interface SightingsReport {
  /** The locations that events came from, in the order first seen. */
  sites: SightedSite[];
  token: TokenUse;
  previousToken: TokenUse;
}

/** What is known about the use of a token. */
export interface TokenUse {
  /** Since when it has been watched: since it was deployed, or Node-RED was started. */
  since: number;
  /** When it was last used; missing if it was not. */
  used?: number;
}

/** A location, and the last event from it, which helps a studio tell which location it is. */
export interface SightedSite {
  siteID: string;
  /** The event type, or `"unrecognised"`. */
  event: string;
  /** When it arrived. */
  at: number;
}

/**
 * Merges the reports of several endpoints.
 * @param reports of each
 * @returns each location once, with its last event, and the last use of any of the tokens; `undefined` if there is no report
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
