import type { ReceivedDelivery, ReceivedEvent } from "../../receiver/receive";
import { unrecognised } from "../../receiver/receive";
import { quickFingerprint } from "../fingerprint";
import type { Claim, Reserve, StoredDelivery, StoredResult } from "../inbox";
import { type StoredEvent, toStoredEvent } from "../stored-event";
import { del, type Put, put, rethrow } from "./database";
import { deliveryKeyOf, withSequence } from "./delivery-id";
import { factsOf, hasBody, toRow } from "./event-row";
import { keys, rangeOf, sequenceOf, sequenceText } from "./keys";
import { LatestOfClients } from "./latest-of-clients";
import { putFirstAttempt, putWaiting } from "./rows";
import { fresh, type Progress, type Slot } from "./slot";
import type { Endpoint, State } from "./state";

/** Only the latest event of a client can be a repetition, and only for this long: active → suspended → active is three. */
const repetitionMilliseconds = 10 * 60_000;

const mostCountsKept = 1_000;

/** Few enough to be read before the first event is taken: rows, and their characters. */
const mostRead = 10_000;
const mostCharactersRead = 16 * 1_024 * 1_024;

/** A row that is on its way to the database, so that what comes meanwhile is compared with it as well. */
interface Pending {
  readonly put: Put;
  /** Of an event: by what a repetition of it is found. */
  readonly client: { fingerprint: string; sequence: number; earlier: number | undefined } | undefined;
  written: Promise<void> | undefined;
}

/** An event that is being stored, and who gets it. */
interface Arrival {
  event: StoredEvent;
  slots: Slot[];
  /** Those of them that get it at once. */
  claiming: Slot[];
}

/** An event that came before, and is repeated. */
interface Original {
  sequence: number;
  pending: Pending | undefined;
}

/** A delivery that is being stored. */
class Arriving {
  readonly delivery: ReceivedDelivery;
  readonly endpoint: Endpoint;
  /** The key of its own id, where Hapana gave it one. */
  readonly deliveryKey: string | undefined;
  readonly at: number;
  deliveryId: string;
  readonly events: (Arrival | Original)[] = [];
  readonly writes: Put[] = [];
  readonly pending: Pending[] = [];

  constructor(delivery: ReceivedDelivery, endpoint: Endpoint, deliveryKey: string | undefined, at: number) {
    this.delivery = delivery;
    this.endpoint = endpoint;
    this.deliveryKey = deliveryKey;
    this.at = at;
    this.deliveryId = delivery.deliveryId;
  }

  /** Writes a row that what comes meanwhile is compared with. */
  writePending(put: Put, client?: Pending["client"]): void {
    this.writes.push(put);
    this.pending.push({ put, client, written: undefined });
  }
}

const firstAttempt: Progress = { ...fresh, attempt: 1 };

/** Stores deliveries: the first step of an event's way, and the only one that somebody waits for. */
export class Storing {
  readonly #state: State;
  readonly #pending = new Map<string, Pending>();
  #latest = new LatestOfClients(repetitionMilliseconds);
  /** How often what came lately came again: what is written of it may still be on its way. */
  readonly #duplicates = new Map<string, number>();
  /** Takes what has to wait. */
  readonly #wait: (slot: Slot, sequence: number) => void;

  constructor(state: State, wait: (slot: Slot, sequence: number) => void) {
    this.#state = state;
    this.#wait = wait;
  }

  /** Finds out whose events came lately. @throws StoreError */
  async load(): Promise<void> {
    this.#latest = new LatestOfClients(repetitionMilliseconds);
    for (const { client, sequence, at } of (await this.#readLatest()).reverse()) this.#latest.set(client, sequence, at);
  }

  /** @returns the last first */
  async #readLatest(): Promise<{ client: string; sequence: number; at: number }[]> {
    const read: { client: string; sequence: number; at: number }[] = [];
    const end = Date.now() - repetitionMilliseconds;
    let characters = 0;
    for await (const rows of this.#state.reader.range({ ...rangeOf("e"), reverse: true })) {
      for (const [key, row] of rows) {
        const { at = Number.POSITIVE_INFINITY, client } = factsOf(row) ?? {};
        characters += row.length;
        if (at < end || read.length >= mostRead || characters > mostCharactersRead) return read;
        if (client !== undefined) read.push({ client, sequence: sequenceOf(key), at });
      }
    }
    return read;
  }

  async store(endpointId: string, delivery: ReceivedDelivery, reserve: Reserve): Promise<StoredDelivery> {
    const endpoint = this.#state.endpoint(endpointId);
    const deliveryKey = delivery.hasOwnId ? deliveryKeyOf(endpointId, delivery.deliveryId) : undefined;
    const pending = deliveryKey === undefined ? undefined : this.#pending.get(deliveryKey);
    const known = deliveryKey === undefined ? undefined : this.#valueOf(deliveryKey, pending);
    if (known !== undefined) return this.#storeAgain(endpoint, delivery, Number.parseInt(known, 16), pending);
    const arriving = this.#arrive(endpoint, delivery, deliveryKey, reserve);
    if (arriving.writes.length > 0) await this.#write(arriving);
    const events: StoredResult[] = [];
    for (const event of arriving.events) {
      if ("event" in event) events.push(this.#arrived(endpoint, event));
      else {
        // It came again only if it is kept.
        if (event.pending) await event.pending.written;
        this.#countDuplicate(endpoint, event.sequence);
        events.push({ event: undefined, recipients: 0, claims: [] });
      }
    }
    return { deliveryId: arriving.deliveryId, events };
  }

  #valueOf(key: string, pending: Pending | undefined): string | undefined {
    return pending?.put.value ?? this.#state.reader.getSync(key);
  }

  async #storeAgain(
    endpoint: Endpoint,
    { deliveryId, events }: ReceivedDelivery,
    sequence: number,
    pending: Pending | undefined,
  ): Promise<StoredDelivery> {
    await pending?.written;
    for (const _ of events) this.#countDuplicate(endpoint, sequence);
    return { deliveryId, events: events.map(() => ({ event: undefined, recipients: 0, claims: [] })) };
  }

