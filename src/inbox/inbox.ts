import type { ReceivedDelivery, ReceivedEvent } from "../receiver/receive";
import { unrecognised } from "../receiver/receive";
import { fromText, hasBody, toText } from "./event-text";
import { fingerprint, quickFingerprint } from "./fingerprint";
import type { Failure, Progress, Tables } from "./tables";

/** An event as the inbox keeps it. */
export interface StoredEvent extends Omit<ReceivedEvent, "clientID" | "bodyText" | "isPayloadBody"> {
  /** Its place in the inbox; higher than that of every event before it. */
  sequence: number;
  deliveryId: string;
  /** ISO 8601, UTC. */
  receivedAt: string;
  test: boolean;
}

/** Who gets an event: by the subscriber's id, and whether the event goes to its flow at once. */
export interface Recipient {
  subscriber: string;
  inFlow: boolean;
}

/** An event on its way to a subscriber. */
export interface Claim {
  event: StoredEvent;
  progress: Progress;
}

/** What a subscriber gets next. */
export interface Claimed {
  claims: Claim[];
  /** Whether more may be waiting than there was room for. */
  hasMore: boolean;
}

/**
 * Whether an event has to have the flow for itself, because it may be what ends Node-RED.
 * @param progress how far it has got
 */
export function isSuspect({ crashes }: Progress): boolean {
  return crashes >= suspiciousCrashes;
}

/** What has become of an event in a subscriber's flow. */
export type Outcome =
  | { kind: "delivered" }
  | { kind: "waiting" }
  | { kind: "retry"; at: number }
  | { kind: "failed"; error: string };

/** An event that was in the flow when Node-RED crashed, this many times in a row, is not sent again. */
const mostCrashes = 3;

/** An event that was in the flow at this many crashes is sent alone, so that the next crash shows whether it is to blame. */
const suspiciousCrashes = 2;

const sequencesAtOnce = 1_000;

/** Keeps transactions short, so that nothing waits for a long one. */
const rowsPerStep = 200;

/** How far an event has got that has been sent so many times, without failures. */
export function firstProgress(endpoint: string, attempt: number): Progress {
  return { endpoint, attempt, failures: 0, crashes: 0 };
}

/**
 * Where an accepted event is kept until every subscriber's flow has had it, and for the days of retention after that.
 * The states of an event, per subscriber: waiting → in the flow → delivered, failed, or waiting again.
 */
export class Inbox {
  readonly #tables: Tables;
  #nextSequence: number;

  /** @param tables where it is kept; nobody else may write there */
  constructor(tables: Tables) {
    this.#tables = tables;
    this.#nextSequence = Number(tables.facts.get("nextSequence") ?? 1);
  }

  /** Whether accepted events survive the end of the process. */
  get isDurable(): boolean {
    return this.#tables.isDurable;
  }

