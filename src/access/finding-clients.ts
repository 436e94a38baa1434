import { folded, SearchWords } from "../inbox/search-words";
import type { Client } from "./client";
import { nameOf } from "./credential";
import { byHand } from "./entries";

/** A query for clients; a field that is left out does not restrict it. */
export interface ClientQuery {
  /** Words that all occur in a name, the email, the phone, the clientID or a credential; or a credential in any notation. */
  readonly search?: string;
  /** `byHand`: also those whose only manual entry is a credential. */
  readonly standing?: "staff" | "blocked" | "byHand";
  /** The largest number of clients to return. */
  readonly limit: number;
}

/** The first ones by name, and the total number. */
interface FoundClients {
  readonly clients: readonly Client[];
  readonly total: number;
}

/**
 * Finds clients.
 * @param clients all of them, in steps that do not hold up the event loop
 * @param query which are wanted
 * @example await findClients(keeper.clients(), { search: "maria", limit: 100 });
 */
export async function findClients(
  clients: AsyncIterable<Client>,
  { search, standing, limit }: ClientQuery,
): Promise<FoundClients> {
  const isFound = search === undefined ? () => true : matcherOf(search);
  let found: Named[] = [];
  let total = 0;
  for await (const client of clients) {
    if (!hasStanding(client, standing) || !isFound(client)) continue;
    total += 1;
    found.push({ client, name: nameToSort(client) });
    // Only as many as are wanted are kept in memory.
    if (found.length > 2 * limit + 100) found = sorted(found).slice(0, limit);
  }
  return {
    clients: sorted(found)
      .slice(0, limit)
      .map(({ client }) => client),
    total,
  };
}

interface Named {
  readonly client: Client;
  readonly name: string;
}

function sorted(found: readonly Named[]): Named[] {
  const collator = new Intl.Collator();
  return found.toSorted((one, other) => collator.compare(one.name, other.name));
}

/** Those without a name come last. */
function nameToSort({ clientID, firstName, lastName }: Client): string {
  const name = [firstName, lastName].filter((each) => each !== undefined).join(" ");
  return name === "" ? `\uffff${clientID}` : name;
}

/** Whether somebody was only added manually, under an id of our own. */
export function isByHand({ clientID }: Client): boolean {
  return clientID.startsWith(byHand);
}

function hasStanding(client: Client, wanted: ClientQuery["standing"]): boolean {
  if (wanted === undefined) return true;
  if (wanted !== "byHand") return client.standing?.kind === wanted;
  return isByHand(client) || client.credentials.some(({ kind }) => kind === "byHand");
}

function matcherOf(search: string): (client: Client) => boolean {
  const words = new SearchWords(search);
  const name = nameOf(search.trim());
  return ({ clientID, firstName, lastName, email, phone, credentials }) => {
    if (credentials.some(({ text }) => nameOf(text) === name)) return true;
    const texts = [clientID, firstName, lastName, email, phone, ...credentials.map(({ text }) => text)];
    return words.areIn(texts.flatMap((text) => (text === undefined ? [] : [folded(text)])));
  };
}