  /** Decides, in one go, what is new, and who gets it. */
  #arrive(endpoint: Endpoint, delivery: ReceivedDelivery, deliveryKey: string | undefined, reserve: Reserve): Arriving {
    const at = this.#state.arrival(Date.parse(delivery.receivedAt));
    const arriving = new Arriving(delivery, endpoint, deliveryKey, at);
    for (const received of delivery.events) {
      const client = clientOf(endpoint.facts.id, received);
      const original = client === undefined ? undefined : this.#originalOf(client, received, at);
      arriving.events.push(original ?? this.#arriveNew(arriving, received, client, reserve));
    }
    return arriving;
  }

  #arriveNew(arriving: Arriving, received: ReceivedEvent, client: string | undefined, reserve: Reserve): Arrival {
    const { delivery, endpoint, deliveryKey, at, writes } = arriving;
    const sequence = this.#state.takeSequence();
    const isFirst = writes.length === 0;
    if (isFirst && deliveryKey === undefined) arriving.deliveryId = withSequence(delivery.deliveryId, sequence);
    const event = toStoredEvent(delivery, arriving.deliveryId, received, arriving.events.length, sequence);
    const facts = { endpoint: endpoint.facts.id, at, delivery: deliveryKey?.slice(1), client };
    const row = put(keys.event(sequence), toRow(event, facts, received));
    if (client === undefined) writes.push(row);
    else arriving.writePending(row, { fingerprint: client, sequence, earlier: this.#latest.get(client) });
    if (isFirst && deliveryKey !== undefined) arriving.writePending(put(deliveryKey, sequenceText(sequence)));
    const slots = this.#state.recipients(endpoint, received);
    const claiming = slots.filter((slot) => !slot.facts.isNobody && reserve(slot.facts.id));
    for (const slot of slots)
      writes.push(claiming.includes(slot) ? putFirstAttempt(slot, sequence) : putWaiting(slot, sequence));
    return { event, slots, claiming };
  }

  #write({ writes, pending, at }: Arriving): Promise<void> {
    const forget = () => {
      for (const each of pending) if (this.#pending.get(each.put.key) === each) this.#pending.delete(each.put.key);
    };
    const undo = () => writes.map(({ key }) => del(key));
    const written = this.#state.writer.write(writes, undo).then(forget, (error) => {
      forget();
      for (const { client } of pending)
        if (client) this.#latest.takeBack(client.fingerprint, client.sequence, client.earlier);
      rethrow(error);
    });
    for (const each of pending) {
      each.written = written;
      this.#pending.set(each.put.key, each);
      if (each.client) this.#latest.set(each.client.fingerprint, each.client.sequence, at);
    }
    return written;
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
      claims.push({ subscriber: slot.facts.id, event, attempt: 1, failures: 0 });
    }
    return { event, recipients: slots.filter(({ facts }) => !facts.isNobody).length, claims };
  }

  /** The event that this one repeats, if it does. Those of one delivery are different events, whatever they say. */
  #originalOf(client: string, received: ReceivedEvent, at: number): Original | undefined {
    const sequence = this.#latest.get(client);
    if (sequence === undefined) return undefined;
    const key = keys.event(sequence);
    const pending = this.#pending.get(key);
    const row = this.#valueOf(key, pending);
    if (row === undefined || !hasBody(row, sequence, received)) return undefined;
    const { at: originalAt = Number.NaN } = factsOf(row) ?? {};
    if (!(Math.abs(at - originalAt) <= repetitionMilliseconds)) return undefined;
    return { sequence, pending };
  }

  #countDuplicate(endpoint: Endpoint, sequence: number): void {
    endpoint.counts.duplicates += 1;
    this.#state.endpointChanged(endpoint);
    const key = keys.duplicates(sequence);
    const count = (this.#duplicates.get(key) ?? Number(this.#state.reader.getSync(key) ?? 0)) + 1;
    if (this.#duplicates.size > mostCountsKept) this.#duplicates.clear();
    this.#duplicates.set(key, count);
    this.#state.writer.note(put(key, String(count)));
  }
}

/** Two clients of the same fingerprint do no harm: the bodies are compared. */
function clientOf(endpoint: string, { event, clientID }: ReceivedEvent): string | undefined {
  return event === unrecognised ? undefined : quickFingerprint(endpoint, event, clientID ?? "");
}
