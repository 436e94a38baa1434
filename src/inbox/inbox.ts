import type { ReceivedDelivery } from "../receiver/receive";
import type { Notes } from "./notes";
import type { StoredEvent } from "./stored-event";

/** A node that subscribes to events, as far as the inbox needs to know it to decide who gets an event while no flow runs. */
export interface Subscriber {
  readonly id: string;
  /** The id of its endpoint. */
  readonly endpoint: string;
  /** The event types that it selects; unrecognised events go to every subscriber of the endpoint. */
  readonly events: readonly string[];
  /** The locations that it selects; an empty list means all. */
  readonly sites: readonly string[];
  /**
   * It only listens, in addition to the actual recipients: it does not count as taking an event, and does not get unrecognised
   * ones.
   */
  readonly isListener?: boolean | undefined;
}

/** An endpoint, as far as the inbox needs to know it. */
export interface KnownEndpoint {
  readonly id: string;
  /** Its full path; `undefined` if it does not listen. */
  readonly path: string | undefined;
  /** How long its events are kept. */
  readonly retentionDays: number;
}

/** Endpoints, and the nodes that subscribe to their events. */
export interface Known {
  readonly endpoints: readonly KnownEndpoint[];
  readonly subscribers: readonly Subscriber[];
}

/** All subscribers after a deploy, changed or not. */
export interface Present extends Known {
  /** Those that existed since the process started, but no longer do: the inbox may have been opened, or replaced, only later. */
  readonly earlier?: Known;
}

/** What a deploy has changed for waiting events. */
export interface Handover {
  /** A node takes over what waits for one that is gone. */
  takenOver: { from: string; to: string; count: number }[];
  /** Events that nobody takes now, by endpoint; and how many of them because of this deploy. */
  withoutTaker: { endpoint: string; count: number; added: number }[];
}

/**
 * Reserves a place in a subscriber's flow for an event that is being stored.
 * @returns whether there is one; if so, the event is claimed in the same step
 */
export type Reserve = (subscriber: string) => boolean;

/** A subscriber's claim to an event. */
export interface Claim {
  readonly subscriber: string;
  /** The id of the inbox: places in one inbox cannot be compared with those in another, such as its replacement. */
  readonly inbox: string;
  readonly event: StoredEvent;
  /** How many times it has been sent, including this time. It is the fence: {@link Inbox.settle} accepts only the latest attempt. */
  readonly attempt: number;
  /** How many of the earlier attempts ended in an error that a node reported. */
  readonly failures: number;
}

/** The result of storing a delivery. */
export interface StoredDelivery {
  /** The id by which it can be looked up: its own, or one that the inbox assigned; for a duplicate, the original's. */
  deliveryId: string;
  /** In order. */
  events: StoredResult[];
}

/** The result for one of its events. */
export interface StoredResult {
  /** The event; `undefined` if it is a duplicate. */
  event: StoredEvent | undefined;
  /** How many subscribers get it, now or later. */
  recipients: number;
  /** Whether it waits for a recipient, because those that would get it are gone. */
  isUnclaimed: boolean;
  /** The claims for which a place was reserved. */
  claims: Claim[];
}

/** The node in a flow that reported an error. */
export interface ErrorNode {
  readonly id: string;
  readonly name: string;
}

/** The outcome of an event in a flow. */
export type Outcome =
  | { kind: "delivered"; milliseconds: number }
  /** It will not be retried. */
  | { kind: "failed"; error: string; errorNode?: ErrorNode; milliseconds: number }
  /** It failed, and is retried after this many milliseconds. */
  | { kind: "retry"; error: string; after: number }
  /** It was cut off, and waits again in its previous place. */
  | { kind: "waiting" }
  /** It was claimed, but never sent: it waits as before. `test` as in the event. */
  | { kind: "unsent"; test: boolean }
  /** Its place in the flow was freed, but a node still has it: it stays open, and is redelivered after a crash. */
  | { kind: "slow" };

/** The outcome of one claim. */
export interface Settlement {
  readonly subscriber: string;
  readonly sequence: number;
  readonly attempt: number;
  readonly outcome: Outcome;
}

const deliveryStates = ["waiting", "inFlow", "slow", "delivered", "failed", "setAside"] as const;

/** The state of an event for one subscriber. */
export type DeliveryState = (typeof deliveryStates)[number];

