import type { Notice } from "../inbox/inbox";
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
import { Batching } from "../inbox/postgres/batching";
import { StoreError } from "../inbox/store-error";
import type { ReceivedDelivery } from "../receiver/receive";
import { fromText, isOfClient, type Spooled, toText } from "./spooled";

/** Enough that many at once cost little each. */
const maxWritesAtOnce = 200;

/** Places have as many digits, so that their order is that of their keys. */
const placeDigits = 15;

const placePattern = /^(.*)\/(\d+)$/;

/** No place has more digits. */
const endOfPlaces = 10 ** placeDigits;

interface Range {
  readonly gte: string;
  readonly lt: string;
  readonly limit: number;
  readonly reverse?: boolean;
}

/** What is written to see whether the disk takes anything; no endpoint's id is empty. */
const probeKey = "/0";

/**
 * Deliveries that wait on this machine's disk because the shared database cannot be used: in the order of arrival, by endpoint.
 * All of it rejects with a `StoreError` where the disk refuses.
 */
export class Spool {
  readonly #source: DatabaseSource;
  readonly #notice: (notice: Notice) => void;
  readonly #writing = new Batching<Write, undefined>(maxWritesAtOnce, (writes) => this.#write(writes));
  readonly #counts = new Map<string, number>();
  #opening: Promise<OpenDatabase> | undefined;
  #isDamaged = false;
  #isCounted = false;
  #nextPlace = 1;
  /** All before it may be there already. */
  #firstFree = 1;
  #fault: StoreError | undefined;

  /**
   * @param source where it is kept
   * @param notice told of what was found there
   */
  constructor(source: DatabaseSource, notice: (notice: Notice) => void) {
    this.#source = source;
    this.#notice = notice;
  }

  /** Opens it, so that it is known what waits. */
  async open(): Promise<void> {
    await this.#opened();
  }

  /** The endpoints for which anything waits. */
  get endpoints(): string[] {
    return [...this.#counts.keys()];
  }

  /** How many deliveries wait for an endpoint's inbox. */
  countOf(endpoint: string): number {
    return this.#counts.get(endpoint) ?? 0;
  }

  /** A place behind all that has come so far: before {@link put}, so that what takes longer to be refused is not overtaken. */
  takePlace(): number {
    return this.#nextPlace++;
  }

  /** Whether the disk has refused what it was last asked for. */
  get isRefusing(): boolean {
    return this.#fault !== undefined;
  }

  /** Whether the disk takes deliveries. */
  async isUsable(): Promise<boolean> {
    try {
      await this.#opened();
      // After a fault, only trying shows.
      if (this.#fault) await this.#writing.add(put(probeKey, ""));
      return true;
    } catch {
      return false;
    }
  }

  /**
   * Keeps a delivery; it survives a power cut once this resolves.
   * @returns the place that it has: another one, where this one was taken before it was known what waits
   */
  async put(endpoint: string, taken: number, delivery: ReceivedDelivery): Promise<number> {
    await this.#opened();
    const place = taken < this.#firstFree ? this.takePlace() : taken;
    // Before it is written: who comes after it must not pass it.
    this.#count(endpoint, 1);
    try {
      await this.#writing.add(put(keyOf(endpoint, place), toText(delivery)));
      return place;
    } catch (error) {
      this.#count(endpoint, -1);
      throw error;
    }
  }

  /** The first deliveries that wait for an endpoint's inbox, from a place on; what cannot be read is told of, and dropped. */
  next(endpoint: string, max: number, from = 0): Promise<Spooled[]> {
    return this.#read(endpoint, { gte: keyOf(endpoint, from), lt: endOf(endpoint), limit: max });
  }

  /** The last deliveries that wait for an endpoint's inbox, before a place, the last one first. */
  latest(endpoint: string, max: number, before: number): Promise<Spooled[]> {
    const lt = before < endOfPlaces ? keyOf(endpoint, before) : endOf(endpoint);
    return this.#read(endpoint, { gte: keyOf(endpoint, 0), lt, limit: max, reverse: true });
  }

  async #read(endpoint: string, range: Range): Promise<Spooled[]> {
    const database = await this.#opened();
    const rows = await database.level
      .iterator(range)
      .all()
      .catch((error) => this.#noteFault(error));
    const read = rows.map(([key, text]) => ({ place: Number(placePattern.exec(key)?.[2]), delivery: fromText(text) }));
    const unreadable = read.filter(({ delivery }) => !delivery).map(({ place }) => place);
    if (unreadable.length === 0) return read as Spooled[];
    await this.remove(endpoint, unreadable);
    this.#notice({ code: "unreadable", endpoint, count: unreadable.length });
    return this.#read(endpoint, range);
  }

  /** Forgets deliveries that are stored elsewhere: should that be lost in a power cut, they are found to be stored. */
  async remove(endpoint: string, places: readonly number[]): Promise<void> {
    if (places.length === 0) return;
    const database = await this.#opened();
    const keys = places.map((place) => keyOf(endpoint, place));
    try {
      const there = (await database.level.hasMany(keys)).filter((isThere) => isThere).length;
      await database.write(keys.map(del), false);
      this.#count(endpoint, -there);
      // What was forwarded is in no file of this machine's any more.
      if (this.countOf(endpoint) === 0) await database.level.compactRange?.(keyOf(endpoint, 0), endOf(endpoint));
    } catch (error) {
      this.#noteFault(error);
    }
  }

  /** Removes what waits of a client. @returns how many deliveries */
  async forget(clientID: string): Promise<number> {
    return this.#removeWhere(
      () => true,
      (delivery) => isOfClient(delivery, clientID),
    );
  }

  /**
   * Removes what waits for endpoints that are gone, and is too old.
   * @param isGone whether an endpoint is
   * @param end milliseconds since 1970: all before that is too old
   */
  async prune(isGone: (endpoint: string) => boolean, end: number): Promise<number> {
    return this.#removeWhere(isGone, ({ receivedAt }) => Date.parse(receivedAt) < end);
  }

  async #removeWhere(
    isMeant: (endpoint: string) => boolean,
    isToGo: (delivery: ReceivedDelivery) => boolean,
  ): Promise<number> {
    let removed = 0;
    for (const endpoint of this.endpoints.filter(isMeant)) {
      for (let from = 0; ; ) {
        const some = await this.next(endpoint, maxWritesAtOnce, from);
        const last = some.at(-1);
        if (!last) break;
        const places = some.filter(({ delivery }) => isToGo(delivery)).map(({ place }) => place);
        await this.remove(endpoint, places);
        removed += places.length;
        from = last.place + 1;
      }
      const { level } = await this.#opened();
      if (removed > 0) await level.compactRange?.(keyOf(endpoint, 0), endOf(endpoint));
    }
    return removed;
  }

