import { applyEvent, clientOf, type RosterEvent } from "./apply-event";
import { type Client, type HeldCredential, isOlder, type Moment } from "./client";
import { type CredentialFormat, isMeant, lookUpNames, nameOf } from "./credential";
import { packClient, unpackClient } from "./packed-client";

/** What has changed about a client. */
export interface ClientChange {
  /** `undefined` if the client was not known. */
  readonly before: Client | undefined;
  /** `undefined` if the client was forgotten. */
  readonly after: Client | undefined;
}

const maxHolders = 5;

/** Somebody who holds a credential. */
export interface Holder {
  readonly client: Client;
  readonly credential: HeldCredential;
}

/**
 * Who may come in, according to Hapana and manual entries: clients, their credentials, and their status at each location. It decides
 * nothing, writes nothing, and reads no clock.
 */
export class Roster {
  /** Indexes of clients, by their ids. */
  readonly #places = new Map<string, number>();
  /** By index; `undefined` for forgotten clients. */
  readonly #clients: ({ readonly id: string; readonly packed: string } | undefined)[] = [];
  readonly #free: number[] = [];
  /** Indexes of clients, by the keys of their credentials; nearly always one. */
  readonly #holders = new Map<string, number | readonly number[]>();
  /** Indexes of staff and blocked clients: few. */
  readonly #standing = new Set<number>();
  #credentials = 0;
  #newest: Moment = { inbox: "", sequence: 0, at: 0 };

  /** The number of clients. */
  get size(): number {
    return this.#places.size;
  }

  /** The number of credentials that they hold. */
  get credentials(): number {
    return this.#credentials;
  }

  /** The moment of the newest event. */
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

  /** @returns what has changed; `undefined` if nothing is new, or the event names nobody */
  apply(event: RosterEvent): ClientChange | undefined {
    const clientID = clientOf(event.payload);
    if (clientID === undefined) return undefined;
    this.noteNewest(event);
    const before = this.client(clientID);
    const after = applyEvent(before, event);
    return after === before ? undefined : this.set(after);
  }

  /** Records a moment: redelivered events that are older are out of date from now on. */
  noteNewest(moment: Moment): void {
    const { inbox, sequence, at } = moment;
    if (!isOlder(moment, this.#newest)) this.#newest = { inbox, sequence, at };
  }

  /** Stores a client's new state. */
  set(after: Client): ClientChange {
    return this.#put(after, compact(packClient(after)));
  }

  /**
   * Loads a client as it was stored.
   * @param packed made by `packClient`
   * @throws SyntaxError or TypeError if it is anything else
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

  /** @returns what has changed; `undefined` if nobody has this id */
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
   * @param text what the reader has read
   * @param format how to read the text
   * @returns everybody who does; of very many, which only a mistake causes, enough to show that there are several
   */
  holdersOf(text: string, format: CredentialFormat): Holder[] {
    const holders: Holder[] = [];
    const places = lookUpNames(text, format).flatMap((name) => this.#placesOf(name));
    // Blocked holders must be found, however many there are.
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

/** A concatenated string keeps its parts, which takes half as much memory again. */
function compact(text: string): string {
  return Buffer.from(text).toString();
}