const undeliveredStates = ["ignored", "unclaimed", "unreadable", "spooled"] as const;

/** The state of an event as a whole, if no subscriber gets it; `spooled`: it waits on this machine's disk for its inbox. */
export type UndeliveredState = (typeof undeliveredStates)[number];

/** The states by which the log can be filtered; `duplicate` means that duplicates of the event arrived, whatever its state. */
export type LoggedState = DeliveryState | UndeliveredState | "duplicate";

/** An event and one subscriber. */
export interface Recipient {
  readonly subscriber: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly error?: string;
  readonly errorNode?: ErrorNode;
  /** When the state was reached, in milliseconds since 1970; `undefined` while it is still open. */
  readonly at?: number;
  /** How long the flow took, in milliseconds. */
  readonly milliseconds?: number;
  /** The name of the process that owns, or owned, it; only if several share the inbox. */
  readonly instance?: string;
}

/** An event as the log shows it. */
export interface LoggedEvent {
  readonly event: StoredEvent;
  readonly endpoint: string;
  readonly recipients: readonly Recipient[];
  /** Only if nobody gets it. */
  readonly state?: UndeliveredState;
  /** How many duplicates of it arrived. */
  readonly duplicates: number;
}

/** A query for events; a field that is left out does not restrict it. */
export interface EventQuery {
  readonly endpoint?: string;
  /** Only events that it gets; together with a recipient's state, only those in that state for this subscriber. */
  readonly subscriber?: string;
  readonly event?: string;
  readonly state?: LoggedState;
  readonly site?: string;
  /** Milliseconds since 1970, both included. */
  readonly from?: number;
  readonly to?: number;
  /** Words that all occur in the body or the delivery's id, case-insensitively. */
  readonly search?: string;
  /** Only events of the client with this id. */
  readonly client?: string;
  /** With `ids`, only the deliveries' ids are searched: without permission to see names, a search must not reveal them. */
  readonly searchIn?: "ids" | "everything";
}

/** A page of results. */
export interface PageQuery extends EventQuery {
  /** The maximum number of events; 50 by default. */
  readonly limit?: number;
  /** Only events before this one: the `next` of the previous page. */
  readonly before?: number;
}

/** A page of the log, newest first. */
export interface EventPage {
  events: LoggedEvent[];
  /**
   * The `before` of the next page; `undefined` if there is none. If few of very many events match, a page may end
   * before it is full, or even be empty: the next one continues the search.
   */
  next: number | undefined;
}

/** The number of matching events. */
export interface EventTally {
  count: number;
  /** The same, by event type. */
  events: Record<string, number>;
}

/** Events to be sent again in the background, oldest first. */
export interface ResendRequest {
  readonly query: EventQuery & { readonly endpoint: string };
  /** The recipient; by default, everybody who selects it. */
  readonly subscriber?: string;
}

/**
 * The progress of a resend. It is `running` until everything that matched at its start has been processed, then `done`, or
 * `cancelled` by somebody. It outlives the process.
 */
export interface Resend extends ResendRequest {
  readonly id: string;
  readonly state: "running" | "done" | "cancelled";
  /** How many matched at its start; or more, if others have come to match since. */
  readonly total: number;
  /** How many of them were processed; some may have been on their way already, or have no recipient. */
  readonly looked: number;
  /** How many were sent again. */
  readonly sent: number;
  /** Milliseconds since 1970. */
  readonly began: number;
}

