import type { ReceivedDelivery, ReceivedEvent } from "../../receiver/receive";
import { type EventFacts, factsOf, fromRow, hasBody, toRow, toRowBytes } from "../event-row";
import type { Claim, Reserve, StoredDelivery, StoredResult } from "../inbox";
import { signedName } from "../names";
import { fresh, type Progress } from "../progress";
import {
  clientFingerprint,
  isReplay,
  isSameForCertain,
  namesOf,
  newNamesOf,
  repetitionMilliseconds,
} from "../recognising";
import { ReplayedError } from "../replayed-error";
import { type StoredEvent, toStoredEvent, wholeIdOf } from "../stored-event";
import { del, type Put, put, rethrow } from "./database";
import { withSequence } from "./delivery-id";
import { keys, rangeOf, sequenceOf, sequenceText } from "./keys";
import { LatestOfClients } from "./latest-of-clients";
import { putWaiting } from "./rows";
import type { Slot } from "./slot";
import type { Endpoint, State } from "./state";

const maxCountsKept = 1_000;

/** How many rows, and characters, may be read before the first event is accepted. */
const maxRead = 10_000;
const maxCharactersRead = 16 * 1_024 * 1_024;

/** A row on its way to the database, so that new arrivals are compared with it as well. */
interface Pending {
  readonly put: Put<string | Buffer>;
  /** By which the event can be looked up. */
  readonly deliveryId: string;
  /** For an event: identifies duplicates of it. */
  readonly client: { fingerprint: string; sequence: number; earlier: number | undefined } | undefined;
  written: Promise<void> | undefined;
}

/** An event that is being stored, and its recipients. */
interface Arrival {
  event: StoredEvent;
  slots: Slot[];
  /** Those of them that get it at once. */
  claiming: Slot[];
}

/** An earlier event with the same content. */
interface Original {
  sequence: number;
  pending: Pending | undefined;
  /** Whether it is certainly the same event: otherwise nobody can tell, and the later one is an event of its own. */
  isCertain: boolean;
  deliveryId: string;
}

/** What an event is compared by, and what was found. */
interface Known {
  names: readonly string[];
  /** The fingerprint of its kind and client. */
  client: string | undefined;
  /** The sequence of the client's latest event. */
  earlier: number | undefined;
  /** An event that may be the same. */
  original: Original | undefined;
}

/** A delivery that is being stored. */
class Arriving {
  readonly delivery: ReceivedDelivery;
  readonly endpoint: Endpoint;
  readonly at: number;
  /** Its name by its signed content. */
  readonly signed: string | undefined;
  deliveryId: string;
  readonly events: (Arrival | Original)[] = [];
  readonly writes: Put<string | Buffer>[] = [];
  readonly pending: Pending[] = [];
  /** The names given to its events: each goes to the first that may have it. */
  readonly given = new Set<string>();
  /** The events that its names stood for before it arrived. */
  readonly named = new Map<string, Original | undefined>();

  constructor(delivery: ReceivedDelivery, endpoint: Endpoint, at: number) {
    this.delivery = delivery;
    this.endpoint = endpoint;
    this.at = at;
    this.signed = signedName(endpoint.facts.id, delivery);
    this.deliveryId = delivery.deliveryId;
  }

  /** Writes a row that new arrivals are compared with. */
  writePending(put: Put<string | Buffer>, deliveryId: string, client?: Pending["client"]): void {
    this.writes.push(put);
    this.pending.push({ put, deliveryId, client, written: undefined });
  }

  /** Whether one of its events is new. */
  get isNew(): boolean {
    return this.events.some((event) => "event" in event);
  }

  /** The id by which it can be looked up: if nothing in it was new, the original's. */
  get answeredId(): string {
    const [first, ...others] = this.events;
    if (!first || this.isNew) return this.deliveryId;
    const { deliveryId } = first as Original;
    return others.length > 0 ? wholeIdOf(deliveryId) : deliveryId;
  }
}

const firstAttempt: Progress = { ...fresh, attempt: 1 };

/** Stores deliveries: the first step of an event, and the only one that somebody waits for. */
export class Storing {
  readonly #state: State;
  readonly #pending = new Map<string, Pending>();
  #latest = new LatestOfClients(repetitionMilliseconds);
  /** The number of duplicates of recent events: the stored number may still be on its way. */
  readonly #duplicates = new Map<string, number>();
  /** Takes events that have to wait. */
  readonly #wait: (slot: Slot, sequence: number) => void;

  constructor(state: State, wait: (slot: Slot, sequence: number) => void) {
    this.#state = state;
    this.#wait = wait;
  }

