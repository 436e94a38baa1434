import type { Claim, Handover, Inbox, Present, Resend, ResendRequest, Settlement } from "../inbox/inbox";
import type { ReceivedDelivery } from "../receiver/receive";
import type { Flow } from "./flow";
import { Queue } from "./queue";
import { Resending } from "./resending";
import { unsent } from "./settlement";
import { Turns } from "./turns";

/** The result of a delivery. */
export interface Accepted {
  /** The id by which it can be looked up. */
  deliveryId: string;
  /** Whether anything in it was new. */
  isNew: boolean;
  /** How many of its events no node gets. */
  unselected: number;
  /** The ids of those that wait for a node. */
  unclaimed: string[];
}

/** Passes the events of one inbox to the flows that want them, while they run. */
export class Dispatcher {
  readonly inbox: Inbox;
  readonly #turns: Turns;
  readonly #resending: Resending;
  readonly #queues = new Map<string, Queue>();
  readonly #storeRefused: (error: unknown) => void;
  readonly #changed: () => void;
  /** Outcomes from this turn of the event loop, to be settled together. */
  #settlements: Settlement[] = [];

  /**
   * @param inbox the inbox
   * @param storeRefused called with what the inbox refuses while nobody waits for it
   * @param changed called when the log has changed
   */
  constructor(inbox: Inbox, storeRefused: (error: unknown) => void, changed: () => void = () => {}) {
    this.inbox = inbox;
    this.#storeRefused = storeRefused;
    this.#changed = changed;
    this.#resending = new Resending(inbox, storeRefused, changed);
    this.#turns = new Turns(inbox, (claim) => this.#sendAlone(claim), storeRefused);
  }

  /**
   * Sets the subscribers of the last deploy.
   * @returns what that changes for waiting events
   */
  announce(present: Present): Promise<Handover> {
    return this.inbox.subscribers(present);
  }

  /** The flows run: sends what is waiting for them. */
  start(flows: readonly Flow[]): void {
    const there = new Set(flows.map(({ id }) => id));
    for (const [id, queue] of this.#queues) {
      if (there.has(id)) continue;
      queue.stop();
      // Events still in the flow must not be overtaken if their node is back by then.
      if (queue.isBusy) continue;
      queue.close();
      this.#queues.delete(id);
    }
    this.#turns.start();
    for (const flow of flows) {
      const queue = this.#queues.get(flow.id) ?? this.#newQueue(flow.id);
      queue.start(flow);
    }
    this.#resending.start();
  }

  /** The flows are about to stop: from now on, events wait. */
  stop(): Promise<void> {
    this.#turns.stop();
    this.#resending.stop();
    for (const queue of this.#queues.values()) queue.stop();
    this.#writeSettlements();
    return this.inbox.stopped();
  }

  /**
   * Stores a delivery, and sends whatever finds a place at once.
   * @throws StoreError if the inbox refuses; then nothing is stored
   */
  async accept(endpoint: string, delivery: ReceivedDelivery): Promise<Accepted> {
    const granted: Queue[] = [];
    const refused: Queue[] = [];
    const reserve = (subscriber: string): boolean => {
      const queue = this.#queues.get(subscriber);
      if (!queue) return false;
      const isGranted = queue.reserve(this.#turns.areUnderWay);
      (isGranted ? granted : refused).push(queue);
      return isGranted;
    };
    try {
      const { deliveryId, events } = await this.inbox.store(endpoint, delivery, reserve);
      this.#changed();
      const accepted: Accepted = { deliveryId, isNew: false, unselected: 0, unclaimed: [] };
      for (const { event, recipients, isUnclaimed, claims } of events) {
        if (!event) continue;
        accepted.isNew = true;
        if (isUnclaimed) accepted.unclaimed.push(event.deliveryId);
        else if (recipients === 0) accepted.unselected += 1;
        for (const claim of claims) {
          // The queue that granted the place, even if a deploy has since removed its node.
          const place = granted.findIndex((queue) => queue.subscriber === claim.subscriber);
          if (place >= 0) for (const queue of granted.splice(place, 1)) queue.send(claim);
        }
      }
      return accepted;
    } finally {
      for (const queue of granted) queue.giveBack();
      for (const queue of refused) queue.stored();
    }
  }

  /** Sends all matching events again, oldest first, as fast as the flows take them. */
  async resend(request: ResendRequest): Promise<Resend> {
    const resend = await this.inbox.resend(request);
    this.#resending.wake();
    return resend;
  }

  /** How many events are next for a subscriber, but not in its flow yet. */
  inLine(subscriber: string): number {
    return this.#queues.get(subscriber)?.inLine ?? 0;
  }

  /** Closes the inbox. */
  async close(): Promise<void> {
    // If the inbox refuses, there is nothing to wait for.
    this.stop().catch(this.#storeRefused);
    for (const queue of this.#queues.values()) queue.close();
    await this.inbox.close();
  }

  #newQueue(subscriber: string): Queue {
    const queue = new Queue(this.inbox, subscriber, (settlement) => this.#note(settlement), this.#storeRefused);
    this.#queues.set(subscriber, queue);
    return queue;
  }

  async #sendAlone(claim: Claim): Promise<void> {
    const queue = this.#queues.get(claim.subscriber);
    if (queue) await queue.sendAlone(claim);
    else this.#note(unsent(claim));
  }

  #note(settlement: Settlement): void {
    if (this.#settlements.push(settlement) === 1) setImmediate(() => this.#writeSettlements());
    // It is next again: what is now claimed from the inbox must not overtake it.
    if (settlement.outcome.kind === "unsent") this.#writeSettlements();
  }

  #writeSettlements(): void {
    if (this.#settlements.length === 0) return;
    const settlements = this.#settlements;
    this.#settlements = [];
    this.inbox.settle(settlements).then(this.#changed, this.#storeRefused);
  }
}
