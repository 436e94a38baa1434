import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { inTime } from "../in-time";
import { ReplayedError } from "../inbox/replayed-error";
import { StoreError } from "../inbox/store-error";
import type { ReceivedDelivery } from "../receiver/receive";
import type { Spool } from "../spool/spool";
import { SpoolLog } from "../spool/spool-log";
import type { Spooled } from "../spool/spooled";
import type { Accepted } from "./dispatcher";
import { type Attempt, HeldLine } from "./held-line";
import { Hold } from "./hold";

/** Hapana waits for ten seconds; after this long, an event must be safe on this machine. */
const maxHoldMilliseconds = 8_000;

/** A disk that then takes longer than this is too slow to wait for. */
const maxWriteMilliseconds = 1_500;

/** Held deliveries are in memory: if they exceed this, they go to disk. */
const maxCharactersHeld = 64 * 1024 * 1024;

/** How soon an inbox that refuses is retried. */
const retryMilliseconds = 500;

/** How many are forwarded together. */
const maxForwarded = 100;

/** Stores a delivery in an endpoint's inbox. */
export type Store = (delivery: ReceivedDelivery) => Promise<Accepted>;

interface SpoolingEvents {
  /** The number of deliveries waiting here has changed. */
  change: [];
  /** An endpoint's first delivery is waiting here, because its inbox refuses. */
  began: [endpoint: string];
  /** This many were forwarded; none of the endpoint's deliveries are left here. */
  ended: [endpoint: string, forwarded: number];
  /** An error of our own, not the disk's. */
  fault: [unknown];
}

/**
 * If a remote inbox refuses, holds deliveries for a while; then moves them to this machine's spool,
 * and forwards them in order of arrival once the inbox accepts them again.
 */
