import { EventEmitter } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type {
  Handover,
  HereCounts,
  Inbox,
  InboxObserver,
  Instance,
  KnownEndpoint,
  Notice,
  Pruned,
  Subscriber,
  SubscriberCounts,
} from "../inbox/inbox";
import { canUseDisk, diskSource } from "../inbox/level/disk-source";
import { LevelInbox } from "../inbox/level/level-inbox";
import { memorySource } from "../inbox/level/memory-source";
import type { Notes } from "../inbox/notes";
import { ReplayedError } from "../inbox/replayed-error";
import { StoreError } from "../inbox/store-error";
import type { ReceivedDelivery } from "../receiver/receive";
import { Spool } from "../spool/spool";
import { type Accepted, Dispatcher } from "./dispatcher";
import type { Flow } from "./flow";
import { History } from "./history";
import { instanceOf } from "./instance";
import { Spooling } from "./spooling";

/** Where an endpoint keeps its events: here, or in a database that several Node-REDs share. */
export type Storage = "disk" | "memory" | SharedStorage;

/** A PostgreSQL database. */
export interface SharedStorage {
  /** `postgres://…`, with a password in it. */
  readonly databaseUrl: string;
  /** Whether events wait on this machine's disk while the database is unavailable. */
  readonly isSpooled: boolean;
}

/** The subscribers with which the flows were last started. */
export interface Deployed {
  endpoints: readonly KnownEndpoint[];
  /** Where they keep their events: a database that is not listed is closed. */
  storages?: readonly Storage[];
  flows: readonly Flow[];
}

/** What is known about a node's events. */
export type FlowCounts = Omit<SubscriberCounts, "subscriber" | "endpoint" | "isActive" | "since">;

const nothing: FlowCounts = {
  waiting: 0,
  due: 0,
  inFlow: 0,
  slow: 0,
  sent: 0,
  sentTests: 0,
  failed: 0,
  setAside: 0,
  last: undefined,
};

/** Callbacks. */
interface InboxesEvents {
  /** An inbox was opened, refuses events, or accepts them again; or its waiting events have new recipients. */
  change: [];
  /** The log has changed: an event has arrived, or has a new outcome. */
  log: [];
  notice: [Notice | { code: "diskUnavailable" }];
  handover: [Handover];
  /** An event arrived for this endpoint while the flows run, and waits for a node that is gone. */
  unclaimed: [endpoint: string];
  pruned: [Pruned];
  /** An error of our own, not the disk's. */
  fault: [unknown];
}

const reopenMilliseconds = 2_000;

const day = 24 * 60 * 60_000;

/** For an unknown endpoint. */
const defaultRetentionDays = 7;

/** Nobody deploys more often before a disk can be read again. */
const maxSeen = 1_000;

/** Nobody sends more tests between two real events. */
const maxTestsInARow = 100;

/** The code of an error of our own. */
const internalError = "INTERNAL";

/**
 * The inboxes of one Node-RED: one on disk, one in memory, one per database; each opened when first needed. What is on disk is
 * maintained even if no endpoint keeps anything there any more; a database is maintained by its other Node-REDs.
 */
export class Inboxes extends EventEmitter<InboxesEvents> {
  readonly #userDir: string;
  readonly #folder: string;
  readonly #findOut: () => boolean;
  #canUseDisk: boolean | undefined;
  #isDiskMissed = false;
  /** The short name of each database, by its URL, which contains a password. */
  readonly #databases = new Map<string, string>();
  #databasesSoFar = 0;
  readonly #opening = new Map<string, Promise<Dispatcher>>();
  readonly #open = new Map<string, Dispatcher>();
  readonly #faults = new Map<string, string>();
  /** Those that failed to record the subscribers. */
  readonly #unannounced = new Set<string>();
  /** Those that have the subscribers, and the recipients of what waits. */
  readonly #announced = new Set<string>();
  /** Announcements that are not answered yet. */
  readonly #announcing = new Set<object>();
  #deployed: Deployed | undefined;
  /** All subscribers since Node-RED started, whether an inbox was open or not. */
  readonly #seen = { endpoints: new Map<string, KnownEndpoint>(), subscribers: new Map<string, Subscriber>() };
  #areFlowsRunning = false;
  #isClosed = false;
  /** Where deliveries wait for databases that are unavailable. */
  readonly spooling: Spooling;

