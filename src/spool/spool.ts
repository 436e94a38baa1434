import { EventEmitter } from "node:events";
import { Batching } from "../inbox/batching";
import type { Notice } from "../inbox/inbox";
import { compact } from "../inbox/level/compact";
import {
  type DatabaseSource,
  del,
  isDamage,
  type OpenDatabase,
  put,
  rethrow,
  toStoreError,
  type Write,
} from "../inbox/level/database";
import { StoreError } from "../inbox/store-error";
import type { ReceivedDelivery } from "../receiver/receive";
import { fromText, type Spooled, toText, withoutClient } from "./spooled";

/** Enough to make large batches cheap. */
const maxWritesAtOnce = 200;

/** All places have this many digits, so that their keys sort like them. */
const placeDigits = 15;

const placePattern = /^(.*)\/(\d+)$/;

/** No place has more digits. */
const endOfPlaces = 10 ** placeDigits;

interface Range {
  readonly gte: string;
  readonly lt: string;
  readonly reverse?: boolean;
}

/** Written to test whether the disk accepts anything; no endpoint's id is empty. */
const probeKey = "/0";

/** How soon a refusing disk is retried. */
const healMilliseconds = 2_000;

/** How much is forwarded at once; a body can be a megabyte. */
const maxCharactersRead = 4 * 1024 * 1024;

interface SpoolEvents {
  /** It was opened, or the disk refuses, or accepts writes again. */
  change: [];
}

/**
 * Deliveries that wait on this machine's disk while the shared database is unavailable: in order of arrival, by endpoint.
 * Everything rejects with a `StoreError` if the disk refuses.
 */
export class Spool extends EventEmitter<SpoolEvents> {
  readonly #source: DatabaseSource;
  readonly #notice: (notice: Notice) => void;
  readonly #writing = new Batching<Write, undefined>(maxWritesAtOnce, (writes) => this.#write(writes));
  /** The places of those on disk, by endpoint: anything else there was forwarded or refused. */
  readonly #written = new Map<string, Set<number>>();
  /** The number of pending writes, by endpoint; and their keys. */
  readonly #pending = new Map<string, number>();
  readonly #pendingKeys = new Set<string>();
  #opening: Promise<OpenDatabase> | undefined;
  #closing: Promise<unknown> = Promise.resolve();
  #isClosed = false;
  /** The contents of the disk are known. */
  #isKnown = false;
  #isDamaged = false;
  #nextPlace = 1;
  /** All places before this one may be taken. */
  #firstFree = 1;
  #fault: StoreError | undefined;
  #healing: NodeJS.Timeout | undefined;

  /**
   * @param source where it is kept
   * @param notice called with what was found
   */
  constructor(source: DatabaseSource, notice: (notice: Notice) => void) {
    super();
    this.#source = source;
    this.#notice = notice;
  }

  /** Opens it, to find out what is waiting; if the disk refuses, it retries until it succeeds. */
  async open(): Promise<void> {
    await this.#opened();
  }

