import type { ReceivedDelivery, ReceivedEvent } from "../../receiver/receive";
import { Batching } from "../batching";
import type { Claim, Reserve, StoredDelivery, StoredResult } from "../inbox";
import { deliveryName, signedName } from "../names";
import {
  clientFingerprint,
  isReplay,
  isSameForCertain,
  namesOf,
  newNamesOf,
  repetitionMilliseconds,
} from "../recognising";
import { ReplayedError } from "../replayed-error";
import { recipientsAmong } from "../routing";
import { StoreError } from "../store-error";
import { eventIdOf, toStoredEvent, wholeIdOf } from "../stored-event";
import type { Database, Statements } from "./database";
import { documentHasBody, toDocument } from "./documents";
import type { Held } from "./holding";
import { locks } from "./locks";
import { isAlive, type Owner } from "./owner";
import { drawPlaces, skipLostPlaces } from "./places";
import type { Slot, Subscribers } from "./subscribers";
import {
  type ClientsEvent,
  type Latest,
  type Named,
  readEarlierTries,
  readLatest,
  readNamed,
  takeClientsAlone,
  takeNames,
  type Wanted,
} from "./taking";
import { type Arrival, type Decided, type KnownEvent, type Writer, write, writeNew } from "./writing";

/** Enough to make large batches cheap, few enough not to delay the first delivery. */
const deliveriesAtOnce = 200;

/** While the database writes one batch, the next one is built, if there is enough for it: each batch has its own cost. */
const pace = { lanes: 2, minBeside: 32 };

/** The subscribers have changed since they were last read; nothing is stored until they are read again. */
const subscribersChanged = new Error("Who is there has changed.");

/** The server is another one; nothing is stored until the places that it may lack are skipped. */
const serverChanged = new Error("The server has changed.");

/** A delivery to be stored. */
interface Arriving {
  readonly endpoint: string;
  readonly delivery: ReceivedDelivery;
  /** Its name, from its signed part. */
  readonly signed: string | undefined;
  readonly events: readonly ArrivingEvent[];
}

interface ArrivingEvent {
  readonly received: ReceivedEvent;
  /** What identifies it. */
  readonly names: readonly string[];
  /** The fingerprint of its kind and client. */
  readonly client: string | undefined;
  /** Who has room for it. */
  readonly reserved: ReadonlySet<string>;
}

/** What was known before a batch. */
interface Before {
  readonly named: ReadonlyMap<string, Named>;
  readonly latest: ReadonlyMap<string, Latest>;
  /** What earlier attempts at the same delivery stored, by the names of the events' ids. */
  readonly earlier: ReadonlyMap<string, KnownEvent>;
  /** Clients whose latest event is already written. */
  readonly clients: ReadonlySet<string>;
  /** Whether this process may claim events. */
  readonly isAlive: boolean;
}

const nothing: Before = {
  ...{ named: new Map(), latest: new Map(), earlier: new Map(), clients: new Set() },
  isAlive: true,
};

/** The changes to names. */
interface Renaming {
  /** Names that refer to an earlier event. */
  readonly aliases: Map<string, number>;
  /** Names that were taken, but must not be kept. */
  readonly unnamed: Set<string>;
}

const newRenaming = (): Renaming => ({ aliases: new Map(), unnamed: new Set() });

/** Called with the slots to wake up. */
type Announce = (slots: ReadonlySet<Slot>) => void;

/** Stores deliveries, many in one step: the first step of an event, and the only one with a caller waiting. */
export class Storing {
  readonly #database: Database;
  readonly #owner: Owner;
  readonly #subscribers: Subscribers;
  readonly #inbox: string;
  readonly #announce: Announce;
  readonly #batching: Batching<Arriving, StoredDelivery>;
  /** An announcement under way. */
  changing: Promise<unknown> = Promise.resolve();

  /**
   * @param inbox the id of the inbox
   * @param announce wakes subscribers
   */
  constructor(database: Database, owner: Owner, subscribers: Subscribers, inbox: string, announce: Announce) {
    this.#database = database;
    this.#owner = owner;
    this.#subscribers = subscribers;
    this.#inbox = inbox;
    this.#announce = announce;
    this.#batching = new Batching(deliveriesAtOnce, (batch, lane) => this.#store(batch, lane + 1), pace);
  }

  store(endpoint: string, delivery: ReceivedDelivery, reserve: Reserve): Promise<StoredDelivery> {
    const signed = signedName(endpoint, delivery);
    const slots = this.#subscribers.slotsAt(endpoint);
    const events = delivery.events.map((received) => ({
      received,
      ...keysOf(endpoint, delivery, received, signed),
      reserved: this.#reserve(slots, received, reserve),
    }));
    const keys = events.flatMap(({ names, client }) => [
      ...names,
      ...(client === undefined ? [] : [`client ${client}`]),
    ]);
    return this.#batching.add({ endpoint, delivery, signed, events }, keys);
  }

