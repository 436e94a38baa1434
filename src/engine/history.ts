import type { EventQuery, EventTally, Inbox, LoggedEvent, Resend, ResendRequest } from "../inbox/inbox";
import { StoreError } from "../inbox/store-error";
import { unseenOf } from "../inbox/unseen";
import type { Dispatcher } from "./dispatcher";
import { type MergedPage, type MergedQuery, mergedList } from "./merged-log";
import type { Spooling } from "./spooling";

/** An endpoint's state, across all inboxes. */
interface EndpointTotals {
  readonly endpoint: string;
  readonly received: number;
  readonly duplicates: number;
  readonly waiting: number;
  readonly inFlow: number;
  readonly slow: number;
  readonly failed: number;
  readonly setAside: number;
  /** How many of the last two have not been acknowledged yet. */
  readonly unseen: number;
  readonly unclaimed: number;
  /** When the last event arrived, in milliseconds since 1970. */
  readonly last: number | undefined;
}

/** A node that subscribes, or subscribed, to an endpoint's events. */
interface KnownNode {
  readonly id: string;
  readonly endpoint: string;
  readonly isActive: boolean;
  /** Since when it has been active, or absent, without a break, in milliseconds since 1970. */
  readonly since: number;
  readonly waiting: number;
  /** How many failed or set aside events have not been acknowledged yet. */
  readonly unseen: number;
  readonly inFlow: number;
}

/** The result of an action that some inboxes may have refused: the reasons, by inbox name. */
export interface Partly<Result> {
  readonly done: Result;
  readonly refused: ReadonlyMap<string, StoreError>;
}

/** A page of the log; it lacks the events of databases that are unavailable. */
interface LogPage extends MergedPage {
  /** Why each of them is unavailable, by name. */
  readonly missing: ReadonlyMap<string, StoreError>;
}

/** All inboxes, by a short name; for those that cannot be opened, the reason. */
export type Opened = ReadonlyMap<string, Dispatcher | StoreError>;

/** The name of the spool's log, beside those of the inboxes. */
const spoolName = "spool";

/** The id of a resend, when there are several inboxes: the inbox's name is its prefix. */
const separator = ".";

/** The logs of all inboxes as one, and the actions on them. Everything rejects with a `StoreError` if an inbox refuses. */
export class History {
  readonly #open: () => Promise<Opened>;
  readonly #spooling: Spooling;
  readonly #isOpen: () => ReadonlyMap<string, Dispatcher>;
  readonly #fault: (error: unknown) => void;
  readonly #changed: () => void;

  /**
   * @param open all inboxes
   * @param isOpen the open ones
   * @param spooling what is waiting on this machine's disk
   * @param fault called with errors of our own
   * @param changed called when the log has changed
   */
  constructor(
    open: () => Promise<Opened>,
    isOpen: () => ReadonlyMap<string, Dispatcher>,
    spooling: Spooling,
    fault: (error: unknown) => void,
    changed: () => void,
  ) {
    this.#open = open;
    this.#isOpen = isOpen;
    this.#spooling = spooling;
    this.#fault = fault;
    this.#changed = changed;
  }