  /** The endpoints with waiting deliveries. */
  get endpoints(): string[] {
    return [...new Set([...this.#written.keys(), ...this.#pending.keys()])];
  }

  /** How many deliveries are waiting for an endpoint's inbox. */
  countOf(endpoint: string): number {
    return this.readableOf(endpoint) + (this.#pending.get(endpoint) ?? 0);
  }

  /** How many of them are written, and can be read. */
  readableOf(endpoint: string): number {
    return this.#written.get(endpoint)?.size ?? 0;
  }

  /** A place after all arrivals so far: taken before {@link put}, so that slow refusals are not overtaken. */
  takePlace(): number {
    return this.#nextPlace++;
  }

  /** Whether the disk refused the last operation. */
  get isRefusing(): boolean {
    return this.#fault !== undefined;
  }

  /** Whether the disk accepts deliveries. */
  async isUsable(): Promise<boolean> {
    try {
      await this.#opened();
      // After a fault, only a test write can tell.
      if (this.#fault) await this.#writing.add(put(probeKey, ""));
      return true;
    } catch {
      return false;
    }
  }

  /**
   * Stores a delivery; it survives a power cut once this resolves.
   * @returns its place: a different one if the requested place was taken before the contents were known
   */
  async put(endpoint: string, taken: number, delivery: ReceivedDelivery): Promise<number> {
    // Before writing: later arrivals must not overtake it.
    this.#countPending(endpoint, 1);
    let key = "";
    try {
      await this.#opened();
      const place = taken < this.#firstFree ? this.takePlace() : taken;
      key = keyOf(endpoint, place);
      this.#pendingKeys.add(key);
      await this.#writing.add(put(key, toText(delivery)));
      this.#placesOf(endpoint).add(place);
      return place;
    } finally {
      this.#pendingKeys.delete(key);
      this.#countPending(endpoint, -1);
    }
  }

  /**
   * The first deliveries waiting for an endpoint's inbox; unreadable ones are reported and dropped.
   * @param limit how many; fewer if they are large
   * @param from the first place to read
   * @param except places to skip
   */
  next(endpoint: string, limit: number, from = 0, except: ReadonlySet<number> = new Set()): Promise<Spooled[]> {
    const range = { gte: keyOf(endpoint, from), lt: endOf(endpoint) };
    return this.#read(endpoint, range, limit, { except, maxCharacters: maxCharactersRead });
  }

  /** The last deliveries waiting for an endpoint's inbox before a place, newest first. */
  latest(endpoint: string, limit: number, before: number): Promise<Spooled[]> {
    const lt = before < endOfPlaces ? keyOf(endpoint, before) : endOf(endpoint);
    return this.#read(endpoint, { gte: keyOf(endpoint, 0), lt, reverse: true }, limit);
  }

  async #read(
    endpoint: string,
    range: Range,
    limit: number,
    { except, maxCharacters = Number.POSITIVE_INFINITY }: { except?: ReadonlySet<number>; maxCharacters?: number } = {},
  ): Promise<Spooled[]> {
    const database = await this.#opened();
    const found: Spooled[] = [];
    const unreadable: number[] = [];
    let characters = 0;
    try {
      for await (const [key, text] of database.level.iterator(range)) {
        const place = Number(placePattern.exec(key)?.[2]);
        if (!this.#written.get(endpoint)?.has(place) || except?.has(place)) continue;
        const delivery = fromText(text);
        if (delivery) found.push({ place, delivery });
        else unreadable.push(place);
        characters += text.length;
        if (found.length >= limit || characters >= maxCharacters) break;
      }
    } catch (error) {
      this.#noteFault(error);
    }
    if (unreadable.length > 0) {
      await this.remove(endpoint, unreadable);
      this.#notice({ code: "unreadable", endpoint, count: unreadable.length });
    }
    return found;
  }

  /**
   * Removes deliveries stored elsewhere: if a power cut undoes that, they are recognised as stored. If the
   * disk refuses, they no longer count as waiting, and are removed when it is next opened.
   */
  async remove(endpoint: string, places: readonly number[]): Promise<void> {
    const written = this.#placesOf(endpoint);
    const there = places.filter((place) => written.delete(place));
    if (written.size === 0) this.#written.delete(endpoint);
    try {
      await Promise.all(there.map((place) => this.#writing.add(del(keyOf(endpoint, place)))));
      if (there.length > 0 && this.countOf(endpoint) === 0) await this.#compact();
    } catch (error) {
      if (!toStoreError(error)) throw error;
    }
  }

  /** Removes a client's waiting deliveries. @returns the number of events */
  async forget(clientID: string): Promise<number> {
    return this.#change(
      () => true,
      (delivery) => withoutClient(delivery, clientID),
    );
  }

  /**
   * Removes deliveries to deleted endpoints that are too old.
   * @param isGone whether an endpoint was deleted
   * @param end milliseconds since 1970: everything earlier is too old
   */
  async prune(isGone: (endpoint: string) => boolean, end: number): Promise<number> {
    return this.#change(isGone, (delivery) => (Date.parse(delivery.receivedAt) < end ? undefined : delivery));
  }

  /**
   * @param isMeant whether to include an endpoint
   * @param change returns what remains of a delivery
   * @returns the number of changes
   */
  async #change(
    isMeant: (endpoint: string) => boolean,
    change: (delivery: ReceivedDelivery) => ReceivedDelivery | undefined,
  ): Promise<number> {
    let changed = 0;
    for (const endpoint of this.endpoints.filter(isMeant)) {
      for (let from = 0; ; ) {
        const some = await this.next(endpoint, maxWritesAtOnce, from);
        const last = some.at(-1);
        if (!last) break;
        from = last.place + 1;
        const left = some.map(({ place, delivery }) => ({ place, delivery, left: change(delivery) }));
        const gone = left.filter((each) => each.left === undefined).map(({ place }) => place);
        const others = left.filter((each) => each.left !== undefined && each.left !== each.delivery);
        await Promise.all(
          others.map((each) =>
            this.#writing.add(put(keyOf(endpoint, each.place), toText(each.left as ReceivedDelivery))),
          ),
        );
        await this.remove(endpoint, gone);
        changed += gone.length + others.length;
      }
    }
    if (changed > 0) await this.#compact().catch(rethrow);
    return changed;
  }

  /** Closes it for good. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#healing);
    this.#letGo();
    await this.#closing;
  }

  #letGo(): void {
    const opening = this.#opening;
    this.#opening = undefined;
    const close = async () => (await opening?.catch(() => undefined))?.close();
    // It can be opened only once it is closed.
    this.#closing = Promise.all([this.#closing, close().catch(() => undefined)]);
  }

  #opened(): Promise<OpenDatabase> {
    if (!this.#opening) {
      const opening = this.#isClosed ? Promise.reject(new StoreError("EIO")) : this.#openNow();
      this.#opening = opening;
      opening.catch((error) => {
        if (this.#opening !== opening) return;
        this.#opening = undefined;
        this.#refused(error);
      });
    }
    return this.#opening;
  }

  async #openNow(): Promise<OpenDatabase> {
    await this.#closing;
    const database = await this.#source.open(this.#notice, this.#isDamaged).catch(rethrow);
    this.#isDamaged = false;
    try {
      await this.#lookThrough(database);
    } catch (error) {
      await database.close().catch(() => undefined);
      throw error;
    }
    this.emit("change");
    return database;
  }

  /** Removes what was forwarded or refused while the disk refused; nothing, if the contents are unknown. */
  async #lookThrough(database: OpenDatabase): Promise<void> {
    const isKnown = this.#isKnown && !database.isDamaged;
    const found = new Map<string, Set<number>>();
    const stale: Write[] = [];
    for await (const key of database.level.keys()) {
      const [, encoded = "", digits] = placePattern.exec(key) ?? [];
      if (encoded === "" || this.#pendingKeys.has(key)) continue;
      const endpoint = decodeURIComponent(encoded);
      const place = Number(digits);
      if (isKnown && !this.#written.get(endpoint)?.has(place)) stale.push(del(key));
      else found.set(endpoint, (found.get(endpoint) ?? new Set()).add(place));
      if (!this.#isKnown) this.#firstFree = Math.max(this.#firstFree, place + 1);
      this.#nextPlace = Math.max(this.#nextPlace, place + 1);
    }
    if (stale.length > 0) await database.write(stale, false);
    // If the last process was killed, it may not have done this.
    if (found.size === 0)
      await compact(database.level, (...writes) => database.write(writes, false)).catch(() => undefined);
    this.#written.clear();
    for (const [endpoint, places] of found) this.#written.set(endpoint, places);
    this.#nextPlace = Math.max(this.#nextPlace, this.#firstFree);
    this.#isKnown = true;
  }

  async #write(writes: readonly Write[]): Promise<undefined[]> {
    try {
      return await this.#writeOnce(writes);
    } catch (error) {
      // Other files were created, or found, in place of its own.
      if (toStoreError(error)?.code === "REPLACED") return this.#writeOnce(writes);
      throw error;
    }
  }

  async #writeOnce(writes: readonly Write[]): Promise<undefined[]> {
    try {
      const database = await this.#opened();
      await database.write(
        writes,
        writes.some(({ type }) => type === "put"),
      );
      database.verifyWritten();
    } catch (error) {
      this.#noteFault(error);
    }
    if (this.#fault) {
      this.#fault = undefined;
      this.emit("change");
    }
    return writes.map(() => undefined);
  }

  /** What was forwarded must not remain in any file; if the disk refuses, it is tried again later. */
  async #compact(): Promise<void> {
    const { level } = await this.#opened();
    await compact(level, (...writes) => Promise.all(writes.map((write) => this.#writing.add(write))));
  }

  /** Anything unreadable or taken away is reopened. */
  #noteFault(error: unknown): never {
    this.#isDamaged ||= isDamage(error);
    if (toStoreError(error)?.code === "REPLACED") {
      this.#isKnown = false;
      this.#notice({ code: "replaced" });
    }
    this.#letGo();
    this.#refused(error);
    rethrow(error);
  }

  /** Waiting callers are notified. */
  #refused(error: unknown): void {
    this.#fault = toStoreError(error);
    this.emit("change");
    clearTimeout(this.#healing);
    if (!this.#isClosed) this.#healing = setTimeout(() => void this.isUsable(), healMilliseconds).unref();
  }

  #placesOf(endpoint: string): Set<number> {
    const places = this.#written.get(endpoint) ?? new Set();
    this.#written.set(endpoint, places);
    return places;
  }

  #countPending(endpoint: string, more: number): void {
    const count = (this.#pending.get(endpoint) ?? 0) + more;
    if (count > 0) this.#pending.set(endpoint, count);
    else this.#pending.delete(endpoint);
  }
}

/** An encoded endpoint id contains no slash, and `0` follows the slash immediately. */
function keyOf(endpoint: string, place: number): string {
  return `${encodeURIComponent(endpoint)}/${String(place).padStart(placeDigits, "0")}`;
}

function endOf(endpoint: string): string {
  return `${encodeURIComponent(endpoint)}0`;
}