  /**
   * @param userDir Node-RED's user directory
   * @param findOut whether this machine can keep events on disk; called once
   */
  constructor(userDir: string, findOut = canUseDisk) {
    super();
    this.setMaxListeners(0);
    this.#userDir = userDir;
    this.#folder = join(userDir, "hapana", "inbox");
    this.#findOut = findOut;
    const spoolFolder = join(userDir, "hapana", "spool");
    this.spooling = new Spooling(new Spool(diskSource(spoolFolder), (notice) => this.emit("notice", notice)));
    this.spooling.on("change", () => this.emit("change"));
    this.spooling.on("fault", (error) => this.emit("fault", error));
    if (existsSync(spoolFolder)) this.spooling.open();
    this.history = new History(
      async () => new Map(await Promise.all(Array.from(this.#opening, openedOrRefused))),
      () => this.#open,
      this.spooling,
      (error) => this.emit("fault", error),
      () => this.#logChanged(),
    );
    if (existsSync(this.#folder) && this.isDurable("disk")) this.dispatcher("disk").catch(() => undefined);
  }

  /**
   * Returns an inbox; opens it if needed.
   * @param wanted where the endpoint keeps its events; in memory if LevelDB does not run on this machine
   * @throws StoreError while it cannot be opened
   */
  dispatcher(wanted: Storage): Promise<Dispatcher> {
    const storage = this.#effective(wanted);
    if (wanted !== storage && !this.#isDiskMissed) {
      this.#isDiskMissed = true;
      this.emit("notice", { code: "diskUnavailable" });
    }
    const name = this.#nameOf(storage);
    const opening = this.#opening.get(name) ?? this.#openInbox(name, storage);
    this.#opening.set(name, opening);
    return opening;
  }

  /**
   * Stores a delivery, and sends whatever finds a place at once.
   * @throws StoreError if the inbox refuses
   * @throws ReplayedError if its signed content arrived before, as another kind of event
   */
  async accept(endpoint: string, wanted: Storage, delivery: ReceivedDelivery): Promise<Accepted> {
    try {
      const dispatcher = await this.dispatcher(wanted);
      const accepted = await dispatcher.accept(endpoint, delivery);
      this.noteAccepted(wanted);
      if (accepted.unclaimed.length > 0) this.#noteUnclaimed(endpoint);
      return accepted;
    } catch (error) {
      if (!(error instanceof ReplayedError)) this.noteFault(wanted, error);
      throw error;
    }
  }

  /** Whether an inbox has been opened. */
  isOpen(wanted: Storage): boolean {
    return this.#open.has(this.#nameOf(wanted));
  }

  /** The reason why an inbox refuses events, if it does. */
  fault(wanted: Storage): string | undefined {
    return this.#faults.get(this.#nameOf(wanted));
  }

  /** Whether accepted events survive a stop of Node-RED. */
  isDurable(wanted: Storage): boolean {
    return this.#effective(wanted) !== "memory";
  }

  /** Whether an inbox may not know the present subscribers yet. */
  get isAnnouncing(): boolean {
    return this.#announcing.size > 0;
  }

  /** Whether each inbox has the recipients of what waits, or refuses queries. */
  get isSettled(): boolean {
    return [...this.#opening.keys()].every((name) => this.#announced.has(name) || this.#faults.has(name));
  }

  /** Whether any inbox refuses. */
  get isRefusing(): boolean {
    return this.#faults.size > 0;
  }

  /** The log of all inboxes. */
  readonly history: History;

  /** The counts of nodes may have changed as well. */
  #logChanged(): void {
    this.emit("log");
    this.emit("change");
  }

  /** Resolves once each has been opened, or has failed to: until then, its counts are missing. */
  async opened(): Promise<void> {
    await Promise.allSettled(this.#opening.values());
  }

  /** What is known about a node's events, across all inboxes. */
  countsOf(flow: string): FlowCounts {
    const dispatchers = [...this.#open.values()];
    const counts = dispatchers
      .flatMap(({ inbox }) => inbox.counts().subscribers)
      // If a node moved to another endpoint, the first one's inbox keeps events that are no longer this node's.
      .filter(({ subscriber, isActive }) => subscriber === flow && isActive)
      .reduce<FlowCounts>(sum, nothing);
    const allInLine = dispatchers.reduce((total, dispatcher) => total + dispatcher.inLine(flow), 0);
    // A database's counts are slightly out of date.
    const inLine = Math.min(allInLine, counts.inFlow);
    return { ...counts, waiting: counts.waiting + inLine, inFlow: counts.inFlow - inLine };
  }

  /**
   * A node's events that were set aside, the latest first, and their endpoint.
   * @param max how many
   * @throws StoreError
   */
  async setAside(subscriber: string, max: number): Promise<{ endpoint: string; deliveryIds: string[] }> {
    const { events } = await this.history.list({ state: "setAside", limit: max });
    const own = events.filter(({ recipients }) =>
      recipients.some((recipient) => recipient.subscriber === subscriber && recipient.state === "setAside"),
    );
    return { endpoint: own[0]?.endpoint ?? "", deliveryIds: own.map(({ event }) => event.deliveryId) };
  }

  /**
   * When an endpoint's last event arrived, excluding tests; `undefined` if none is stored.
   * @throws StoreError
   */
  async lastArrival(endpoint: string): Promise<number | undefined> {
    await Promise.all(this.#opening.values());
    const counts = [...this.#open.values()].flatMap(({ inbox }) => inbox.counts().endpoints);
    const lasts = counts.flatMap(({ endpoint: id, last }) => (id === endpoint && last ? [last] : []));
    if (lasts.every(({ test }) => !test)) return lasts.length > 0 ? Math.max(...lasts.map(({ at }) => at)) : undefined;
    const { events } = await this.history.list({ endpoint, limit: maxTestsInARow });
    const real = events.find(({ event }) => !event.test);
    return real && Date.parse(real.event.receivedAt);
  }

  /** The inbox; `undefined` if it is not open. */
  inboxAt(wanted: Storage): Inbox | undefined {
    return this.#open.get(this.#nameOf(wanted))?.inbox;
  }

  /** The notes of each open inbox that can be shared. */
  get notes(): Notes[] {
    return [...this.#open.values()].flatMap(({ inbox }) => inbox.notes ?? []);
  }

  /** The processes that share an inbox and are alive; empty if it cannot be shared. */
  instancesOf(wanted: Storage): readonly Instance[] {
    return this.inboxAt(wanted)?.counts().instances ?? [];
  }

  /** How many events of an endpoint wait for nodes that are gone, in all inboxes. */
  unclaimedAt(endpoint: string): number {
    return [...this.#open.values()]
      .map(({ inbox }) => inbox.counts())
      .flatMap(({ endpoints, subscribers }) => [
        ...endpoints.filter((counts) => counts.endpoint === endpoint).map(({ unclaimed }) => unclaimed),
        ...subscribers
          .filter((counts) => counts.endpoint === endpoint && !counts.isActive)
          .map(({ waiting }) => waiting),
      ])
      .reduce((sum, count) => sum + count, 0);
  }

  /** The flows run, with these subscribers. */
  start(deployed: Deployed): void {
    this.#deployed = deployed;
    for (const endpoint of deployed.endpoints) remember(this.#seen.endpoints, endpoint.id, endpoint);
    for (const { id, endpoint, events, sites, isListener } of deployed.flows)
      remember(this.#seen.subscribers, `${id} ${endpoint}`, { id, endpoint, events, sites, isListener });
    this.#areFlowsRunning = true;
    if (deployed.storages) this.#keepOnly(deployed.storages);
    for (const [name, dispatcher] of this.#open) this.#announce(name, dispatcher);
  }

  /**
   * The flows are about to stop.
   * @returns resolves once Node-RED may stop; never rejects
   */
  async stop(): Promise<void> {
    this.#areFlowsRunning = false;
    this.spooling.stop();
    await Promise.all(Array.from(this.#open, ([name, dispatcher]) => this.#stop(name, dispatcher)));
  }

  /** If a disk refuses, nobody waits for it: the next start takes this for a crash, which is the safe side. */
  #stop(name: string, dispatcher: Dispatcher): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.#faults.has(name)) resolve();
      };
      this.on("change", look);
      dispatcher
        .stop()
        .catch((error) => this.#noteFault(name, error))
        .finally(() => {
          this.off("change", look);
          resolve();
        });
      look();
    });
  }

  /** Prunes what is older than its retention; then speeds up searches of the rest. */
  prune(now: number): void {
    // What waits for an endpoint that is gone is kept for as long as what others have stored.
    const days = Array.from(this.#seen.endpoints.values(), ({ retentionDays }) => retentionDays);
    const end = now - Math.max(defaultRetentionDays, ...days) * day;
    // Before the flows run, nobody knows which endpoints are gone.
    if (this.#areFlowsRunning) this.spooling.prune(end).catch(() => undefined);
    for (const [name, { inbox }] of this.#open) {
      inbox
        .prune(now)
        .then((pruned) => {
          this.emit("pruned", pruned);
          return inbox.prepareSearch();
        })
        .catch((error) => this.#noteFault(name, error));
    }
  }

  /** Closes everything, so that the next Node-RED knows that this one was shut down properly. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.spooling.close();
    await this.opened();
    await Promise.all(Array.from(this.#open.values(), (dispatcher) => dispatcher.close().catch(() => undefined)));
    this.#open.clear();
  }

  /** An inbox has stored an event: whatever it refused before, it accepts events again. */
  noteAccepted(wanted: Storage): void {
    this.#setFault(this.#nameOf(wanted), undefined);
  }

  /** Reports what went wrong: the disk's fault, or our own. */
  noteFault(wanted: Storage, error: unknown): void {
    this.#noteFault(this.#nameOf(wanted), error);
  }

  /** An event arrived that has no recipient; until the flows run, that may be only apparent. */
  #noteUnclaimed(endpoint: string): void {
    if (this.#areFlowsRunning) this.emit("unclaimed", endpoint);
  }

  #noteFault(name: string, error: unknown): void {
    if (!(error instanceof StoreError)) this.emit("fault", error);
    this.#setFault(name, error instanceof StoreError ? error.code : internalError);
  }

  #effective(wanted: Storage): Storage {
    if (wanted !== "disk") return wanted;
    this.#canUseDisk ??= this.#findOut();
    return this.#canUseDisk ? "disk" : "memory";
  }

  #nameOf(wanted: Storage): string {
    const storage = this.#effective(wanted);
    if (typeof storage === "string") return storage;
    const known = this.#databases.get(storage.databaseUrl);
    if (known !== undefined) return known;
    this.#databasesSoFar += 1;
    const name = `shared${this.#databasesSoFar > 1 ? this.#databasesSoFar : ""}`;
    this.#databases.set(storage.databaseUrl, name);
    return name;
  }

  /** Closes databases that no endpoint uses any more: one with a wrong password must not block the log. */
  #keepOnly(storages: readonly Storage[]): void {
    const used = new Set(storages.map((storage) => this.#nameOf(storage)));
    for (const [url, name] of [...this.#databases]) {
      if (used.has(name)) continue;
      const opening = this.#opening.get(name);
      this.#databases.delete(url);
      for (const each of [this.#opening, this.#open, this.#faults, this.#unannounced, this.#announced])
        each.delete(name);
      opening?.then((dispatcher) => dispatcher.close()).catch(() => undefined);
    }
  }

  async #openInbox(name: string, storage: Storage): Promise<Dispatcher> {
    // The caller has yet to subscribe to the callbacks.
    await Promise.resolve();
    const isWanted = () => !this.#isClosed && this.#opening.has(name);
    const noteFault = (error: unknown) => {
      if (isWanted()) this.#noteFault(name, error);
    };
    const observer: InboxObserver = {
      storageChanged: (fault) => (fault ? noteFault(fault) : this.#setFault(name, undefined)),
      countsChanged: () => this.#logChanged(),
      notice: (notice) => this.emit("notice", notice),
    };
    try {
      const inbox = await this.#openStore(name, storage, observer);
      const dispatcher = new Dispatcher(inbox, noteFault, () => this.emit("log"));
      if (!this.#opening.has(name)) return dispatcher;
      this.#open.set(name, dispatcher);
      this.#setFault(name, undefined);
      this.emit("change");
      this.#announce(name, dispatcher);
      return dispatcher;
    } catch (error) {
      noteFault(error);
      setTimeout(() => {
        if (!isWanted()) return;
        this.#opening.delete(name);
        this.dispatcher(storage).catch(() => undefined);
      }, reopenMilliseconds).unref();
      throw error;
    }
  }

  async #openStore(name: string, storage: Storage, observer: InboxObserver): Promise<Inbox> {
    if (storage === "disk") return LevelInbox.open(diskSource(this.#folder), observer);
    if (storage === "memory") return LevelInbox.open(memorySource(), observer);
    // Only users of a database load the driver.
    const { PostgresInbox } = await import("../inbox/postgres/postgres-inbox.js");
    const instance = `${instanceOf(this.#userDir)} ${name}`;
    return PostgresInbox.open({ url: storage.databaseUrl, instance }, observer);
  }

  /** Even if the flows have stopped since: the inbox has to know who gets what arrives meanwhile. */
  #announce(name: string, dispatcher: Dispatcher): void {
    if (!this.#deployed) return;
    const { endpoints, flows } = this.#deployed;
    const announcement = {};
    this.#announcing.add(announcement);
    const earlier = {
      endpoints: [...this.#seen.endpoints.values()],
      subscribers: [...this.#seen.subscribers.values()],
    };
    dispatcher.announce({ endpoints, subscribers: flows, earlier }).then(
      (handover) => {
        this.#announcing.delete(announcement);
        this.#announced.add(name);
        this.emit("handover", handover);
        this.emit("change");
      },
      (error) => {
        this.#announcing.delete(announcement);
        this.#unannounced.add(name);
        this.#noteFault(name, error);
      },
    );
    if (this.#areFlowsRunning) dispatcher.start(flows);
    else void this.#stop(name, dispatcher);
  }

  #setFault(name: string, code: string | undefined): void {
    if (this.#faults.get(name) === code) return;
    if (code === undefined) this.#faults.delete(name);
    else this.#faults.set(name, code);
    this.emit("change");
    const dispatcher = this.#open.get(name);
    if (code === undefined && dispatcher && this.#unannounced.delete(name)) this.#announce(name, dispatcher);
  }
}

async function openedOrRefused([name, opening]: [string, Promise<Dispatcher>]): Promise<
  [string, Dispatcher | StoreError]
> {
  try {
    return [name, await opening];
  } catch (error) {
    if (error instanceof StoreError) return [name, error];
    throw error;
  }
}

function sum(one: FlowCounts, other: FlowCounts): FlowCounts {
  return {
    waiting: one.waiting + other.waiting,
    due: one.due + other.due,
    inFlow: one.inFlow + other.inFlow,
    slow: one.slow + other.slow,
    sent: one.sent + other.sent,
    sentTests: one.sentTests + other.sentTests,
    failed: one.failed + other.failed,
    setAside: one.setAside + other.setAside,
    ...((one.seen ?? other.seen) && {
      seen: {
        failed: (one.seen?.failed ?? 0) + (other.seen?.failed ?? 0),
        setAside: (one.seen?.setAside ?? 0) + (other.seen?.setAside ?? 0),
      },
    }),
    ...((one.here ?? other.here) && { here: sumHere(one.here, other.here) }),
    last: (one.last?.at ?? 0) > (other.last?.at ?? 0) ? one.last : other.last,
  };
}

function sumHere(one: HereCounts = nothing, other: HereCounts = nothing): HereCounts {
  return {
    sent: one.sent + other.sent,
    sentTests: one.sentTests + other.sentTests,
    slow: one.slow + other.slow,
  };
}

/** The most recent ones are forgotten last. */
function remember<Value>(seen: Map<string, Value>, id: string, value: Value): void {
  seen.delete(id);
  seen.set(id, value);
  const [first] = seen.keys();
  if (seen.size > maxSeen && first !== undefined) seen.delete(first);
}