/** The last event of a counted kind. */
export interface LastEvent {
  readonly event: string;
  readonly test: boolean;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A subscriber's state. */
export interface SubscriberCounts {
  readonly subscriber: string;
  readonly endpoint: string;
  readonly isActive: boolean;
  /** Set if it only listens. */
  readonly isListener?: true;
  /** Since when it has been active, or absent, without a break, in milliseconds since 1970. */
  readonly since: number;
  readonly waiting: number;
  /** How many of those have failed and will be retried. */
  readonly due: number;
  readonly inFlow: number;
  readonly slow: number;
  /** How many were sent since the first event, excluding tests; a redelivered event counts once. */
  readonly sent: number;
  readonly sentTests: number;
  /** How many of the stored ones have failed or were set aside. */
  readonly failed: number;
  readonly setAside: number;
  /** How many of those were acknowledged; missing if none ever was. */
  readonly seen?: { readonly failed: number; readonly setAside: number };
  readonly last: LastEvent | undefined;
  /** This process's share; only if others share the inbox at the moment. */
  readonly here?: HereCounts;
}

/** What one of several processes that share an inbox has done and currently owns. */
export interface HereCounts {
  readonly sent: number;
  readonly sentTests: number;
  readonly slow: number;
}

/** A process that shares an inbox with others. */
export interface Instance {
  /** Its machine's name, and what distinguishes several on one machine. */
  readonly name: string;
  /** Whether it is this one. */
  readonly isHere: boolean;
  /** Whether it is alive. */
  readonly isAlive: boolean;
  /** When it was last seen, in milliseconds since 1970. */
  readonly seen: number;
}

/** An endpoint's state. */
export interface EndpointCounts {
  readonly endpoint: string;
  readonly received: number;
  readonly duplicates: number;
  /** Waiting for a node to take them. */
  readonly unclaimed: number;
  readonly last: LastEvent | undefined;
}

export interface Counts {
  subscribers: SubscriberCounts[];
  endpoints: EndpointCounts[];
  /** The processes that share the inbox and are alive; missing if it cannot be shared. */
  instances?: readonly Instance[];
}

/** What was pruned. */
export interface Pruned {
  removed: number;
  /** How many of them nobody had taken. */
  untaken: number;
}

/** Something to be logged once. */
export type Notice =
  /** Stored events that cannot be read, with their endpoint if known; they are skipped. */
  | { code: "unreadable"; endpoint?: string; count: number }
  /** Part of the store was damaged when it was opened: in the store's own words. */
  | { code: "damaged"; detail: string }
  /** Unusable data was moved here. */
  | { code: "putAside"; folder: string }
  /** Its files were removed or replaced while in use. */
  | { code: "replaced" }
  /** The file system has no file permissions: others on this machine may be able to read the events. */
  | { code: "noModes"; folder: string }
  /** Events were set aside, because Node-RED crashed each time they were sent alone. */
  | { code: "setAside"; subscriber: string; count: number };

/** Callbacks for what happens to an inbox as a whole. */
export interface InboxObserver {
  /** It refuses events, for this reason; or, without one, accepts events again. */
  storageChanged(fault: Error | undefined): void;
  /** Others that share it have changed the result of {@link Inbox.counts}. */
  countsChanged?(): void;
  notice(notice: Notice): void;
}

/** What to send alone, if anything. */
export interface Turn {
  readonly claim?: Claim;
}

/**
 * Stores accepted events until every subscriber's flow has had them, and then until their retention ends. The calls say what is
 * needed, not how it is stored; one or several processes use it. All of them reject with a `StoreError` if the store refuses,
 * and only then.
 *
 * The states of an event, per subscriber: `waiting` → `inFlow` (→ `slow`) → `delivered`, `failed`, `setAside`, or `waiting` again.
 */
export interface Inbox {
  /** Whether stored events survive the end of the process, and a power cut. */
  readonly isDurable: boolean;

  /** The notes that processes exchange; missing if the inbox cannot be shared. */
  readonly notes?: Notes;

  /**
   * Stores a delivery in one durable step: finds duplicates, stores the event, and records its recipients. The inbox knows those
   * from the last {@link subscribers}: no flow has to run.
   * @param endpoint the id of the endpoint that received it
   * @param delivery what was received
   * @param reserve called once per recipient, synchronously; what it granted is returned if this rejects, or if the event is in
   * no claim of the result
   * @returns the result, once all of it is as safe as `isDurable` says
   * @throws ReplayedError if its signed content arrived before, as another kind of event
   */
  store(endpoint: string, delivery: ReceivedDelivery, reserve?: Reserve): Promise<StoredDelivery>;

  /**
   * Sets the subscribers, after every deploy. Those that no longer exist become absent: what waits for them stays. A new node
   * takes over the events that it selects among those waiting for absent nodes of its endpoint, and of a deleted endpoint with
   * the same path. It applies to {@link store} from the call on; it is durable once it resolves.
   */
  subscribers(present: Present): Promise<Handover>;

  /**
   * Claims a subscriber's next events, in order of arrival, due retries first. They are then leased to this process: no other
   * gets them unless this one dies.
   * @param subscriber its id
   * @param max the maximum number of events
   */
  claim(subscriber: string, max: number): Promise<Claim[]>;