export class Spooling extends EventEmitter<SpoolingEvents> {
  readonly #spool: Spool;
  /** What is waiting here. */
  readonly log: SpoolLog;
  readonly #maxHold: number;
  /** Keyed by existing endpoint. */
  readonly #stores = new Map<string, Store>();
  /** The forwarding in progress, by endpoint. */
  readonly #forwarding = new Map<string, Promise<void>>();
  /** How many of an endpoint's deliveries were forwarded since it had any here. */
  readonly #forwarded = new Map<string, number>();
  /** What is being forwarded right now. */
  readonly #inHand = new Set<Promise<unknown>>();
  /** How often a client was forgotten: anything read before may be about one. */
  #forgotten = 0;
  /** Refused for a reason other than the inbox: it waits until the next deploy of its endpoint. */
  readonly #passedOver = new Map<string, Set<number>>();
  readonly #holds = new Set<Hold>();
  readonly #accepting = new Set<Promise<unknown>>();
  #charactersHeld = 0;
  /** Those held for an endpoint's inbox. */
  readonly #lines = new Map<string, HeldLine<Accepted>>();
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
    spool.on("change", () => {
      for (const endpoint of spool.endpoints) this.#forward(endpoint);
      this.emit("change");
    });
  }

  /** How many deliveries of an endpoint are waiting here. */
  countOf(endpoint: string): number {
    return this.#spool.countOf(endpoint);
  }

  /** Whether any has to be forwarded before new arrivals. */
  isWaiting(endpoint: string): boolean {
    return this.countOf(endpoint) > (this.#passedOver.get(endpoint)?.size ?? 0);
  }

  /** Whether the disk refused the last delivery that should wait here. */
  get isRefusing(): boolean {
    return this.#spool.isRefusing;
  }

  /** Whether a delivery could wait here. */
  isUsable(): Promise<boolean> {
    return this.#spool.isUsable();
  }

  /** An endpoint exists: what waits for it is forwarded to its current inbox. */
  follow(endpoint: string, store: Store): void {
    this.#stores.set(endpoint, store);
    this.#passedOver.delete(endpoint);
    this.#forward(endpoint);
  }

  /** An endpoint is gone, or cannot store anything: its deliveries keep waiting. */
  unfollow(endpoint: string): void {
    this.#stores.delete(endpoint);
  }

  /** Looks for what was left here when Node-RED stopped, and forwards it; if the disk refuses, once it recovers. */
  open(): void {
    this.#opening ??= this.#spool.open().catch(() => undefined);
  }

  /**
   * Stores a delivery in the endpoint's inbox, or lets it wait here.
   * @throws StoreError if both refuse
   * @throws ReplayedError like the inbox
   */
  async accept(endpoint: string, store: Store, delivery: ReceivedDelivery): Promise<Accepted> {
    const hold = new Hold(this.#maxHold);
    const characters = delivery.events.reduce((sum, { bodyJson }) => sum + bodyJson.length, 0);
    this.#holds.add(hold);
    this.#charactersHeld += characters;
    if (this.#charactersHeld > maxCharactersHeld) this.stop();
    const accepting = this.#acceptInTurn(endpoint, store, delivery, hold);
    this.#accepting.add(accepting);
    try {
      return await inTime(accepting, this.#maxHold + maxWriteMilliseconds, () => new StoreError("BUSY"));
    } finally {
      this.#holds.delete(hold);
      this.#accepting.delete(accepting);
      this.#charactersHeld -= characters;
      hold.end();
    }
  }

  /** The flows stop, and Node-RED may exit: everything held must be safe before that. */
  stop(): void {
    for (const hold of this.#holds) hold.end();
  }

  /** Removes a client's waiting deliveries. @returns how many */
  async forget(clientID: string): Promise<number> {
    this.#forgotten += 1;
    const count = await this.#spool.forget(clientID);
    // What is being forwarded now is in the inbox afterwards.
    await Promise.allSettled(this.#inHand);
    this.emit("change");
    return count;
  }

  /** Removes deliveries to deleted endpoints from before this time, in milliseconds since 1970. */
  async prune(end: number): Promise<number> {
    return this.#spool.prune((endpoint) => !this.#stores.has(endpoint), end);
  }

  /** Closes everything; what waits keeps waiting. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.stop();
    await Promise.allSettled([...this.#accepting, ...this.#forwarding.values()]);
    await this.#spool.close();
  }

  async #acceptInTurn(endpoint: string, store: Store, delivery: ReceivedDelivery, hold: Hold): Promise<Accepted> {
    await this.#opening;
    const place = this.#spool.takePlace();
    const attempt = attemptsOf(store, delivery);
    for (;;) {
      try {
        // It must not overtake those that wait.
        if (this.isWaiting(endpoint)) return await this.#put(endpoint, place, delivery, undefined);
        const storing = this.#storeInTime(endpoint, place, attempt, hold);
        const accepted = await Promise.race([storing, hold.over]);
        if (accepted) return accepted;
        // Nor must those behind it overtake it.
        this.#lines.get(endpoint)?.end();
        return await this.#put(endpoint, place, delivery, storing);
      } catch (error) {
        if (!(error instanceof StoreError) || hold.isOver) throw error;
      }
      // The disk refuses. By then, the inbox may have accepted those that wait.
      await hold.rest(retryMilliseconds);
    }
  }

  /** @returns `undefined` if the inbox has not accepted it in time */
  async #storeInTime(
    endpoint: string,
    place: number,
    attempt: Attempt<Accepted>,
    hold: Hold,
  ): Promise<Accepted | undefined> {
    const line = this.#lines.get(endpoint) ?? new HeldLine(retryMilliseconds);
    this.#lines.set(endpoint, line);
    const accepted = line.isEmpty ? await attempt() : undefined;
    // Earlier ones may have given up: then it must not overtake them.
    if (accepted || hold.isOver || this.isWaiting(endpoint)) return accepted;
    return line.wait(place, hold, attempt);
  }

  /** @param storing the pending attempt to store it in the inbox */
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

  /** What the inbox has accepted after all need not be forwarded. */
  #removeIfStored(endpoint: string, place: number, storing: Promise<Accepted | undefined>): void {
    storing
      .then((late) => (late ? this.#spool.remove(endpoint, [place]) : undefined))
      .then(() => this.emit("change"))
      // If that fails, it is forwarded, and found to be stored already.
      .catch(() => undefined);
  }

  #forward(endpoint: string): void {
    if (this.#isClosed || this.#forwarding.has(endpoint) || !this.#hasMore(endpoint)) return;
    const forwarding = this.#forwardAll(endpoint)
      .catch((error) => {
        if (!(error instanceof StoreError)) this.emit("fault", error);
        return 0;
      })
      .then(async (forwarded) => {
        if (forwarded === 0 && this.#hasMore(endpoint)) await pause();
        this.#forwarding.delete(endpoint);
        // More may have arrived.
        this.#forward(endpoint);
      });
    this.#forwarding.set(endpoint, forwarding);
  }

  #hasMore(endpoint: string): boolean {
    const passedOver = this.#passedOver.get(endpoint)?.size ?? 0;
    return this.#stores.has(endpoint) && this.#spool.readableOf(endpoint) > passedOver;
  }

  /** @returns how many */
  async #forwardAll(endpoint: string): Promise<number> {
    let forwarded = 0;
    let limit = maxForwarded;
    for (;;) {
      const store = this.#stores.get(endpoint);
      const forgotten = this.#forgotten;
      const waiting =
        store && !this.#isClosed ? await this.#spool.next(endpoint, limit, 0, this.#passedOver.get(endpoint)) : [];
      if (!store || waiting.length === 0) break;
      let isRefused = false;
      for (const round of roundsOf(waiting)) {
        if (isRefused || this.#isClosed || forgotten !== this.#forgotten) break;
        const storing = this.#storeAll(endpoint, store, round);
        this.#inHand.add(storing);
        const stored = await storing.finally(() => this.#inHand.delete(storing));
        isRefused = stored.isRefused;
        forwarded += stored.done.length;
        this.#forwarded.set(endpoint, (this.#forwarded.get(endpoint) ?? 0) + stored.done.length);
        await this.#spool.remove(endpoint, stored.done);
        this.emit("change");
      }
      // A slow inbox that cannot store many in time may store a few.
      limit = isRefused ? Math.ceil(limit / 4) : Math.min(limit * 2, maxForwarded);
      if (isRefused) await pause();
    }
    const all = this.#forwarded.get(endpoint) ?? 0;
    if (all > 0 && this.countOf(endpoint) === 0) {
      this.#forwarded.delete(endpoint);
      this.emit("ended", endpoint, all);
    }
    return forwarded;
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
        // If its signed content arrived before, there is nothing to store.
        if (error instanceof ReplayedError) done.push(place);
        else if (error instanceof StoreError) isRefused = true;
        else this.#passOver(endpoint, place, error);
      }
    };
    await Promise.all(waiting.map(storeOne));
    return { done, isRefused };
  }

  /** It must not block the others. */
  #passOver(endpoint: string, place: number, error: unknown): void {
    const places = this.#passedOver.get(endpoint) ?? new Set();
    this.#passedOver.set(endpoint, places.add(place));
    this.emit("fault", error);
  }
}

const pause = () => sleep(retryMilliseconds, undefined, { ref: false });

function attemptsOf(store: Store, delivery: ReceivedDelivery): Attempt<Accepted> {
  let tries = 0;
  return async () => {
    tries += 1;
    try {
      if (tries === 1) return await store(delivery);
      // The answer to an earlier attempt may have been lost: what that stored is not a duplicate.
      const accepted = await store({ ...delivery, mayBeStored: true });
      return { ...accepted, isNew: accepted.isNew || accepted.deliveryId === delivery.deliveryId };
    } catch (error) {
      if (error instanceof StoreError) return undefined;
      throw error;
    }
  };
}

/** Those that can be forwarded together: only one per client, so that no event overtakes another of the same client. */
function roundsOf(waiting: readonly Spooled[]): Spooled[][] {
  const rounds: Spooled[][] = [];
  const next = new Map<string, number>();
  for (const spooled of waiting) {
    const clients = spooled.delivery.events.flatMap(({ clientID }) => (clientID === undefined ? [] : [clientID]));
    const round = Math.max(0, ...clients.map((client) => next.get(client) ?? 0));
    for (const client of clients) next.set(client, round + 1);
    const others = rounds[round] ?? [];
    rounds[round] = others;
    others.push(spooled);
  }
  return rounds;
}