  /** Loads the recent events and their clients. @throws StoreError */
  async load(): Promise<void> {
    this.#latest = new LatestOfClients(repetitionMilliseconds);
    for (const { client, sequence, at } of (await this.#readLatest()).reverse()) this.#latest.set(client, sequence, at);
  }

  /** @returns the last one first */
  async #readLatest(): Promise<{ client: string; sequence: number; at: number }[]> {
    const read: { client: string; sequence: number; at: number }[] = [];
    const end = Date.now() - repetitionMilliseconds;
    let characters = 0;
    for await (const rows of this.#state.reader.range({ ...rangeOf("e"), reverse: true })) {
      for (const [key, row] of rows) {
        const { at = Number.POSITIVE_INFINITY, client } = factsOf(row) ?? {};
        characters += row.length;
        if (at < end || read.length >= maxRead || characters > maxCharactersRead) return read;
        if (client !== undefined) read.push({ client, sequence: sequenceOf(key), at });
      }
    }
    return read;
  }

  async store(endpointId: string, delivery: ReceivedDelivery, reserve: Reserve): Promise<StoredDelivery> {
    const endpoint = this.#state.endpoint(endpointId);
    const arriving = this.#arrive(endpoint, delivery, reserve);
    // It is a duplicate only if the original is stored, which is written before what comes with it: waiting twice would reorder events.
    if (arriving.writes.length > 0) await this.#write(arriving);
    if (!arriving.isNew) for (const event of arriving.events) if ("pending" in event) await event.pending?.written;
    const events: StoredResult[] = [];
    for (const event of arriving.events) {
      if ("event" in event) events.push(this.#arrived(endpoint, event));
      else {
        this.#countDuplicate(endpoint, event.sequence);
        events.push({ event: undefined, recipients: 0, isUnclaimed: false, claims: [] });
      }
    }
    return { deliveryId: arriving.answeredId, events };
  }

  /** Decides, synchronously, what is new, and who gets it. */
  #arrive(endpoint: Endpoint, delivery: ReceivedDelivery, reserve: Reserve): Arriving {
    const at = this.#state.arrival(Date.parse(delivery.receivedAt));
    const arriving = new Arriving(delivery, endpoint, at);
    if (this.#isReplayed(arriving)) throw new ReplayedError();
    for (const received of delivery.events) {
      const names = namesOf(endpoint.facts.id, delivery, received, arriving.signed).map(keys.delivery);
      const client = clientFingerprint(endpoint.facts.id, delivery, received);
      const earlier = client === undefined ? undefined : this.#latest.get(client);
      const original = this.#namedBy(arriving, names) ?? this.#repeatedBy(arriving, received, earlier);
      if (original?.isCertain) {
        arriving.events.push(original);
        this.#nameRepetition(arriving, names, original);
      } else arriving.events.push(this.#arriveNew(arriving, received, { names, client, earlier, original }, reserve));
    }
    return arriving;
  }

  /** Not while the original is being written: it may be refused. */
  #nameRepetition(arriving: Arriving, names: readonly string[], { sequence, pending, deliveryId }: Original): void {
    if (pending) return;
    for (const name of newNamesOf(names, (each) => this.#namedBy(arriving, [each]) !== undefined)) {
      arriving.writes.push(put(keys.alias(sequence, name.slice(1)), ""));
      arriving.writePending(put(name, sequenceText(sequence)), deliveryId);
    }
  }

  #arriveNew(
    arriving: Arriving,
    received: ReceivedEvent,
    { names, client, earlier, original }: Known,
    reserve: Reserve,
  ): Arrival {
    const { delivery, endpoint, at, writes } = arriving;
    const { hasOwnId } = delivery;
    const sequence = this.#state.takeSequence();
    const isFirst = !arriving.isNew;
    if (isFirst && !hasOwnId) arriving.deliveryId = withSequence(delivery.deliveryId, sequence);
    const event = toStoredEvent(delivery, arriving.deliveryId, received, arriving.events.length, sequence);
    if (original) event.possibleDuplicate = original.deliveryId;
    const own = names.filter((name) => !arriving.given.has(name));
    for (const name of own) arriving.given.add(name);
    const facts = { endpoint: endpoint.facts.id, at, names: own.map((name) => name.slice(1)), hasOwnId, client };
    const row = put(keys.event(sequence), rowOf(event, facts, received));
    if (client === undefined) writes.push(row);
    else arriving.writePending(row, event.deliveryId, { fingerprint: client, sequence, earlier });
    for (const name of own) arriving.writePending(put(name, sequenceText(sequence)), event.deliveryId);
    const slots = this.#state.recipients(endpoint, received);
    const claiming = slots.filter((slot) => !slot.facts.isNobody && reserve(slot.facts.id));
    for (const slot of slots) if (!claiming.includes(slot)) writes.push(putWaiting(slot, sequence));
    return { event, slots, claiming };
  }

  #write({ writes, pending, at, events }: Arriving): Promise<void> {
    // Not before all of it has arrived: what it is compared with may be refused.
    for (const event of events) if ("event" in event) this.#noteFirstAttempts(event);
    const forget = () => {
      for (const each of pending) if (this.#pending.get(each.put.key) === each) this.#pending.delete(each.put.key);
    };
    const undo = () => writes.map(({ key }) => del(key));
    const written = this.#state.writer.write(writes, undo).then(forget, (error) => {
      forget();
      for (const { client } of pending)
        if (client) this.#latest.takeBack(client.fingerprint, client.sequence, client.earlier);
      for (const event of events) if ("event" in event) this.#takeBack(event);
      rethrow(error);
    });
    for (const each of pending) {
      each.written = written;
      this.#pending.set(each.put.key, each);
      if (each.client) this.#latest.set(each.client.fingerprint, each.client.sequence, at);
    }
    return written;
  }

