/** What the editor is told of what Hapana has sent to an endpoint; times in milliseconds since 1970. */
export interface SightingsReport {
  /** The locations that events have come from, in the order in which they were first seen. */
  siteIDs: string[];
  /** Since when the present tokens are looked for: the last deploy that made the endpoint anew. */
  since: number;
  /** When the token was last used, and the previous one; missing where it was not. */
  tokenUsed?: number;
  previousTokenUsed?: number;
}
