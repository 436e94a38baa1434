import { applyEvent, type RosterEvent } from "./apply-event";
import { type Client, type HeldCredential, isOlder, type Moment } from "./client";
import { type CredentialFormat, lookUpNames, namesOf } from "./credential";

/** What has changed of a client. */
export interface ClientChange {
  /** `undefined` where the client was not known. */
  readonly before: Client | undefined;
  /** `undefined` where the client was forgotten. */
  readonly after: Client | undefined;
}

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
  readonly #clients = new Map<string, Client>();
  /** Clients' ids by the names of their credentials; nearly always one. */
  readonly #holders = new Map<string, string | ReadonlySet<string>>();
  #credentials = 0;
  #newest: Moment = { inbox: "", sequence: 0, at: 0 };

  /** How many clients it has. */
  get size(): number {
    return this.#clients.size;
  }

  /** How many credentials they hold. */
  get credentials(): number {
    return this.#credentials;
  }

  /** The newest that was said of anybody. */
  get newest(): Moment {
    return this.#newest;
  }

  clients(): IterableIterator<Client> {
    return this.#clients.values();
  }

  client(clientID: string): Client | undefined {
    return this.#clients.get(clientID);
  }

  /** @returns what has changed; `undefined` where it says nothing new */
  apply(event: RosterEvent): ClientChange | undefined {
    this.noteNewest(event);
    const before = this.#clients.get(String(event.payload.clientID));
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
    const before = this.#clients.get(after.clientID);
    for (const { text } of before?.credentials ?? []) this.#release(text, after.clientID);
    this.#clients.set(after.clientID, after);
    for (const { text } of after.credentials) this.#hold(text, after.clientID);
    this.#credentials += after.credentials.length - (before?.credentials.length ?? 0);
    return { before, after };
  }

  /** @returns what has changed; `undefined` where nobody has this id */
  forget(clientID: string): ClientChange | undefined {
    const before = this.#clients.get(clientID);
    if (!before) return undefined;
    for (const { text } of before.credentials) this.#release(text, clientID);
    this.#clients.delete(clientID);
    this.#credentials -= before.credentials.length;
    return { before, after: undefined };
  }

  /**
   * Finds who holds a credential.
   * @param text what was read
   * @param format how it is meant
   * @returns everybody who does
   */
  holdersOf(text: string, format: CredentialFormat): Holder[] {
    const holders: Holder[] = [];
    const names = lookUpNames(text, format);
    const ids = new Set(names.flatMap((name) => this.#idsOf(name)));
    for (const id of ids) {
      const client = this.#clients.get(id);
      const credential = client?.credentials.find((held) => namesOf(held.text).some((name) => names.includes(name)));
      if (client && credential) holders.push({ client, credential });
    }
    return holders;
  }

  #idsOf(name: string): readonly string[] {
    const held = this.#holders.get(name);
    if (held === undefined) return [];
    return typeof held === "string" ? [held] : [...held];
  }

  #hold(text: string, clientID: string): void {
    for (const name of namesOf(text)) {
      const others = this.#idsOf(name);
      if (others.includes(clientID)) continue;
      this.#holders.set(name, others.length === 0 ? clientID : new Set([...others, clientID]));
    }
  }

  #release(text: string, clientID: string): void {
    for (const name of namesOf(text)) {
      const others = this.#idsOf(name).filter((id) => id !== clientID);
      const [only] = others;
      if (only === undefined) this.#holders.delete(name);
      else this.#holders.set(name, others.length === 1 ? only : new Set(others));
    }
  }
}