  #reserve(slots: readonly Slot[], received: ReceivedEvent, reserve: Reserve): ReadonlySet<string> {
    const { recipients } = recipientsAmong(slots, received, this.#subscribers.areFlowsStopped);
    const here = recipients.filter((slot) => this.#subscribers.isHere(slot));
    return new Set(here.map(({ facts }) => facts.id).filter((id) => reserve(id)));
  }

  async #store(batch: readonly Arriving[], lane: number): Promise<(StoredDelivery | Error)[]> {
    await this.changing;
    try {
      return await this.#storeTogether(batch, lane);
    } catch (error) {
      if (error instanceof StoreError || batch.length === 1) throw error;
      return this.#storeEach(batch, lane);
    }
  }

  async #storeTogether(batch: readonly Arriving[], lane: number): Promise<(StoredDelivery | Error)[]> {
    const decided = await this.#owner.holding.take((step) => this.#storeAsOfNow(batch, step, lane), heldOf);
    const waiting = new Set<Slot>();
    const answers = decided.map((each) => this.#answer(each, waiting));
    this.#announce(waiting);
    return answers;
  }

  /** One of them triggers a bug of ours; it must not affect the others. */
  async #storeEach(batch: readonly Arriving[], lane: number): Promise<(StoredDelivery | Error)[]> {
    const all: (StoredDelivery | Error)[] = [];
    for (const arriving of batch)
      all.push(...(await this.#storeTogether([arriving], lane).catch((error) => [error as Error])));
    return all;
  }

  async #storeAsOfNow(batch: readonly Arriving[], step: number, lane: number): Promise<(Decided | Error)[]> {
    for (;;) {
      await this.#addNobodies(batch);
      const writer = { owner: this.#owner.id, step, lane };
      try {
        const asIfNew = batch.some(wasTried) ? undefined : await this.#storeNew(batch, writer);
        if (asIfNew) return asIfNew;
        return await this.#database.transaction((statements) => this.#storeCarefully(statements, batch, writer));
      } catch (error) {
        if (error === subscribersChanged) await this.#subscribers.refresh();
        else if (error === serverChanged) await skipLostPlaces(this.#database);
        else if (!isPlaceTaken(error)) throw error;
      }
    }
  }

  async #addNobodies(batch: readonly Arriving[]): Promise<void> {
    const missing = new Set(batch.map(({ endpoint }) => endpoint).filter((each) => !this.#subscribers.nobodyAt(each)));
    if (missing.size > 0) await this.#subscribers.addNobodies([...missing]);
  }

  /** Usually, none are known. @returns the outcomes; `undefined` if any is known, and nothing was stored */
  async #storeNew(batch: readonly Arriving[], writer: Writer): Promise<(Decided | Error)[] | undefined> {
    const { version } = this.#subscribers.everybody;
    const numbers = placed(batch, (index) => index + 1);
    const decided = batch.map((arriving) => this.#decide(arriving, numbers, nothing, newRenaming()));
    const news = decided.filter(isDecided);
    const sequences = await writeNew(this.#database, news, wantedBy(batch, numbers), version, writer);
    if (!sequences) return undefined;
    const events = news.flatMap((each) => each.events as readonly Arrival[]);
    for (const [index, { event }] of events.entries()) event.sequence = sequences[index] as number;
    return decided;
  }

  async #storeCarefully(
    statements: Statements,
    batch: readonly Arriving[],
    writer: Writer,
  ): Promise<(Decided | Error)[]> {
    // Lock before reading: a change of subscribers waits for this, or vice versa.
    await statements.query("select pg_advisory_xact_lock_shared($1)", [locks.subscribers]);
    const [now] = await statements.query<{ version: number; is_alive: boolean; has_moved: boolean }>(
      `select subscribers as version, ${isAlive("$1")} as is_alive, hapana.has_moved() as has_moved from hapana.store`,
      [writer.owner],
    );
    if (now?.version !== this.#subscribers.everybody.version) throw subscribersChanged;
    if (now.has_moved) throw serverChanged;
    const places = await drawPlaces(statements, eventsOf(batch).length);
    const sequences = placed(batch, (index) => places[index] as number);
    const before = { ...(await takeAndRead(statements, batch, sequences)), isAlive: now.is_alive };
    const renaming = newRenaming();
    const decided = batch.map((arriving) => this.#decide(arriving, sequences, before, renaming));
    await write(statements, decided.filter(isDecided), { ...renaming, clients: before.clients }, writer);
    return decided;
  }

  #decide(
    { endpoint, delivery, signed, events }: Arriving,
    sequences: ReadonlyMap<ArrivingEvent, number>,
    before: Before,
    { aliases, unnamed }: Renaming,
  ): Decided | Error {
    const replayed = signed === undefined ? undefined : before.named.get(signed);
    if (replayed && isReplay(delivery, replayed)) {
      for (const { names } of events) for (const name of names) if (!before.named.has(name)) unnamed.add(name);
      return new ReplayedError();
    }
    const isKnown = (name: string) => before.named.has(name);
    const given = new Set<string>();
    const become: (Arrival | KnownEvent)[] = [];
    for (const event of events) {
      const { names, client, received } = event;
      const named = names.map((name) => before.named.get(name)).find((each) => each !== undefined);
      const repeated = named ? undefined : repetitionOf(delivery, received, before.latest.get(client ?? ""));
      const ownId = eventIdOf(delivery, delivery.deliveryId, become.length);
      // Of a list under one id, the first of a kind has its name.
      const known = earlierTryOf(endpoint, delivery, received, become.length, before) ?? named;
      const original = known ?? repeated;
      if (original && (known || isSameForCertain(received))) {
        const { sequence, deliveryId } = original;
        become.push({ sequence, deliveryId, isOwn: delivery.mayBeStored === true && deliveryId === ownId });
        const isNewName = new Set(newNamesOf(names, isKnown));
        for (const name of names.filter((each) => !isKnown(each)))
          if (isNewName.has(name)) aliases.set(name, original.sequence);
          else unnamed.add(name);
        continue;
      }
      const newNames = names.filter((name) => !given.has(name));
      for (const name of newNames) given.add(name);
      const facts = { endpoint, names: newNames, client, ...delivery, at: Date.parse(delivery.receivedAt) };
      const stored = toStoredEvent(
        delivery,
        delivery.deliveryId,
        received,
        become.length,
        sequences.get(event) as number,
      );
      if (original) stored.possibleDuplicate = original.deliveryId;
      become.push({
        ...{ event: stored, document: toDocument(stored, facts, received), at: facts.at, client },
        hasOwnId: delivery.hasOwnId,
        ...this.#route(endpoint, event, before.isAlive),
      });
    }
    return { endpoint, deliveryId: answeredId(delivery, become), events: become };
  }

  #route(
    endpoint: string,
    { received, reserved }: ArrivingEvent,
    mayHold: boolean,
  ): Pick<Arrival, "recipients" | "claiming" | "nobody"> {
    const slots = this.#subscribers.slotsAt(endpoint);
    const { recipients, isUnclaimed } = recipientsAmong(slots, received, this.#subscribers.areFlowsStopped);
    return {
      recipients,
      claiming: recipients.filter((slot) => mayHold && reserved.has(slot.facts.id) && this.#subscribers.isHere(slot)),
      nobody: isUnclaimed ? this.#subscribers.nobodyAt(endpoint) : undefined,
    };
  }

  /** @param waiting collects the slots with something to claim */
  #answer(decided: Decided | Error, waiting: Set<Slot>): StoredDelivery | Error {
    if (decided instanceof Error) return decided;
    const events = decided.events.map((each): StoredResult => {
      if (!("event" in each)) return { event: undefined, recipients: 0, isUnclaimed: false, claims: [] };
      const { event, recipients, claiming, nobody } = each;
      for (const slot of recipients) if (!claiming.includes(slot)) waiting.add(slot);
      if (nobody) waiting.add(nobody);
      const claims = claiming.map(
        ({ facts }): Claim => ({ subscriber: facts.id, inbox: this.#inbox, event, attempt: 1, failures: 0 }),
      );
      const takers = recipients.filter(({ facts }) => !facts.isListener).length;
      return { event, recipients: takers, isUnclaimed: nobody !== undefined, claims };
    });
    return { deliveryId: decided.deliveryId, events };
  }
}

/** The names and client of an event: if the same event is stored concurrently, the two share at least one. */
function keysOf(
  endpoint: string,
  delivery: ReceivedDelivery,
  received: ReceivedEvent,
  signed: string | undefined,
): Pick<ArrivingEvent, "names" | "client"> {
  const names = namesOf(endpoint, delivery, received, signed);
  const client = clientFingerprint(endpoint, delivery, received);
  if (names.length > 0 || client !== undefined) return { names, client };
  return { names: [deliveryName(endpoint, delivery.deliveryId, { ...received, test: delivery.test })], client };
}

/** What an earlier attempt stored of an event: by the name of its id. */
function earlierTryOf(
  endpoint: string,
  delivery: ReceivedDelivery,
  { event }: ReceivedEvent,
  index: number,
  { earlier }: Pick<Before, "earlier">,
): KnownEvent | undefined {
  // Usually there are none, and computing a name is the most expensive part here.
  if (earlier.size === 0) return undefined;
  const id = eventIdOf(delivery, delivery.deliveryId, index);
  return earlier.get(deliveryName(endpoint, id, { event, test: delivery.test }));
}

function eventsOf(batch: readonly Arriving[]): ArrivingEvent[] {
  return batch.flatMap(({ events }) => events);
}

/** Gives each event its place. */
function placed(batch: readonly Arriving[], place: (index: number) => number): ReadonlyMap<ArrivingEvent, number> {
  return new Map(eventsOf(batch).map((event, index) => [event, place(index)]));
}

/** Whether it may already be stored. */
function wasTried({ delivery }: Arriving): boolean {
  return delivery.mayBeStored === true;
}

function isDecided(each: Decided | Error): each is Decided {
  return !(each instanceof Error);
}

/** What enters flows once stored. */
function heldOf(all: readonly (Decided | Error)[]): Held[] {
  const arrivals = all
    .filter(isDecided)
    .flatMap(({ events }) => events.filter((each): each is Arrival => "event" in each));
  return arrivals.flatMap(({ event: { sequence }, claiming }) =>
    claiming.map(({ slot }) => ({ sequence, slot, attempt: 1 })),
  );
}

/** The id for finding a delivery: if it contained nothing new, the id of the earlier one. */
function answeredId(delivery: ReceivedDelivery, become: readonly (Arrival | KnownEvent)[]): string {
  const [first, ...others] = become;
  if (!first || "event" in first || become.some((each) => "event" in each)) return delivery.deliveryId;
  return others.length > 0 ? wholeIdOf(first.deliveryId) : first.deliveryId;
}

/** The client's latest event, if it says the same and Hapana did not give each an id of its own. */
function repetitionOf(
  delivery: ReceivedDelivery,
  received: ReceivedEvent,
  latest: Latest | undefined,
): KnownEvent | undefined {
  if (!latest || (latest.hasOwnId && delivery.hasOwnId)) return undefined;
  if (!(Math.abs(Date.parse(delivery.receivedAt) - latest.at) <= repetitionMilliseconds)) return undefined;
  return documentHasBody(latest.document, received) ? latest : undefined;
}

/** The names of a batch's events, and their clients; except for events that are already known. */
function wantedBy(
  batch: readonly Arriving[],
  sequences: ReadonlyMap<ArrivingEvent, number>,
  before: Pick<Before, "named" | "earlier"> = nothing,
): Wanted {
  const names = new Map<string, number>();
  const clients = new Map<string, ClientsEvent>();
  for (const { endpoint, delivery, events } of batch) {
    const at = Date.parse(delivery.receivedAt);
    for (const [index, event] of events.entries()) {
      if (event.names.some((name) => before.named.has(name))) continue;
      if (earlierTryOf(endpoint, delivery, event.received, index, before)) continue;
      const sequence = sequences.get(event) as number;
      for (const name of event.names) if (!names.has(name)) names.set(name, sequence);
      if (event.client !== undefined) clients.set(event.client, { sequence, at, hasOwnId: delivery.hasOwnId });
    }
  }
  return { names, clients };
}

/** Takes names and clients for a batch, and reads what is known about those already taken. */
async function takeAndRead(
  statements: Statements,
  batch: readonly Arriving[],
  sequences: ReadonlyMap<ArrivingEvent, number>,
): Promise<Omit<Before, "isAlive">> {
  const { names } = wantedBy(batch, sequences);
  const taken = await takeNames(statements, names);
  const known = [...names.keys()].filter((name) => !taken.has(name));
  const named = await readNamed(statements, known);
  const ids = batch
    .filter(wasTried)
    .flatMap(({ delivery }) => delivery.events.map((_, index) => eventIdOf(delivery, delivery.deliveryId, index)));
  // A stored event must not become its client's latest again.
  const wanted = wantedBy(batch, sequences, { named, earlier: await readEarlierTries(statements, ids) });
  const clients = await takeClientsAlone(statements, wanted.clients);
  const others = [...wanted.clients.keys()].filter((client) => !clients.has(client));
  // An earlier attempt that was under way has ended by now, because its clients are taken.
  const earlier = await readEarlierTries(statements, ids);
  return { named, latest: await readLatest(statements, others), earlier, clients };
}

/** Another event had it, but the database lost that with its last commits. */
function isPlaceTaken(error: unknown): boolean {
  return (error as { constraint?: unknown }).constraint === "events_pkey";
}
