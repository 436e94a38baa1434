import type { EventQuery, EventTally, Inbox, LoggedEvent, Resend, ResendRequest } from "../inbox/inbox";
import { StoreError } from "../inbox/store-error";
import { unseenOf } from "../inbox/unseen";
import type { Dispatcher } from "./dispatcher";
import { type MergedPage, type MergedQuery, mergedList } from "./merged-log";
import type { Spooling } from "./spooling";

/** How an endpoint stands, in all inboxes. */
export interface EndpointTotals {
  readonly endpoint: string;
  readonly received: number;
  readonly duplicates: number;
  readonly waiting: number;
  readonly inFlow: number;
  readonly slow: number;
  readonly failed: number;
  readonly setAside: number;
  /** How many of the last two nobody has acknowledged yet. */
  readonly unseen: number;
  readonly unclaimed: number;
  /** When the last event came, in milliseconds since 1970. */
  readonly last: number | undefined;
}

/** A node that is, or was, there for an endpoint's events. */
export interface KnownNode {
  readonly id: string;
  readonly endpoint: string;
  readonly isActive: boolean;
  /** Since when it has been there without a break, or has not, in milliseconds since 1970. */
  readonly since: number;
  readonly waiting: number;
  /** How many that failed, or were set aside, nobody has acknowledged yet. */
  readonly unseen: number;
  readonly inFlow: number;
}

/** What was done, where some inboxes may have refused to: why each has, by their names. */
export interface Partly<Result> {
  readonly done: Result;
  readonly refused: ReadonlyMap<string, StoreError>;
}

/** A page of the log; what is in databases that cannot be used is missing in it. */
export interface LogPage extends MergedPage {
  /** Why each of them cannot be, by their names. */
  readonly missing: ReadonlyMap<string, StoreError>;
}

/** All inboxes, by a short name each; of those that cannot be opened, why. */
export type Opened = ReadonlyMap<string, Dispatcher | StoreError>;

/** What waits on this machine's disk is in the log beside the inboxes. */
const spoolName = "spool";

/** What a resend of one of several inboxes is called: the inbox's name stands before its id. */
const separator = ".";

/** The log of all inboxes as one, and what can be done with what is in it. All of it rejects with a `StoreError` where one refuses. */
export class History {
  readonly #open: () => Promise<Opened>;
  readonly #spooling: Spooling;
  readonly #isOpen: () => ReadonlyMap<string, Dispatcher>;
  readonly #fault: (error: unknown) => void;
  readonly #changed: () => void;

  /**
   * @param open all inboxes
   * @param isOpen those that are open
   * @param spooling what waits on this machine's disk
   * @param fault told of what is a fault of ours
   * @param changed told that the log has changed
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

  /** Events that are kept, newest first. Where a database cannot be used, what waits for it on this machine's disk is shown all the same. */
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

  /** How many match. */
  async count(query: EventQuery): Promise<EventTally> {
    const tallies = [...(await this.#each((inbox) => inbox.count(query))), await this.#spooling.log.count(query)];
    const all: EventTally = { count: 0, events: {} };
    for (const { count, events } of tallies) {
      all.count += count;
      for (const [event, some] of Object.entries(events)) all.events[event] = (all.events[event] ?? 0) + some;
    }
    return all;
  }

  /** One event; `undefined` where it is not kept. */
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

  /** Begins to send again all that match. @returns how far it is, in each inbox where any does */
  resend(request: ResendRequest): Promise<Partly<Resend[]>> {
    return this.#eachThatCan(async (dispatcher, name) => {
      const resend = await dispatcher.resend(request);
      return resend.total > 0 ? named(name, resend) : undefined;
    });
  }

  /** What is being sent again, and what was of late. */
  resends(): Promise<Resend[]> {
    return this.#with(async (dispatchers) => {
      const all: Resend[] = [];
      for (const [name, { inbox }] of dispatchers)
        all.push(...(await inbox.resends()).map((resend) => named(name, resend)));
      return all.sort((one, other) => other.began - one.began);
    });
  }

  /** Ends a resend. @returns how far it had got; `undefined` where there is none of this id */
  cancelResend(id: string): Promise<Resend | undefined> {
    return this.#with(async (dispatchers) => {
      const [name = "", own = ""] = id.split(separator);
      const resend = await dispatchers.get(name)?.inbox.cancelResend(own);
      this.#changed();
      return resend && named(name, resend);
    });
  }

  /** What has failed so far has been seen. @returns how many had not been */
  async acknowledge(endpoint: string, node?: string): Promise<number> {
    const count = sum(await this.#each((inbox) => inbox.acknowledge(endpoint, node)));
    this.#changed();
    return count;
  }

  /** Gives up what waits for nodes that are gone. @returns how many */
  async discard(endpoint: string, node?: string): Promise<number> {
    const count = sum(await this.#each((inbox) => inbox.discard(endpoint, node)));
    this.#changed();
    return count;
  }

  /** Removes what is known of a client. @returns of how many events */
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

  /** How each endpoint stands that an inbox knows. */
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
   * Where one refuses, what others have done stays done.
   * @param act gives nothing where there was nothing to do
   * @throws StoreError where one refuses, and none has done anything
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

  /** Where one cannot be opened, what is in it would be missing. */
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