  async close(): Promise<void> {
    const opening = this.#opening;
    this.#opening = undefined;
    await (await opening?.catch(() => undefined))?.close();
  }

  #opened(): Promise<OpenDatabase> {
    if (!this.#opening) {
      const opening = this.#openNow();
      this.#opening = opening;
      opening.catch((error) => {
        this.#fault = error instanceof StoreError ? error : undefined;
        if (this.#opening === opening) this.#opening = undefined;
      });
    }
    return this.#opening;
  }

  async #openNow(): Promise<OpenDatabase> {
    const database = await this.#source.open(this.#notice, this.#isDamaged).catch(rethrow);
    this.#isDamaged = false;
    // What was written since it was first opened, is known; unless some of it was lost.
    if (this.#isCounted && !database.isDamaged) return database;
    this.#isCounted = true;
    this.#counts.clear();
    for await (const key of database.level.keys()) {
      const [, endpoint = "", place] = placePattern.exec(key) ?? [];
      if (endpoint === "") continue;
      this.#count(decodeURIComponent(endpoint), 1);
      this.#firstFree = Math.max(this.#firstFree, Number(place) + 1);
    }
    this.#nextPlace = Math.max(this.#nextPlace, this.#firstFree);
    return database;
  }

  async #write(writes: readonly Write[]): Promise<undefined[]> {
    try {
      const database = await this.#opened();
      await database.write(writes, true);
      database.verifyWritten();
      this.#fault = undefined;
      return writes.map(() => undefined);
    } catch (error) {
      return this.#noteFault(error);
    }
  }

  /** What cannot be read, or was taken away, is opened anew. */
  #noteFault(error: unknown): never {
    this.#isDamaged ||= isDamage(error);
    this.#fault = toStoreError(error);
    void this.close().catch(() => undefined);
    rethrow(error);
  }

  #count(endpoint: string, more: number): void {
    const count = this.countOf(endpoint) + more;
    if (count > 0) this.#counts.set(endpoint, count);
    else this.#counts.delete(endpoint);
  }
}

/** No endpoint's id has a slash in it once it is encoded, and `0` comes right behind that. */
function keyOf(endpoint: string, place: number): string {
  return `${encodeURIComponent(endpoint)}/${String(place).padStart(placeDigits, "0")}`;
}

function endOf(endpoint: string): string {
  return `${encodeURIComponent(endpoint)}0`;
}