  #noteFirstAttempts({ event: { sequence }, claiming }: Arrival): void {
    for (const slot of claiming) this.#state.firstAttempts.add(slot, sequence);
  }

  #takeBack({ event: { sequence }, claiming }: Arrival): void {
    const { firstAttempts, writer } = this.#state;
    for (const slot of claiming) writer.note(...firstAttempts.drop(slot, sequence));
  }

  #arrived(endpoint: Endpoint, { event, slots, claiming }: Arrival): StoredResult {
    const { counts } = endpoint;
    counts.received += 1;
    counts.last = { event: event.event, test: event.test, at: Date.parse(event.receivedAt) };
    this.#state.endpointChanged(endpoint);
    const claims: Claim[] = [];
    for (const slot of slots) {
      if (!claiming.includes(slot)) {
        this.#wait(slot, event.sequence);
        continue;
      }
      slot.inFlow.set(event.sequence, firstAttempt);
      slot.countSent(event, 1);
      this.#state.countsChanged(slot);
      claims.push({ subscriber: slot.facts.id, inbox: this.#state.id, event, attempt: 1, failures: 0 });
    }
    const recipients = slots.filter(({ facts }) => !facts.isNobody && !facts.isListener).length;
    return { event, recipients, isUnclaimed: slots.some(({ facts }) => facts.isNobody), claims };
  }

  /** The event that had one of these names before. Events within one delivery are always different. */
  #namedBy(arriving: Arriving, names: readonly string[]): Original | undefined {
    for (const name of names) {
      if (!arriving.named.has(name)) {
        const pending = this.#pending.get(name);
        const value = this.#valueOf(name, pending);
        const sequence = Number.parseInt(value ?? "", 16);
        const deliveryId = pending?.deliveryId ?? this.#deliveryIdAt(sequence) ?? arriving.deliveryId;
        arriving.named.set(name, value === undefined ? undefined : { sequence, pending, isCertain: true, deliveryId });
      }
      const original = arriving.named.get(name);
      if (original) return original;
    }
    return undefined;
  }

  /** Whether its signed content arrived before, and none of its events is of that kind. */
  #isReplayed(arriving: Arriving): boolean {
    const { signed, delivery } = arriving;
    const original = signed === undefined ? undefined : this.#namedBy(arriving, [keys.delivery(signed)]);
    if (!original) return false;
    const key = keys.event(original.sequence);
    const row = this.#valueOf(key, this.#pending.get(key));
    const before = row === undefined ? undefined : fromRow(row, original.sequence)?.event;
    return before !== undefined && isReplay(delivery, before);
  }

  /** The latest event of the client, if it has the same content, and Hapana did not assign both an id. */
  #repeatedBy(arriving: Arriving, received: ReceivedEvent, sequence: number | undefined): Original | undefined {
    if (sequence === undefined) return undefined;
    const key = keys.event(sequence);
    const pending = this.#pending.get(key);
    const row = this.#valueOf(key, pending);
    const facts = row === undefined ? undefined : factsOf(row);
    if (row === undefined || !facts || (facts.hasOwnId && arriving.delivery.hasOwnId)) return undefined;
    if (!(Math.abs(arriving.at - facts.at) <= repetitionMilliseconds)) return undefined;
    if (!hasBody(row, sequence, received)) return undefined;
    const deliveryId = pending?.deliveryId ?? fromRow(row, sequence)?.event.deliveryId;
    return deliveryId === undefined
      ? undefined
      : { sequence, pending, isCertain: isSameForCertain(received), deliveryId };
  }

  #deliveryIdAt(sequence: number): string | undefined {
    const row = Number.isNaN(sequence) ? undefined : this.#state.reader.getSync(keys.event(sequence));
    return row === undefined ? undefined : fromRow(row, sequence)?.event.deliveryId;
  }

  #valueOf(key: string, pending: Pending | undefined): string | undefined {
    return pending?.put.value.toString() ?? this.#state.reader.getSync(key);
  }

  #countDuplicate(endpoint: Endpoint, sequence: number): void {
    endpoint.counts.duplicates += 1;
    this.#state.endpointChanged(endpoint);
    const key = keys.duplicates(sequence);
    const count = (this.#duplicates.get(key) ?? Number(this.#state.reader.getSync(key) ?? 0)) + 1;
    if (this.#duplicates.size > maxCountsKept) this.#duplicates.clear();
    this.#duplicates.set(key, count);
    this.#state.writer.note(put(key, String(count)));
  }
}

function rowOf(event: StoredEvent, facts: EventFacts, received: ReceivedEvent): string | Buffer {
  return typeof received.bodyJson === "string" ? toRow(event, facts, received) : toRowBytes(event, facts, received);
}
