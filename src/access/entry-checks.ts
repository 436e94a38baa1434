import type { Client } from "./client";
import { nameOf } from "./credential";
import type { Entry } from "./entries";
import type { Roster } from "./roster";

/** The other clients who have an entry's credential. */
export interface Named {
  readonly clientID: string;
  /** First and last name, where known. */
  readonly name?: string;
}

/**
 * What may be a mistake:
 * - `noCredential`: somebody gets nothing, in a list that gives others something
 * - `shortened`: a spreadsheet turned a number into `5,01E+09`
 * - `twice`: the same credential is given to different people
 * - `held`: somebody else already has it
 * - `past`: it ends before it starts
 */
export interface EntryCheck {
  readonly problem: "noCredential" | "shortened" | "twice" | "held" | "past";
  /** Counted from 1. */
  readonly rows: readonly number[];
  readonly credential?: string;
  readonly clients?: readonly Named[];
  /** In milliseconds since 1970. */
  readonly until?: number;
}

/** Nobody reads more of them before correcting their list. */
const maxChecks = 50;

const clientsAtOnce = 200;

/**
 * Looks for likely mistakes in entries. They block nothing: the sender may have meant it.
 * @param about the entries by the ids of their clients
 * @param roster as it was before
 * @param now milliseconds since 1970
 * @returns the first of them, in steps that do not hold up the event loop
 */
export async function checkEntries(
  about: ReadonlyMap<string, readonly Entry[]>,
  roster: Roster,
  now: number,
): Promise<EntryCheck[]> {
  const without: number[] = [];
  const given = new Map<string, Giving[]>();
  const found: EntryCheck[] = [];
  let count = 0;
  for (const [clientID, entries] of about) {
    count += 1;
    if (count % clientsAtOnce === 0) await new Promise(setImmediate);
    if (entries.every(({ credential, kind = "member" }) => credential === undefined && kind === "member"))
      without.push(...entries.map(rowOf));
    for (const entry of entries) {
      if (entry.until !== undefined && entry.until <= now) found.push(pastOf(entry, entry.until));
      const { credential } = entry;
      // Blocking a credential blocks whoever has it.
      if (credential === undefined || entry.kind === "blocked") continue;
      const giving = { clientID, credential, entry };
      const name = nameOf(credential);
      given.set(name, [...(given.get(name) ?? []).slice(0, maxChecks), giving]);
      const others = found.length < maxChecks ? othersHolding(giving, roster, now) : [];
      if (others.length > 0)
        found.push({ problem: "held", rows: [rowOf(entry)], credential, clients: others.map(namedOf) });
    }
  }
  const isGivingAny = given.size > 0;
  const checks = [
    ...(isGivingAny && without.length > 0 ? [{ problem: "noCredential" as const, rows: without }] : []),
    ...[...given.values()].flatMap((giving) => [...shortenedOf(giving), ...twiceOf(giving, roster)]),
    ...found,
  ];
  return checks.slice(0, maxChecks);
}

interface Giving {
  readonly clientID: string;
  readonly credential: string;
  readonly entry: Entry;
}

const rowOf = ({ row = 0 }: Entry): number => row;

const rowsOf = (giving: readonly Giving[]): number[] => giving.map(({ entry }) => rowOf(entry));

function pastOf(entry: Entry, until: number): EntryCheck {
  const { credential } = entry;
  return { problem: "past", rows: [rowOf(entry)], ...(credential !== undefined && { credential }), until };
}

function othersHolding({ clientID, credential }: Giving, roster: Roster, now: number): Client[] {
  return roster
    .holdersOf(credential, "auto")
    .filter(({ client, credential: { until } }) => client.clientID !== clientID && (until === undefined || now < until))
    .map(({ client }) => client);
}

/** With a sign: otherwise it may be hexadecimal digits. */
function shortenedOf(giving: readonly Giving[]): EntryCheck[] {
  const shortened = giving.filter(({ credential }) => /^\d+(?:[.,]\d+)?E\+\d+$/i.test(credential));
  const [first] = shortened;
  return first ? [{ problem: "shortened", rows: rowsOf(shortened), credential: first.credential }] : [];
}

function twiceOf(giving: readonly Giving[], roster: Roster): EntryCheck[] {
  const people = new Map(giving.map((each) => [each.clientID, each]));
  const [first] = giving;
  if (!first || people.size < 2) return [];
  const clients = Array.from(people.values(), ({ clientID, entry }) => {
    const known = roster.client(clientID);
    return known ? namedOf(known) : { clientID, ...(entry.name !== undefined && { name: entry.name }) };
  });
  return [{ problem: "twice", rows: rowsOf(giving), credential: first.credential, clients }];
}

/** A client by their name. */
export function namedOf({ clientID, firstName, lastName }: Client): Named {
  const name = [firstName, lastName].filter((each) => each !== undefined).join(" ");
  return { clientID, ...(name !== "" && { name }) };
}
