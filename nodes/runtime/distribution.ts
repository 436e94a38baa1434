import { copyOf } from "../../src/events/copy";
import type { Inbox, Recipient, StoredEvent } from "../../src/inbox/inbox";
import { type Flow, SubscriptionQueue } from "../../src/inbox/subscription-queue";
import type { ReceivedDelivery, ReceivedEvent } from "../../src/receiver/receive";
import type { OpenInbox, Storage, StorageKind } from "./storage";

/** A node that wants events. */
export interface Subscription extends Flow {
  readonly id: string;
  /** Whether it wants the event. */
  selects(event: Pick<ReceivedEvent, "event" | "siteID">): boolean;
}

/** What is told of storing. */
export interface DistributionObserver {
  /** The disk refused an event, with this error; or, without one, took events again. */
  storageChanged(error: unknown): void;
  /** Nobody wants an event. */
  unselected(): void;
}

/** Where an event is to go, and the place in its queue that may be kept for it. */
interface Place extends Recipient {
  readonly queue: SubscriptionQueue | undefined;
}

/** How often the disk is tried again while it refuses. */
const retryMilliseconds = 2_000;

/**
 * Stores an endpoint's events and hands them to its subscribers. It outlives their nodes: while a deploy replaces them,
 * events are stored for whoever will be there afterwards.
 */
export class Distribution {
  readonly #endpoint: string;
  readonly #storage: Storage;
  readonly #observer: DistributionObserver;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #queues = new Map<string, SubscriptionQueue>();
  #kind: StorageKind = "disk";
  #inbox: Inbox | undefined;
  #wasLeftByCrash: OpenInbox["wasLeftByCrash"] = () => false;
  #areFlowsRunning = false;
  #retryTimer: NodeJS.Timeout | undefined;

  constructor(endpoint: string, storage: Storage, observer: DistributionObserver) {
    this.#endpoint = endpoint;
    this.#storage = storage;
    this.#observer = observer;
  }

  /** Whether accepted events survive the end of Node-RED. */
  get isDurable(): boolean {
    return this.#inbox?.isDurable ?? true;
  }

  /** Says where events are to be kept. What is kept elsewhere stays there until it is wanted again. */
  use(kind: StorageKind): void {
    if (kind !== this.#kind) {
      this.#closeQueues();
      this.#inbox = undefined;
    }
    this.#kind = kind;
    this.#open();
  }

