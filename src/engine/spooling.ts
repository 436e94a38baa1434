import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { ReplayedError } from "../inbox/replayed-error";
import { StoreError } from "../inbox/store-error";
import type { ReceivedDelivery } from "../receiver/receive";
import type { Spool } from "../spool/spool";
import { SpoolLog } from "../spool/spool-log";
import type { Spooled } from "../spool/spooled";
import type { Accepted } from "./dispatcher";

/** Hapana waits for ten seconds; after so long, an event is to be safe on this machine. */
const maxHoldMilliseconds = 8_000;

/** How soon an inbox that refuses is asked again. */
const retryMilliseconds = 500;

/** How many are forwarded together. */
const maxForwarded = 100;

/** Stores a delivery in an endpoint's inbox. */
export type Store = (delivery: ReceivedDelivery) => Promise<Accepted>;

interface SpoolingEvents {
  /** How many deliveries wait here has changed. */
  change: [];
  /** An endpoint's first delivery waits here, because its inbox refuses. */
  began: [endpoint: string];
  /** So many have been forwarded; none of the endpoint's waits here any more. */
  ended: [endpoint: string, forwarded: number];
  /** A fault of ours; not the disk's. */
  fault: [unknown];
}

/**
 * Where an inbox that is not on this machine refuses, holds deliveries for a while; then lets them wait in this machine's spool,
 * and forwards them in the order of arrival once the inbox takes them again.
 */
export class Spooling extends EventEmitter<SpoolingEvents> {
  readonly #spool: Spool;
  /** What waits here. */
  readonly log: SpoolLog;
  readonly #maxHold: number;
  /** Of each endpoint that is there. */
  readonly #stores = new Map<string, Store>();
  /** The forwarding of each endpoint's that is under way. */
  readonly #forwarding = new Map<string, Promise<void>>();
  /** What was refused for no reason of the inbox's: it waits until the next start. */
  readonly #passedOver = new Map<string, Set<number>>();
  readonly #holds = new Set<Hold>();
  #opening: Promise<void> | undefined;
  #isClosed = false;

  /**
   * @param spool where deliveries wait
   * @param maxHold milliseconds for which a delivery is held before that
   */
  constructor(spool: Spool, maxHold = maxHoldMilliseconds) {
    super();
    this.#spool = spool;
    this.log = new SpoolLog(spool);
    this.#maxHold = maxHold;
  }

  /** How many deliveries of an endpoint wait here. */
  countOf(endpoint: string): number {
    return this.#spool.countOf(endpoint);
  }

  /** Whether the disk has refused what was last to wait here. */
  get isRefusing(): boolean {
    return this.#spool.isRefusing;
  }

  /** Whether a delivery could wait here. */
  isUsable(): Promise<boolean> {
    return this.#spool.isUsable();
  }

  /** An endpoint is there: what waits for it is forwarded into its inbox, whatever that is by now. */
  follow(endpoint: string, store: Store): void {
    this.#stores.set(endpoint, store);
    this.#forward(endpoint);
  }

  /** An endpoint is gone, or cannot store anything: what waits for it goes on waiting. */
  unfollow(endpoint: string): void {
    this.#stores.delete(endpoint);
  }

  /** Looks for what was left here when Node-RED ended, and forwards it. */
  open(): void {
    this.#opening ??= this.#spool.open().then(
      () => {
        for (const endpoint of this.#spool.endpoints) this.#forward(endpoint);
        this.emit("change");
      },
      // It is tried again when something is to wait here.
      () => undefined,
    );
  }

  /**
   * Stores a delivery in the endpoint's inbox, or lets it wait here.
   * @throws StoreError where both refuse
   * @throws ReplayedError as the inbox does
   */
  async accept(endpoint: string, store: Store, delivery: ReceivedDelivery): Promise<Accepted> {
    const hold = new Hold(this.#maxHold);
    this.#holds.add(hold);
    try {
      await this.#opening;
      const place = this.#spool.takePlace();
      // It must not overtake those that wait.
      if (this.countOf(endpoint) > 0) return await this.#put(endpoint, place, delivery, undefined);
      const storing = this.#storeInTime(endpoint, store, delivery, hold);
      const accepted = await Promise.race([storing, hold.over]);
      if (accepted) return accepted;
      return await this.#put(endpoint, place, delivery, storing);
    } finally {
      this.#holds.delete(hold);
      hold.end();
    }
  }

  /** The flows stop, and Node-RED may end: whatever is held is to be safe before that. */
  stop(): void {
    for (const hold of this.#holds) hold.end();
  }

  /** Removes what waits of a client. @returns how many deliveries */
  async forget(clientID: string): Promise<number> {
    const count = await this.#spool.forget(clientID);
    this.emit("change");
    return count;
  }

  /** Removes what waits for endpoints that are gone, and came before this time, in milliseconds since 1970. */
  async prune(end: number): Promise<number> {
    return this.#spool.prune((endpoint) => !this.#stores.has(endpoint), end);
  }

  /** Lets go of everything; what waits, goes on waiting. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.stop();
    await Promise.allSettled(this.#forwarding.values());
    await this.#spool.close();
  }

  /** @returns `undefined` where the inbox has not taken it in time */
  async #storeInTime(
    endpoint: string,
    store: Store,
    delivery: ReceivedDelivery,
    hold: Hold,
  ): Promise<Accepted | undefined> {
    // Others that came before it may have given up: then it must not pass them.
    const isToWait = () => hold.isOver || this.countOf(endpoint) > 0;
    for (let tries = 1; ; tries += 1) {
      try {
        if (tries === 1) return await store(delivery);
        // The answer to an earlier try may have been lost: what that has stored is no duplicate.
        const accepted = await store({ ...delivery, mayBeStored: true });
        return { ...accepted, isNew: accepted.isNew || accepted.deliveryId === delivery.deliveryId };
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
      }
      if (!isToWait()) await Promise.race([sleep(retryMilliseconds, undefined, { ref: false }), hold.over]);
      if (isToWait()) return undefined;
    }
  }

  /** @param storing what the inbox may yet come to */
  async #put(
    endpoint: string,
    taken: number,
    delivery: ReceivedDelivery,
    storing: Promise<Accepted | undefined> | undefined,
  ): Promise<Accepted> {
    const isFirst = this.countOf(endpoint) === 0;
    const place = await this.#spool.put(endpoint, taken, delivery);
    if (storing) this.#removeIfStored(endpoint, place, storing);
    if (isFirst) this.emit("began", endpoint);
    this.emit("change");
    this.#forward(endpoint);
    return { deliveryId: delivery.deliveryId, isNew: true, unselected: 0, unclaimed: [] };
  }