  /**
   * Stores a delivery and finds duplicates, in one transaction.
   * @param endpoint the endpoint's id
   * @param delivery what was received
   * @param recipientsOf who gets each event
   * @returns per event, in order: the stored event, or `undefined` where it is a duplicate
   * @throws whatever the disk says; then nothing was stored
   */
  store(
    endpoint: string,
    delivery: ReceivedDelivery,
    recipientsOf: (event: ReceivedEvent) => Recipient[],
  ): Promise<(StoredEvent | undefined)[]> {
    const deliveryKey = delivery.hasOwnId ? fingerprint(endpoint, delivery.deliveryId) : undefined;
    const at = Date.parse(delivery.receivedAt);
    const arrivals = delivery.events.map((received, index) => {
      const client =
        received.event === unrecognised
          ? undefined
          : quickFingerprint(endpoint, received.event, received.clientID ?? "");
      const event = toStoredEvent(delivery, received, index);
      const text = toText(event, { deliveryKey, client }, received);
      return { event, text, client, received, recipients: recipientsOf(received) };
    });
    const { deliveries, recent, events, inFlow, waiting } = this.#tables;

    return this.#tables.transaction(() => {
      if (deliveryKey && deliveries.get(deliveryKey) !== undefined) return arrivals.map(() => undefined);
      const fresh = arrivals.map(({ event, text, client, received, recipients }) => {
        if (client && this.#isRepetition(endpoint, client, received, at)) return undefined;
        const sequence = this.#takeSequence();
        events.put(endpoint, sequence, text);
        if (client) recent.put(client, { sequence, at });
        for (const recipient of recipients) {
          const table = recipient.inFlow ? inFlow : waiting;
          table.put(recipient.subscriber, sequence, firstProgress(endpoint, recipient.inFlow ? 1 : 0));
        }
        event.sequence = sequence;
        return event;
      });
      if (deliveryKey) deliveries.put(deliveryKey, at);
      return fresh;
    }, "flushed");
  }

  #isRepetition(endpoint: string, client: string, received: ReceivedEvent, at: number): boolean {
    const { recent, events } = this.#tables;
    const latest = recent.latest(client, at);
    const text = latest === undefined ? undefined : events.get(endpoint, latest);
    return text !== undefined && hasBody(text, received);
  }

  /** Sequences are set aside on disk a thousand at a time; those that a crash leaves unused are skipped. */
  #takeSequence(): number {
    const { facts } = this.#tables;
    // Asked of the store every time: what a transaction set aside goes with it where it is refused.
    if (this.#nextSequence >= Number(facts.get("nextSequence") ?? 0)) {
      facts.put("nextSequence", this.#nextSequence + sequencesAtOnce);
    }
    return this.#nextSequence++;
  }

  /**
   * Takes what a subscriber gets next: retries that are due, then what waits, in the order of arrival. An event that may be
   * to blame for crashes is taken only while nothing else is in the flow, and alone.
   * @param subscriber its id
   * @param limit the most events
   * @param isFlowEmpty whether nothing is in the flow
   * @param now milliseconds since 1970
   * @returns the events, now in the flow
   */
  claim(subscriber: string, limit: number, isFlowEmpty: boolean, now: number): Promise<Claimed> {
    const { waiting, inFlow, retries } = this.#tables;
    return this.#tables.transaction(() => {
      const claims: Claim[] = [];
      let isHeldBack = false;
      const take = (sequence: number, { endpoint, attempt, failures, crashes }: Progress): void => {
        const event = this.#read(endpoint, sequence);
        if (!event) return;
        const progress = { endpoint, attempt: attempt + 1, failures, crashes };
        inFlow.put(subscriber, sequence, progress);
        claims.push({ event, progress });
      };
      for (const { sequence: slot, row } of retries.list(subscriber, 0, limit)) {
        if (timeOf(slot) > now) break;
        retries.remove(subscriber, slot);
        take(row.sequence, row);
      }
      for (const { sequence, row } of waiting.list(subscriber, 0, limit - claims.length)) {
        const isAlone = isSuspect(row);
        isHeldBack = isAlone && (!isFlowEmpty || claims.length > 0);
        if (isHeldBack) break;
        waiting.remove(subscriber, sequence);
        take(sequence, row);
        if (isAlone) break;
      }
      return { claims, hasMore: isHeldBack || claims.length > 0 };
    }, "committed");
  }

  /**
   * @param subscriber its id
   * @returns when its next retry is due, in milliseconds since 1970
   */
  nextRetryAt(subscriber: string): number | undefined {
    const [next] = this.#tables.retries.list(subscriber, 0, 1);
    return next && timeOf(next.sequence);
  }

  /**
   * Notes that events were delivered. That is not urgent: were it lost, they would only be sent again.
   * @param subscriber to whose flow
   * @param sequences the events
   */
  settleDelivered(subscriber: string, sequences: readonly number[]): Promise<void> {
    const { inFlow } = this.#tables;
    return this.#tables.transaction(() => {
      for (const sequence of sequences) inFlow.remove(subscriber, sequence);
    }, "soon");
  }

  /**
   * Notes what has become of an event that was in the flow.
   * @param subscriber whose flow it was
   * @param sequence the event
   * @param progress how far it had got
   * @param outcome what has become of it
   */
  settle(subscriber: string, sequence: number, progress: Progress, outcome: Outcome): Promise<void> {
    return this.#tables.transaction(() => this.#settle(subscriber, sequence, progress, outcome), "committed");
  }

  #settle(subscriber: string, sequence: number, progress: Progress, outcome: Outcome): void {
    const { waiting, inFlow, retries, failed } = this.#tables;
    inFlow.remove(subscriber, sequence);
    if (outcome.kind === "waiting") waiting.put(subscriber, sequence, progress);
    if (outcome.kind === "failed") {
      failed.put(subscriber, sequence, { ...progress, error: outcome.error, failedAt: new Date().toISOString() });
    }
    if (outcome.kind === "retry") {
      let slot = slotOf(outcome.at);
      while (retries.get(subscriber, slot)) slot += 1;
      retries.put(subscriber, slot, { ...progress, sequence });
    }
  }

  /**
   * After a start: what was in a subscriber's flow when Node-RED ended waits again; what was in it at three crashes in a row
   * is set aside as failed, so that one event cannot keep Node-RED from coming up.
   * @param subscriber its id
   * @param crashed whether Node-RED ended without being asked to
   * @returns the failures, for the status and the log
   */
  recover(subscriber: string, crashed: boolean): Promise<Failure[]> {
    const { inFlow, failed } = this.#tables;
    return this.#tables.transaction(() => {
      const setAside: Failure[] = [];
      for (const { sequence, row } of inFlow.list(subscriber, 0, Number.POSITIVE_INFINITY)) {
        const progress = { ...row, crashes: crashed ? row.crashes + 1 : 0 };
        const isPoison = progress.crashes >= mostCrashes;
        const error = `Node-RED ended ${mostCrashes} times in a row while this event was in the flow.`;
        this.#settle(subscriber, sequence, progress, isPoison ? { kind: "failed", error } : { kind: "waiting" });
        const failure = isPoison ? failed.get(subscriber, sequence) : undefined;
        if (failure) setAside.push(failure);
      }
      return setAside;
    }, "committed");
  }

  /**
   * Hands events that came while nobody was there, in steps, to those who are there now.
   * @param from whom they were kept for
   * @param recipientsOf who gets each
   */
  async reroute(from: string, recipientsOf: (event: StoredEvent) => readonly string[]): Promise<void> {
    const { waiting } = this.#tables;
    for (let rows = waiting.list(from, 0, rowsPerStep); rows.length > 0; rows = waiting.list(from, 0, rowsPerStep)) {
      await this.#tables.transaction(() => {
        for (const { sequence, row } of rows) {
          if (!waiting.get(from, sequence)) continue;
          waiting.remove(from, sequence);
          const event = this.#read(row.endpoint, sequence);
          for (const subscriber of event ? recipientsOf(event) : []) waiting.put(subscriber, sequence, row);
        }
      }, "committed");
    }
  }

  /**
   * Removes the endpoint's events that are older than its retention, in small steps. What a subscriber still waits for stays;
   * what is kept for a subscriber that is no longer there goes with its event.
   * @param endpoint its id
   * @param before milliseconds since 1970
   * @param subscribers the ids of those who are there
   * @returns how many were removed
   */
  async prune(endpoint: string, before: number, subscribers: readonly string[]): Promise<number> {
    let removed = 0;
    let after = 0;
    for (;;) {
      const rows = this.#tables.events.list(endpoint, after, rowsPerStep);
      const old = rows.filter(({ row }) => Date.parse((JSON.parse(row) as StoredEvent).receivedAt) < before);
      if (old.length > 0) {
        removed += await this.#tables.transaction(() => this.#removeEvents(endpoint, old, subscribers), "committed");
      }
      const last = rows.at(-1);
      if (!last || old.length < rows.length || rows.length < rowsPerStep) return removed;
      after = last.sequence;
    }
  }

  #removeEvents(
    endpoint: string,
    rows: readonly { sequence: number; row: string }[],
    subscribers: readonly string[],
  ): number {
    const { events, waiting, inFlow, failed, deliveries, retries } = this.#tables;
    const retried = new Set(
      subscribers.flatMap((id) => retries.list(id, 0, Number.POSITIVE_INFINITY).map(({ row }) => row.sequence)),
    );
    const leftovers = [waiting, inFlow, failed].flatMap((table) => table.owners().map((owner) => ({ table, owner })));
    let removed = 0;
    for (const { sequence, row } of rows) {
      const isWanted = subscribers.some((id) => waiting.get(id, sequence) ?? inFlow.get(id, sequence));
      if (isWanted || retried.has(sequence)) continue;
      const { deliveryKey } = JSON.parse(row) as { deliveryKey?: string };
      events.remove(endpoint, sequence);
      for (const { table, owner } of leftovers) table.remove(owner, sequence);
      if (deliveryKey) deliveries.remove(deliveryKey);
      removed += 1;
    }
    return removed;
  }

  /** Lets go of the files, once everything under way is written. */
  close(): Promise<void> {
    return this.#tables.close();
  }

  #read(endpoint: string, sequence: number): StoredEvent | undefined {
    const text = this.#tables.events.get(endpoint, sequence);
    return text === undefined ? undefined : fromText(text, sequence);
  }
}

function toStoredEvent(delivery: ReceivedDelivery, received: ReceivedEvent, index: number): StoredEvent {
  const { event, payload, siteID, issues, reason, body } = received;
  const deliveryId = delivery.events.length > 1 ? `${delivery.deliveryId}#${index + 1}` : delivery.deliveryId;
  const { receivedAt, test } = delivery;
  const stored: StoredEvent = { sequence: 0, event, payload, siteID, issues, deliveryId, receivedAt, test, body };
  if (reason !== undefined) stored.reason = reason;
  return stored;
}

/** Retries are ordered by time; a thousand may share a millisecond before one is put off to the next. */
const slotOf = (at: number): number => at * 1_000;
const timeOf = (slot: number): number => Math.floor(slot / 1_000);