  /** Stored events, newest first. If a database is unavailable, what waits for it on this machine's disk is still listed. */
  async list(query: MergedQuery): Promise<LogPage> {
    const missing = new Map<string, StoreError>();
    const miss = (name: string, error: unknown) => {
      if (!isShared(name) || !(error instanceof StoreError)) throw error;
      missing.set(name, error);
      return { events: [], next: undefined };
    };
    const sourceOf = (name: string, opened: Dispatcher | StoreError): Pick<Inbox, "list"> => ({
      list: async (own) => {
        if (opened instanceof StoreError) return miss(name, opened);
        return opened.inbox.list(own).catch((error) => miss(name, error));
      },
    });
    return this.#guarded(async () => {
      const sources = Array.from(await this.#open(), ([name, opened]) => [name, sourceOf(name, opened)] as const);
      const page = await mergedList(new Map([...sources, [spoolName, this.#spooling.log]]), query);
      return { ...page, missing };
    });
  }

  /** The number of matches. */
  async count(query: EventQuery): Promise<EventTally> {
    const tallies = [...(await this.#each((inbox) => inbox.count(query))), await this.#spooling.log.count(query)];
    const all: EventTally = { count: 0, events: {} };
    for (const { count, events } of tallies) {
      all.count += count;
      for (const [event, some] of Object.entries(events)) all.events[event] = (all.events[event] ?? 0) + some;
    }
    return all;
  }

  /** One event; `undefined` if it is not stored. */
  async get(endpoint: string, deliveryId: string): Promise<LoggedEvent | undefined> {
    const spooled = await this.#guarded(() => this.#spooling.log.get(endpoint, deliveryId));
    if (spooled) return spooled;
    return (await this.#each((inbox) => inbox.get(endpoint, deliveryId))).find((each) => each !== undefined);
  }

  /** Sends some events again. @returns how many */
  async sendAgain(endpoint: string, deliveryIds: readonly string[], node?: string): Promise<Partly<number>> {
    const { done, refused } = await this.#eachThatCan(
      async ({ inbox }) => (await inbox.replay(endpoint, deliveryIds, node)) || undefined,
    );
    this.#changed();
    return { done: sum(done), refused };
  }

  /** Starts to send all matches again. @returns the progress, for each inbox with matches */
  resend(request: ResendRequest): Promise<Partly<Resend[]>> {
    return this.#eachThatCan(async (dispatcher, name) => {
      const resend = await dispatcher.resend(request);
      return resend.total > 0 ? named(name, resend) : undefined;
    });
  }

  /** The current resends, and recent ones. */
  resends(): Promise<Resend[]> {
    return this.#with(async (dispatchers) => {
      const all: Resend[] = [];
      for (const [name, { inbox }] of dispatchers)
        all.push(...(await inbox.resends()).map((resend) => named(name, resend)));
      return all.sort((one, other) => other.began - one.began);
    });
  }

  /** Resolves when the counts of {@link nodes} include everything up to now. */
  async counted(): Promise<void> {
    await this.#each(async (inbox) => inbox.counted?.());
  }

  /** Stops a resend. @returns its progress; `undefined` if there is none with this id */
  cancelResend(id: string): Promise<Resend | undefined> {
    return this.#with(async (dispatchers) => {
      const [name = "", own = ""] = id.split(separator);
      const resend = await dispatchers.get(name)?.inbox.cancelResend(own);
      this.#changed();
      return resend && named(name, resend);
    });
  }

  /** Acknowledges all failures so far. @returns how many */
  async acknowledge(endpoint: string, node?: string): Promise<number> {
    const count = sum(await this.#each((inbox) => inbox.acknowledge(endpoint, node)));
    this.#changed();
    return count;
  }

  /** Discards what waits for nodes that are gone. @returns how many */
  async discard(endpoint: string, node?: string): Promise<number> {
    const count = sum(await this.#each((inbox) => inbox.discard(endpoint, node)));
    this.#changed();
    return count;
  }

  /** Removes what is known of a client. @returns the number of events */
  async forget(clientID: string): Promise<number> {
    const waiting = await this.#guarded(() => this.#spooling.forget(clientID));
    const count = waiting + sum(await this.#each((inbox) => inbox.forget(clientID)));
    this.#changed();
    return count;
  }

  /** The nodes that an inbox knows. */
  get nodes(): KnownNode[] {
    return this.#counts().flatMap(({ subscribers }) =>
      subscribers.map((counts) => {
        const { subscriber, endpoint, isActive, since, waiting, inFlow } = counts;
        const unseen = allOf(unseenOf(counts));
        return { ...{ id: subscriber, endpoint, isActive, since, waiting, inFlow }, unseen };
      }),
    );
  }

  /** The state of each endpoint that an inbox knows. */
  get totals(): Map<string, EndpointTotals> {
    const totals = new Map<string, EndpointTotals>();
    const add = (endpoint: string, more: Partial<EndpointTotals>) => {
      const all = totals.get(endpoint) ?? { ...nothing, endpoint };
      const summed = { ...all, last: Math.max(all.last ?? 0, more.last ?? 0) || undefined };
      for (const name of counted) summed[name] += more[name] ?? 0;
      totals.set(endpoint, summed);
    };
    for (const { endpoints, subscribers } of this.#counts()) {
      for (const { endpoint, received, duplicates, unclaimed, last } of endpoints)
        add(endpoint, { received, duplicates, unclaimed, last: last?.at });
      for (const counts of subscribers) {
        const { endpoint, waiting, inFlow, slow, failed, setAside } = counts;
        add(endpoint, { waiting, inFlow, slow, failed, setAside, unseen: allOf(unseenOf(counts)) });
      }
    }
    return totals;
  }

  #counts() {
    return Array.from(this.#isOpen().values(), ({ inbox }) => inbox.counts());
  }

  #each<Result>(ask: (inbox: Inbox) => Promise<Result>): Promise<Result[]> {
    return this.#with((dispatchers) => Promise.all(Array.from(dispatchers.values(), ({ inbox }) => ask(inbox))));
  }

  /**
   * If one refuses, what the others have done stays done.
   * @param act returns nothing if there was nothing to do
   * @throws StoreError if one refuses, and none has done anything
   */
  #eachThatCan<Result>(
    act: (dispatcher: Dispatcher, name: string) => Promise<Result | undefined>,
  ): Promise<Partly<Result[]>> {
    return this.#with(async (dispatchers) => {
      const done: Result[] = [];
      const refused = new Map<string, StoreError>();
      for (const [name, dispatcher] of dispatchers) {
        try {
          const result = await act(dispatcher, name);
          if (result !== undefined) done.push(result);
        } catch (error) {
          if (!(error instanceof StoreError)) throw error;
          refused.set(name, error);
        }
      }
      const [fault] = refused.values();
      if (fault && done.length === 0) throw fault;
      return { done, refused };
    });
  }

  /** If one cannot be opened, its events would be missing. */
  #with<Result>(ask: (dispatchers: ReadonlyMap<string, Dispatcher>) => Promise<Result>): Promise<Result> {
    return this.#guarded(async () => {
      const all = new Map<string, Dispatcher>();
      for (const [name, opened] of await this.#open()) {
        if (opened instanceof StoreError) throw opened;
        all.set(name, opened);
      }
      return ask(all);
    });
  }

  async #guarded<Result>(act: () => Promise<Result>): Promise<Result> {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof StoreError)) this.#fault(error);
      throw error;
    }
  }
}

const counted = [
  ...(["received", "duplicates", "waiting", "inFlow", "slow", "failed", "setAside", "unseen", "unclaimed"] as const),
] as const;

const nothing = {
  ...{ received: 0, duplicates: 0, waiting: 0, inFlow: 0, slow: 0, failed: 0, setAside: 0, unseen: 0, unclaimed: 0 },
  last: undefined,
};

function allOf({ failed, setAside }: ReturnType<typeof unseenOf>): number {
  return failed + setAside;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

function isShared(name: string): boolean {
  return name.startsWith("shared");
}

function named(inbox: string, resend: Resend): Resend {
  return { ...resend, id: inbox + separator + resend.id };
}
