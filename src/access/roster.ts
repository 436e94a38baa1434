import { applyEvent, clientOf, type RosterEvent } from "./apply-event";
import { type Client, type HeldCredential, isOlder, type Moment } from "./client";
import { type CredentialFormat, isMeant, lookUpNames, nameOf } from "./credential";
import { packClient, unpackClient } from "./packed-client";

/** What has changed of a client. */
export interface ClientChange {
  /** `undefined` where the client was not known. */
  readonly before: Client | undefined;
  /** `undefined` where the client was forgotten. */
  readonly after: Client | undefined;
}

const maxHolders = 5;

/** Somebody who holds a credential. */
export interface Holder {
  readonly client: Client;
  readonly credential: HeldCredential;
}

/**
 * Who may come in, as far as Hapana and people have said: clients, what they hold, and how they stand at each location. It decides
 * nothing, writes nothing down, and knows no clock.
 */
export class Roster {
  /** Places of clients, by their ids. */
  readonly #places = new Map<string, number>();
  /** By place; of those who are forgotten, `undefined`. */
  readonly #clients: ({ readonly id: string; readonly packed: string } | undefined)[] = [];
  readonly #free: number[] = [];
  /** Places of clients, by the names of their credentials; nearly always one. */
  readonly #holders = new Map<string, number | readonly number[]>();
  /** Places of those who are staff or blocked: few. */
  readonly #standing = new Set<number>();
  #credentials = 0;
  #newest: Moment = { inbox: "", sequence: 0, at: 0 };

  /** How many clients it has. */
  get size(): number {
    return this.#places.size;
  }

  /** How many credentials they hold. */
  get credentials(): number {
    return this.#credentials;
  }

  /** The newest that was said of anybody. */
  get newest(): Moment {
    return this.#newest;
  }

  *clients(): Generator<Client> {
    for (const place of this.#places.values()) {
      const client = this.#at(place);
      if (client) yield client;
    }
  }

  client(clientID: string): Client | undefined {
    return this.#at(this.#places.get(clientID));
  }

  /** A client as `packClient` has written it. */
  packed(clientID: string): string | undefined {
    return this.#clients[this.#places.get(clientID) ?? -1]?.packed;
  }

  #at(place: number | undefined): Client | undefined {
    const found = place === undefined ? undefined : this.#clients[place];
    return found && unpackClient(found.id, found.packed);
  }

  /** @returns what has changed; `undefined` where it says nothing new, or of nobody */
  apply(event: RosterEvent): ClientChange | undefined {
    const clientID = clientOf(event.payload);
    if (clientID === undefined) return undefined;
    this.noteNewest(event);
    const before = this.client(clientID);
    const after = applyEvent(before, event);
    return after === before ? undefined : this.set(after);
  }

  /** Something was said of somebody: what comes again, and is older, is out of date from now on. */
  noteNewest(moment: Moment): void {
    const { inbox, sequence, at } = moment;
    if (!isOlder(moment, this.#newest)) this.#newest = { inbox, sequence, at };
  }

  /** Knows this of a client from now on. */
  set(after: Client): ClientChange {
    return this.#put(after, compact(packClient(after)));
  }

  /**
   * Knows a client as it was written down.
   * @param packed what `packClient` has made of it
   * @throws SyntaxError or TypeError where it is something else
   */
  load(clientID: string, packed: string): void {
    this.#put(unpackClient(clientID, packed), packed);
  }

  #put(after: Client, packed: string): ClientChange {
    const known = this.#places.get(after.clientID);
    const before = this.#at(known);
    const place = known ?? this.#free.pop() ?? this.#clients.length;
    const id = known === undefined ? after.clientID : (this.#clients[known]?.id ?? after.clientID);
    for (const { text } of before?.credentials ?? []) this.#release(nameOf(text), place);
    if (known === undefined) this.#places.set(id, place);
    this.#clients[place] = { id, packed };
    if (after.standing) this.#standing.add(place);
    else this.#standing.delete(place);
    for (const { text } of after.credentials) this.#hold(nameOf(text), place);
    this.#credentials += after.credentials.length - (before?.credentials.length ?? 0);
    return { before, after };
  }

  /** @returns what has changed; `undefined` where nobody has this id */
  forget(clientID: string): ClientChange | undefined {
    const place = this.#places.get(clientID);
    const before = this.#at(place);
    if (place === undefined || !before) return undefined;
    for (const { text } of before.credentials) this.#release(nameOf(text), place);
    this.#places.delete(clientID);
    this.#clients[place] = undefined;
    this.#standing.delete(place);
    this.#free.push(place);
    this.#credentials -= before.credentials.length;
    return { before, after: undefined };
  }

  /**
   * Finds who holds a credential.
   * @param text what was read
   * @param format how it is meant
   * @returns everybody who does; of very many, as only a mistake makes them, enough to show that there are several
   */
  holdersOf(text: string, format: CredentialFormat): Holder[] {
    const holders: Holder[] = [];
    const places = lookUpNames(text, format).flatMap((name) => this.#placesOf(name));
    // Of however many, who is blocked has to be seen.
    const first = places.length > maxHolders ? places.filter((place) => this.#standing.has(place)) : [];
    for (const place of new Set([...first, ...places])) {
      if (holders.length === maxHolders) break;
      const client = this.#at(place);
      const credential = client?.credentials.find((held) => isMeant(held.text, text, format));
      if (client && credential) holders.push({ client, credential });
    }
    return holders;
  }

  #placesOf(name: string): readonly number[] {
    const held = this.#holders.get(name);
    if (held === undefined) return [];
    return typeof held === "number" ? [held] : held;
  }

  #hold(name: string, place: number): void {
    const others = this.#placesOf(name);
    if (!others.includes(place)) this.#holders.set(name, others.length === 0 ? place : [...others, place]);
  }

  #release(name: string, place: number): void {
    const others = this.#placesOf(name).filter((other) => other !== place);
    const [only] = others;
    if (only === undefined) this.#holders.delete(name);
    else this.#holders.set(name, others.length === 1 ? only : others);
  }
}

/** Strings that were put together are kept as their parts, which take half as much again. */
function compact(text: string): string {
  return Buffer.from(text).toString();
}
