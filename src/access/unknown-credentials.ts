import { nameOf } from "./credential";
import type { DecisionLog } from "./decision-log";
import type { Roster } from "./roster";

/** A credential that nobody holds, and that was read at a door. */
export interface UnknownCredential {
  /** As last read. */
  readonly credential: string;
  /** When that was, in milliseconds since 1970. */
  readonly at: number;
  /** The id of the door's node. */
  readonly door: string;
  /** How often it was read. */
  readonly count: number;
}

const maxCredentials = 50;
const decisionsAtOnce = 500;
/** Somebody trying out thousands of them at a door must not slow down the search for one. */
const maxPages = 10;

/**
 * Finds credentials that were read lately and belong to nobody, newest first.
 * @param decisions what the doors have decided
 * @param roster who holds what now
 * @throws StoreError
 */
export async function unknownCredentials(decisions: DecisionLog, roster: Roster): Promise<UnknownCredential[]> {
  const found = new Map<string, UnknownCredential>();
  let before: string | undefined;
  for (let page = 0; page < maxPages; page += 1) {
    const query = { code: "unknown_credential", limit: decisionsAtOnce, ...(before !== undefined && { before }) };
    const { decisions: read, next } = await decisions.list(query);
    for (const { credential, at, door } of read) {
      if (credential === undefined || roster.holdersOf(credential, "auto").length > 0) continue;
      const name = nameOf(credential);
      const known = found.get(name);
      if (known) found.set(name, { ...known, count: known.count + 1 });
      else if (found.size < maxCredentials) found.set(name, { credential, at, door, count: 1 });
    }
    if (next === undefined) break;
    before = next;
  }
  return [...found.values()];
}
