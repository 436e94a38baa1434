import type { ReceivedDelivery, ReceivedEvent } from "../../receiver/receive";
import { unrecognised } from "../../receiver/receive";
import { quickFingerprint } from "../fingerprint";
import type { Claim, Reserve, StoredDelivery, StoredResult } from "../inbox";
import { type StoredEvent, toStoredEvent } from "../stored-event";
import { del, type Put, put } from "./database";
import { deliveryKeyOf, withSequence } from "./delivery-id";
import { hasBody, toRow } from "./event-row";
import { keys, sequenceText } from "./keys";
import { putFirstAttempt, putWaiting } from "./rows";
import { fresh, type Slot } from "./slot";
import type { Endpoint, State } from "./state";

/** Only the latest event of a client can be a repetition, and only for this long: active → suspended → active is three. */
const repetitionMilliseconds = 10 * 60_000;

const mostCountsKept = 1_000;

/** What is on its way to the database, so that what comes meanwhile is compared with it as well. */
interface Pending {
  /** The row's value. */
  value: string;
  /** Of the latest event of a client: its row. */
  eventRow?: string;
  written: Promise<void>;
}

/** An event that is being stored, and who gets it. */
interface Arrival {
  event: StoredEvent;
  slots: { slot: Slot; isClaimed: boolean }[];
}

/** Stores deliveries: the first step of an event's way, and the only one that somebody waits for. */
export class Storing {
  readonly #state: State;
  readonly #pending = new Map<string, Pending>();
  /** How often what came lately came again: what is written of it may still be on its way. */
  readonly #duplicates = new Map<string, number>();
  /** Takes what has to wait. */
  readonly #wait: (slot: Slot, sequence: number) => void;

  constructor(state: State, wait: (slot: Slot, sequence: number) => void) {
    this.#state = state;
    this.#wait = wait;
  }

  async store(endpointId: string, delivery: ReceivedDelivery, reserve: Reserve): Promise<StoredDelivery> {
    const state = this.#state;
    const endpoint = state.endpoint(endpointId);
    const deliveryKey = delivery.hasOwnId ? deliveryKeyOf(endpointId, delivery.deliveryId) : undefined;
    if (deliveryKey !== undefined) {
      const pending = this.#pending.get(deliveryKey);
      const known = pending?.value ?? state.reader.getSync(deliveryKey);
      if (known !== undefined) {
        await pending?.written;
        for (let count = 0; count < delivery.events.length; count += 1)
          this.#countDuplicate(endpoint, Number.parseInt(known, 16));
        const events = delivery.events.map(() => ({ event: undefined, recipients: 0, claims: [] }));
        return { deliveryId: delivery.deliveryId, events };
      }
    }

    let deliveryId = deliveryKey === undefined ? undefined : delivery.deliveryId;
    const at = state.arrival(Date.parse(delivery.receivedAt));
    const overlay: [string, Omit<Pending, "written">][] = [];
    const waitFor: Promise<void>[] = [];
    const repeated: number[] = [];
    const writes: Put[] = [];
    const keep = (write: Put) => writes.push(write);

    const arrivals = delivery.events.map((received, index): Arrival | undefined => {
      const client = clientKeyOf(endpointId, received);
      const original = client === undefined ? undefined : this.#repeats(client, received, at);
      if (original) {
        repeated.push(original.sequence);
        if (original.written) waitFor.push(original.written);
        return undefined;
      }
      const sequence = state.takeSequence();
      deliveryId ??= withSequence(delivery.deliveryId, sequence);
      const event = toStoredEvent(delivery, deliveryId, received, index, sequence);
      const row = toRow(
        event,
        { endpoint: endpointId, at, delivery: deliveryKey?.slice(1), client: client?.slice(1) },
        received,
      );
      keep(put(keys.event(sequence), row));
      if (deliveryKey !== undefined && !overlay.some(([key]) => key === deliveryKey)) {
        keep(put(deliveryKey, sequenceText(sequence)));
        overlay.push([deliveryKey, { value: sequenceText(sequence) }]);
      }
      if (client) {
        const value = `${sequenceText(sequence)}${at.toString(36)}`;
        keep(put(client, value));
        overlay.push([client, { value, eventRow: row }]);
      }
      const slots = state.recipients(endpoint, received).map((slot) => {
        const isClaimed = !slot.facts.isNobody && reserve(slot.facts.id);
        keep(isClaimed ? putFirstAttempt(slot, sequence) : putWaiting(slot, sequence));
        return { slot, isClaimed };
      });
      return { event, slots };
    });

    await this.#write(writes, overlay, waitFor);
    for (const sequence of repeated) this.#countDuplicate(endpoint, sequence);
    const events = arrivals.map((arrival) => this.#arrived(endpoint, arrival));
    return { deliveryId: deliveryId ?? delivery.deliveryId, events };
  }

  async #write(
    writes: readonly Put[],
    overlay: readonly [string, Omit<Pending, "written">][],
    waitFor: readonly Promise<void>[],
  ): Promise<void> {
    if (writes.length > 0) {
      const written = this.#state.writer.write(writes, () => writes.map(({ key }) => del(key)));
      for (const [key, pending] of overlay) this.#pending.set(key, { ...pending, written });
      const forget = () => {
        for (const [key, { value }] of overlay) if (this.#pending.get(key)?.value === value) this.#pending.delete(key);
      };
      written.then(forget, forget);
      await written;
    }
    await Promise.all(waitFor);
  }

  #arrived(endpoint: Endpoint, arrival: Arrival | undefined): StoredResult {
    if (!arrival) return { event: undefined, recipients: 0, claims: [] };
    const { event, slots } = arrival;
    const { counts } = endpoint;
    counts.received += 1;
    counts.last = { event: event.event, test: event.test, at: Date.parse(event.receivedAt) };
    this.#state.endpointChanged(endpoint);
    const claims: Claim[] = [];
    for (const { slot, isClaimed } of slots) {
      if (!isClaimed) {
        this.#wait(slot, event.sequence);
        continue;
      }
      slot.inFlow.set(event.sequence, { ...fresh, attempt: 1 });
      slot.countSent(event, 1);
      this.#state.countsChanged(slot);
      claims.push({ subscriber: slot.facts.id, event, attempt: 1, failures: 0 });
    }
    return { event, recipients: slots.filter(({ slot }) => !slot.facts.isNobody).length, claims };
  }

  /** The event that this one repeats, if it does. Those of one delivery are different events, whatever they say. */
  #repeats(
    client: string,
    received: ReceivedEvent,
    at: number,
  ): { sequence: number; written?: Promise<void> } | undefined {
    const pending = this.#pending.get(client);
    const { reader } = this.#state;
    const value = pending?.value ?? reader.getSync(client);
    if (value === undefined) return undefined;
    const [sequence, latestAt] = [Number.parseInt(value.slice(0, 12), 16), Number.parseInt(value.slice(12), 36)];
    if (!(Math.abs(at - latestAt) <= repetitionMilliseconds)) return undefined;
    const row = pending?.eventRow ?? reader.getSync(keys.event(sequence));
    if (row === undefined || !hasBody(row, sequence, received)) return undefined;
    return pending ? { sequence, written: pending.written } : { sequence };
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
function clientKeyOf(endpoint: string, { event, clientID }: ReceivedEvent): string | undefined {
  if (event === unrecognised) return undefined;
  return keys.latest(quickFingerprint(endpoint, event, clientID ?? ""));
}