  /**
   * Starts the next turn of a suspect: an event that was in the flow at two crashes in a row, and must therefore be sent while
   * nothing else is in any flow. While there are suspects, {@link claim} returns nothing. If the process dies before
   * {@link survived}, that counts against the event. One that crashed the process three times in its own turn, while other turns in
   * between survived, is set aside when the inbox is next opened: if everybody's turn ends in a crash, the fault lies elsewhere.
   * @returns the claim; without one, nothing must be sent for a while, to see whether the process dies all the same;
   * `undefined` if there are no more suspects
   */
  nextTurn(): Promise<Turn | undefined>;

  /** The process has survived the last turn, or the flow has finished with it. */
  survived(): Promise<void>;

  /**
   * Records the outcomes of claims. Anything but the latest attempt of a claim of this process is ignored. If a settlement is lost in
   * a power cut, the event is merely redelivered, so no request waits for this.
   */
  settle(settlements: readonly Settlement[]): Promise<void>;

  /**
   * Calls back when a subscriber may have something to claim: new, due again, taken over or sent again.
   * @returns stops the callbacks
   */
  watch(subscriber: string, wake: () => void): () => void;

  /** The log: stored events, newest first. Unreadable ones are listed as such. */
  list(query: PageQuery): Promise<EventPage>;

  /** How many events in the log match: it scans all of them, which takes time. */
  count(query: EventQuery): Promise<EventTally>;

  /** One event; `undefined` if it is not stored. */
  get(endpoint: string, deliveryId: string): Promise<LoggedEvent | undefined>;

  /**
   * Sends events again, whatever their outcome: to everybody who is active and selects them; if there is nobody, to those who got
   * them; or only to the named one, if it takes such events at all. The attempt is one more than the highest. Events already on
   * their way are left alone. It is durable once it resolves.
   * @returns how many will be sent again
   */
  replay(endpoint: string, deliveryIds: readonly string[], subscriber?: string): Promise<number>;

  /**
   * Starts to send all matching events again, oldest first; nothing is sent before {@link resendNext}. If a state is given, they are
   * sent only to recipients in that state; a named recipient may be one who never had them. It is durable once it resolves. If
   * nothing matches, nothing starts: it is done.
   */
  resend(request: ResendRequest): Promise<Resend>;

  /**
   * Sends the next events of a resend again, and records its progress in the same durable step: after a crash it resumes there.
   * @param max the maximum number of events
   * @returns the progress; `undefined` if there is no such resend
   */
  resendNext(id: string, max: number): Promise<Resend | undefined>;

  /** Stops a resend; what has been sent again stays so. @returns its progress */
  cancelResend(id: string): Promise<Resend | undefined>;

  /** The running resends, and the last finished ones; the latest first. */
  resends(): Promise<Resend[]>;

  /**
   * Acknowledges everything that has failed or was set aside so far: it counts as `seen`.
   * @param subscriber only for this one
   * @returns how many were not acknowledged before
   */
  acknowledge(endpoint: string, subscriber?: string): Promise<number>;

  /**
   * Discards what waits for subscribers that are gone, and what nobody takes: it stays in the log, as ignored if nobody else
   * got it. {@link counts} returns how many that are.
   * @param subscriber only what waits for this one
   * @returns how many
   */
  discard(endpoint: string, subscriber?: string): Promise<number>;

  /**
   * Removes what is known about a client: bodies, payloads, and error texts of all its events, from the store and from its
   * files. That there was an event remains known. Anything not sent yet never will be.
   * @returns the number of events
   */
  forget(clientID: string): Promise<number>;

  /** How many events are in each state. */
  counts(): Counts;

  /** Resolves when {@link counts} includes everything up to now; without it, it always does. */
  counted?(): Promise<void>;

  /**
   * Removes what is older than its endpoint's retention, whatever has become of the endpoint; what waits for an active subscriber
   * stays. Removed events are removed from the files, too.
   * @param now milliseconds since 1970
   */
  prune(now: number): Promise<Pruned>;

  /**
   * Speeds up searches of what has arrived since the last time, at the lowest priority. The results are the same
   * without it.
   */
  prepareSearch(): Promise<void>;

  /**
   * The flows have stopped. Until {@link subscribers} says that they run again, the end of the process is not a crash: what was in a
   * flow is redelivered, and is not suspected.
   */
  stopped(): Promise<void>;

  /** Closes the store once pending writes are done; that is not a crash either. */
  close(): Promise<void>;
}