  /** What the inbox has taken after all need not be forwarded. */
  #removeIfStored(endpoint: string, place: number, storing: Promise<Accepted | undefined>): void {
    storing
      .then((late) => (late ? this.#spool.remove(endpoint, [place]) : undefined))
      .then(() => this.emit("change"))
      // Then it is forwarded, and found to be stored.
      .catch(() => undefined);
  }

  #forward(endpoint: string): void {
    if (this.#isClosed || this.#forwarding.has(endpoint) || this.countOf(endpoint) === 0) return;
    const forwarding = this.#forwardAll(endpoint)
      .catch((error) => {
        if (!(error instanceof StoreError)) this.emit("fault", error);
        return sleep(retryMilliseconds, undefined, { ref: false });
      })
      .then(() => {
        this.#forwarding.delete(endpoint);
        // More may have come, or have been refused by the disk.
        if (this.#hasMore(endpoint)) this.#forward(endpoint);
      });
    this.#forwarding.set(endpoint, forwarding);
  }

  #hasMore(endpoint: string): boolean {
    return this.#stores.has(endpoint) && this.countOf(endpoint) > (this.#passedOver.get(endpoint)?.size ?? 0);
  }

  async #forwardAll(endpoint: string): Promise<void> {
    let forwarded = 0;
    for (;;) {
      const store = this.#stores.get(endpoint);
      const waiting = store && !this.#isClosed ? await this.#next(endpoint) : [];
      if (!store || waiting.length === 0) break;
      const { done, isRefused } = await this.#storeAll(endpoint, store, waiting);
      await this.#spool.remove(endpoint, done);
      forwarded += done.length;
      this.emit("change");
      if (isRefused) await sleep(retryMilliseconds, undefined, { ref: false });
    }
    if (forwarded > 0 && this.countOf(endpoint) === 0) this.emit("ended", endpoint, forwarded);
  }

  /** The next that can be forwarded at the same time: of each client only one, so that none of its events passes another. */
  async #next(endpoint: string): Promise<Spooled[]> {
    const passedOver = this.#passedOver.get(endpoint) ?? new Set();
    const waiting = await this.#spool.next(endpoint, maxForwarded + passedOver.size);
    const clients = new Set<string>();
    const group: Spooled[] = [];
    for (const spooled of waiting.filter(({ place }) => !passedOver.has(place))) {
      const own = spooled.delivery.events.map(({ clientID }) => clientID ?? "");
      if (own.some((client) => clients.has(client))) break;
      for (const client of own) clients.add(client);
      group.push(spooled);
    }
    return group;
  }

  async #storeAll(
    endpoint: string,
    store: Store,
    waiting: readonly Spooled[],
  ): Promise<{ done: number[]; isRefused: boolean }> {
    const done: number[] = [];
    let isRefused = false;
    const storeOne = async ({ place, delivery }: Spooled): Promise<void> => {
      try {
        await store({ ...delivery, mayBeStored: true, hasWaited: true });
        done.push(place);
      } catch (error) {
        // Of what was signed before, there is nothing to store.
        if (error instanceof ReplayedError) done.push(place);
        else if (error instanceof StoreError) isRefused = true;
        else this.#passOver(endpoint, place, error);
      }
    };
    await Promise.all(waiting.map(storeOne));
    return { done, isRefused };
  }

  /** It must not keep the others from being forwarded. */
  #passOver(endpoint: string, place: number, error: unknown): void {
    const places = this.#passedOver.get(endpoint) ?? new Set();
    this.#passedOver.set(endpoint, places.add(place));
    this.emit("fault", error);
  }
}

/** A request that waits for the inbox, for so long at most. */
class Hold {
  isOver = false;
  readonly over: Promise<undefined>;
  #end: (nothing: undefined) => void = () => {};
  readonly #timer: NodeJS.Timeout;

  constructor(milliseconds: number) {
    this.over = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#timer = setTimeout(() => this.end(), milliseconds);
  }

  end(): void {
    this.isOver = true;
    clearTimeout(this.#timer);
    this.#end(undefined);
  }
}