  /** Adds a node, or puts it in the place of the one that it replaces. */
  subscribe(subscription: Subscription): void {
    this.#subscriptions.set(subscription.id, subscription);
    if (this.#areFlowsRunning) this.#startQueue(subscription);
  }

  /** Takes a node out; what waits for it stays in the inbox, in case it comes back. */
  unsubscribe(subscription: Subscription): void {
    if (this.#subscriptions.get(subscription.id) !== subscription) return;
    this.#subscriptions.delete(subscription.id);
    this.#queues.get(subscription.id)?.pause();
  }

  /** The flows are there: whoever has subscribed by now gets what has come in the meantime. */
  async flowsStarted(): Promise<void> {
    this.#areFlowsRunning = true;
    for (const [id, queue] of this.#queues) {
      if (this.#subscriptions.has(id)) continue;
      queue.close();
      this.#queues.delete(id);
    }
    // What came first goes first: until then, newer events wait behind it.
    await this.#rerouteLateArrivals();
    if (!this.#areFlowsRunning) return;
    for (const subscription of this.#subscriptions.values()) this.#startQueue(subscription);
  }

  /** The flows are about to stop: from now on events wait. */
  flowsStopping(): void {
    this.#areFlowsRunning = false;
    for (const queue of this.#queues.values()) queue.pause();
  }

  /**
   * Stores a delivery and sends it on its way.
   * @returns whether anything in it was new
   * @throws what the disk says; then nothing is stored
   */
  async accept(delivery: ReceivedDelivery): Promise<boolean> {
    const inbox = this.#open();
    if (!inbox) throw new Error("The inbox is not open.");
    const places: Place[][] = [];
    let stored: (StoredEvent | undefined)[];
    try {
      stored = await inbox.store(this.#endpoint, delivery, (event) => {
        const placesOfEvent = this.#placesFor(event);
        places.push(placesOfEvent);
        return placesOfEvent;
      });
    } catch (error) {
      for (const placesOfEvent of places) giveBack(placesOfEvent);
      this.#observer.storageChanged(error);
      throw error;
    }
    this.#observer.storageChanged(undefined);
    let isNew = false;
    for (const [index, event] of stored.entries()) {
      const placesOfEvent = places[index] ?? [];
      if (event) this.#hand(event, placesOfEvent);
      else giveBack(placesOfEvent);
      isNew ||= event !== undefined;
    }
    return isNew;
  }

  /** Ends it. */
  close(): void {
    clearTimeout(this.#retryTimer);
    this.#closeQueues();
    this.#subscriptions.clear();
  }

  /** Removes what is older than the retention, as far as the disk lets it: there will be another time. */
  async prune(before: number): Promise<void> {
    const present = [...this.#subscriptions.keys(), this.#lateArrivals];
    await this.#inbox?.prune(this.#endpoint, before, present).catch((error) => this.#observer.storageChanged(error));
  }

  /** The subscriber for whom events are kept that come while the nodes are being replaced. */
  get #lateArrivals(): string {
    return `late arrivals of ${this.#endpoint}`;
  }

  #open(): Inbox | undefined {
    if (this.#inbox) return this.#inbox;
    try {
      const { inbox, wasLeftByCrash } = this.#storage.open(this.#kind);
      this.#inbox = inbox;
      this.#wasLeftByCrash = wasLeftByCrash;
      this.#observer.storageChanged(undefined);
      if (this.#areFlowsRunning) void this.flowsStarted();
    } catch (error) {
      this.#observer.storageChanged(error);
      clearTimeout(this.#retryTimer);
      this.#retryTimer = setTimeout(() => this.#open(), retryMilliseconds).unref();
    }
    return this.#inbox;
  }

  #startQueue(subscription: Subscription): void {
    if (!this.#inbox) return;
    let queue = this.#queues.get(subscription.id);
    if (!queue) {
      queue = new SubscriptionQueue(this.#inbox, subscription.id, (error) => this.#observer.storageChanged(error));
      this.#queues.set(subscription.id, queue);
      void queue.recover(this.#wasLeftByCrash(subscription.id));
    }
    queue.start(subscription);
  }

  #closeQueues(): void {
    for (const queue of this.#queues.values()) queue.close();
    this.#queues.clear();
  }

  #placesFor(event: ReceivedEvent): Place[] {
    if (!this.#areFlowsRunning) return [{ subscriber: this.#lateArrivals, inFlow: false, queue: undefined }];
    const places: Place[] = [];
    for (const subscription of this.#subscriptions.values()) {
      if (!subscription.selects(event)) continue;
      const queue = this.#queues.get(subscription.id);
      places.push({ subscriber: subscription.id, inFlow: queue?.reserve() ?? false, queue });
    }
    return places;
  }

  #hand(event: StoredEvent, places: readonly Place[]): void {
    if (places.length === 0) this.#observer.unselected();
    for (const [index, { subscriber, inFlow, queue }] of places.entries()) {
      // The flows may have started while this event was being written for later.
      if (subscriber === this.#lateArrivals && this.#areFlowsRunning) void this.#rerouteLateArrivals();
      else if (inFlow) queue?.deliver(index === 0 ? event : copyOf(event), this.#endpoint);
      else this.#queues.get(subscriber)?.wake();
    }
  }

  async #rerouteLateArrivals(): Promise<void> {
    try {
      await this.#inbox?.reroute(this.#lateArrivals, (event) =>
        [...this.#subscriptions.values()].filter((subscription) => subscription.selects(event)).map(({ id }) => id),
      );
    } catch (error) {
      this.#observer.storageChanged(error);
      setTimeout(() => this.#areFlowsRunning && this.#rerouteLateArrivals(), retryMilliseconds).unref();
    }
    for (const queue of this.#queues.values()) queue.wake();
  }
}

/** The event does not come after all. */
function giveBack(places: readonly Place[]): void {
  for (const { inFlow, queue } of places) if (inFlow) queue?.giveBack();
}
