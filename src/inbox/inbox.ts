import type { ReceivedDelivery } from "../receiver/receive";
import type { Notes } from "./notes";
import type { StoredEvent } from "./stored-event";

/** A node that wants events, as far as the inbox has to know it: so it can say who gets an event while no flow runs. */
export interface Subscriber {
  readonly id: string;
  /** The id of its endpoint. */
  readonly endpoint: string;
  /** The event types that it selects; what is not recognised goes to every subscriber of the endpoint. */
  readonly events: readonly string[];
  /** The locations that it selects; none stands for all. */
  readonly sites: readonly string[];
  /**
   * It gets what it selects besides those for whom an event is meant: whether somebody takes an event does not depend on it, and what is not
   * recognised is not for it.
   */
  readonly isListener?: boolean | undefined;
}

/** An endpoint, as far as the inbox has to know it. */
export interface KnownEndpoint {
  readonly id: string;
  /** Where it listens, in full; `undefined` where it does not. */
  readonly path: string | undefined;
  /** How long its events are kept. */
  readonly retentionDays: number;
}

/** Endpoints, and the nodes that want their events. */
export interface Known {
  readonly endpoints: readonly KnownEndpoint[];
  readonly subscribers: readonly Subscriber[];
}

/** Who is there after a deploy: everybody, whatever has changed. */
export interface Present extends Known {
  /** Who was there since the process began, and is not any more: the inbox may have been opened, or replaced, only after that. */
  readonly earlier?: Known;
}

/** What a deploy has changed for events that wait. */
export interface Handover {
  /** A node takes over what waits for one that is gone. */
  takenOver: { from: string; to: string; count: number }[];
  /** Events that nobody takes now, by endpoint; and how many of them this deploy has left so. */
  withoutTaker: { endpoint: string; count: number; added: number }[];
}

/**
 * Asks for a place in a subscriber's flow for an event that is being stored.
 * @returns whether there is one; then the event is claimed in the same step
 */
export type Reserve = (subscriber: string) => boolean;

/** An event on its way into a subscriber's flow. */
export interface Claim {
  readonly subscriber: string;
  /** The id of the inbox: places in one of them say nothing of places in another, as of one that has taken its place. */
  readonly inbox: string;
  readonly event: StoredEvent;
  /** How many times it has been sent, this time included. It fences: {@link Inbox.settle} heeds only the latest attempt. */
  readonly attempt: number;
  /** How many of the earlier attempts ended in an error that a node reported. */
  readonly failures: number;
}

/** What has become of a delivery that was stored. */
export interface StoredDelivery {
  /** By which it can be looked up: its own, or one that the inbox has given it; of a repetition, that of what came before. */
  deliveryId: string;
  /** In order. */
  events: StoredResult[];
}

/** What has become of one event of it. */
export interface StoredResult {
  /** The event; `undefined` where it is a duplicate of one that is known. */
  event: StoredEvent | undefined;
  /** How many subscribers get it, now or later. */
  recipients: number;
  /** Whether it waits for somebody to take it, because those who would are gone. */
  isUnclaimed: boolean;
  /** Those whose place was reserved. */
  claims: Claim[];
}

/** The node of a flow that has reported an error. */
export interface ErrorNode {
  readonly id: string;
  readonly name: string;
}

/** What a flow has made of an event. */
export type Outcome =
  | { kind: "delivered"; milliseconds: number }
  /** It will not be sent again. */
  | { kind: "failed"; error: string; errorNode?: ErrorNode; milliseconds: number }
  /** It failed, and is sent again after so many milliseconds. */
  | { kind: "retry"; error: string; after: number }
  /** It was cut off, and waits again in its old place. */
  | { kind: "waiting" }
  /** It was claimed, but never sent: it waits as before. `test` as in the event. */
  | { kind: "unsent"; test: boolean }
  /** Its place in the flow was freed, but a node still has it: it stays open, and comes again after a crash. */
  | { kind: "slow" };

/** What has become of one claim. */
export interface Settlement {
  readonly subscriber: string;
  readonly sequence: number;
  readonly attempt: number;
  readonly outcome: Outcome;
}

export const deliveryStates = ["waiting", "inFlow", "slow", "delivered", "failed", "setAside"] as const;

/** How an event stands with one subscriber. */
export type DeliveryState = (typeof deliveryStates)[number];

export const undeliveredStates = ["ignored", "unclaimed", "unreadable", "spooled"] as const;

/** How an event stands as a whole, where no subscriber gets it; `spooled`: it waits on this machine's disk for its inbox. */
export type UndeliveredState = (typeof undeliveredStates)[number];

/** What the log can be asked for; `duplicate` is an event that came again, whatever has become of it. */
export type LoggedState = DeliveryState | UndeliveredState | "duplicate";

/** An event and one subscriber. */
export interface Recipient {
  readonly subscriber: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly error?: string;
  readonly errorNode?: ErrorNode;
  /** When the state was reached, in milliseconds since 1970; `undefined` where it is still open. */
  readonly at?: number;
  /** How long the flow took, in milliseconds. */
  readonly milliseconds?: number;
  /** The name of the process that has, or had, it in hand; only where several share the inbox. */
  readonly instance?: string;
}

/** An event as the log shows it. */
export interface LoggedEvent {
  readonly event: StoredEvent;
  readonly endpoint: string;
  readonly recipients: readonly Recipient[];
  /** Only where nobody gets it. */
  readonly state?: UndeliveredState;
  /** How many times the same came again. */
  readonly duplicates: number;
}

/** Which events are wanted; what is left out does not matter. */
export interface EventQuery {
  readonly endpoint?: string;
  /** Only events that it gets; with a state of one subscriber, only where it stands so with this one. */
  readonly subscriber?: string;
  readonly event?: string;
  readonly state?: LoggedState;
  readonly site?: string;
  /** Milliseconds since 1970, both included. */
  readonly from?: number;
  readonly to?: number;
  /** Words that all stand in what arrived or in the delivery's id, whatever the case. */
  readonly search?: string;
  /** Only events of the client with this id. */
  readonly client?: string;
  /** With `ids`, the words are looked for in the deliveries' ids only: who may not see names must not be told them. */
  readonly searchIn?: "ids" | "everything";
}

/** A page of what is wanted. */
export interface PageQuery extends EventQuery {
  /** The most events; 50 unless said otherwise. */
  readonly limit?: number;
  /** Only events before this one: `next` of the page before. */
  readonly before?: number;
}

/** A page of the log, newest first. */
export interface EventPage {
  events: LoggedEvent[];
  /**
   * What `before` is for the next page; `undefined` where there is none. Where few of very many events match, a page may end
   * before it is full, even empty: the next one goes on looking.
   */
  next: number | undefined;
}

/** How many events match. */
export interface EventTally {
  count: number;
  /** The same by event type. */
  events: Record<string, number>;
}

/** Events that are to be sent again in the background, oldest first. */
export interface ResendRequest {
  readonly query: EventQuery & { readonly endpoint: string };
  /** To whom; all who select it unless said otherwise. */
  readonly subscriber?: string;
}

/**
 * How far a resend has got. It is `running` until all that matched when it began have had their turn, then `done`, or
 * `cancelled` by hand. It outlives the process.
 */
export interface Resend extends ResendRequest {
  readonly id: string;
  readonly state: "running" | "done" | "cancelled";
  /** How many matched when it began; or more, where others have come to match before their turn. */
  readonly total: number;
  /** How many of them have had their turn; some may be on their way already, or have nobody who takes them. */
  readonly looked: number;
  /** How many are sent again. */
  readonly sent: number;
  /** Milliseconds since 1970. */
  readonly began: number;
}

/** The last event of a kind that is counted. */
export interface LastEvent {
  readonly event: string;
  readonly test: boolean;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** How a subscriber stands. */
export interface SubscriberCounts {
  readonly subscriber: string;
  readonly endpoint: string;
  readonly isActive: boolean;
  /** It gets events besides others; missing where it does not. */
  readonly isListener?: true;
  /** Since when it has been there without a break, or has not, in milliseconds since 1970. */
  readonly since: number;
  readonly waiting: number;
  /** How many of those have failed, and are sent again later. */
  readonly due: number;
  readonly inFlow: number;
  readonly slow: number;
  /** How many were sent, from the first event on, tests left out; one that is sent again counts once. */
  readonly sent: number;
  readonly sentTests: number;
  /** How many of those that are kept have failed, and were set aside. */
  readonly failed: number;
  readonly setAside: number;
  /** How many of those were acknowledged; missing where none ever was. */
  readonly seen?: { readonly failed: number; readonly setAside: number };
  readonly last: LastEvent | undefined;
  /** This process's part of it; only where others that share the inbox are there as well. */
  readonly here?: HereCounts;
}

/** What one of several processes that share an inbox has done, and has in hand. */
export interface HereCounts {
  readonly sent: number;
  readonly sentTests: number;
  readonly slow: number;
}

/** A process that shares an inbox with others, by where it runs. */
export interface Instance {
  /** Its machine's, and what tells apart those on one machine. */
  readonly name: string;
  /** Whether it is this one. */
  readonly isHere: boolean;
  /** Whether it is heard of. */
  readonly isAlive: boolean;
  /** When it was heard of last, in milliseconds since 1970. */
  readonly seen: number;
}

/** How an endpoint stands. */
export interface EndpointCounts {
  readonly endpoint: string;
  readonly received: number;
  readonly duplicates: number;
  /** Wait for a node to take them. */
  readonly unclaimed: number;
  readonly last: LastEvent | undefined;
}

export interface Counts {
  subscribers: SubscriberCounts[];
  endpoints: EndpointCounts[];
  /** Those that share the inbox, and were heard of lately; missing where nobody else can. */
  instances?: readonly Instance[];
}

/** What was pruned. */
export interface Pruned {
  removed: number;
  /** How many of them had been taken by nobody. */
  untaken: number;
}

/** Something that the log has to tell once. */
export type Notice =
  /** Stored events that cannot be read, of this endpoint where that is known; they are passed over. */
  | { code: "unreadable"; endpoint?: string; count: number }
  /** A part of the store was damaged when it was opened: in the store's own words. */
  | { code: "damaged"; detail: string }
  /** What cannot be used was put aside, here. */
  | { code: "putAside"; folder: string }
  /** Its files were removed or replaced while it was in use. */
  | { code: "replaced" }
  /** The file system has no modes for files: others on this machine may be able to read them. */
  | { code: "noModes"; folder: string }
  /** Events were set aside, because Node-RED ended each time they were sent alone. */
  | { code: "setAside"; subscriber: string; count: number };

/** Who is told what happens to an inbox as a whole. */
export interface InboxObserver {
  /** It refuses events, for this reason; or, without one, it takes events again. */
  storageChanged(fault: Error | undefined): void;
  /** Others that share it have changed what {@link Inbox.counts} says. */
  countsChanged?(): void;
  notice(notice: Notice): void;
}

/** What is to be sent alone, if anything. */
export interface Turn {
  readonly claim?: Claim;
}

/**
 * Where an accepted event is kept until every subscriber's flow has had it, and for the days of retention after that. The calls
 * say what is needed, not how it is stored; one process uses it, or several. All of them reject with a `StoreError` where the
 * store refuses, and only then.
 *
 * The states of an event, per subscriber: `waiting` → `inFlow` (→ `slow`) → `delivered`, `failed`, `setAside`, or `waiting` again.
 */
export interface Inbox {
  /** Whether what is stored survives the end of the process, and a power cut. */
  readonly isDurable: boolean;

  /** What those that share it tell each other; missing where nobody else can. */
  readonly notes?: Notes;

  /**
   * Stores a delivery, in one durable step: finds duplicates, keeps the event, and writes down who gets it. Who that is, the
   * inbox knows as of the last {@link subscribers}: no flow has to run.
   * @param endpoint the id of the endpoint that received it
   * @param delivery what was received
   * @param reserve asked once for each recipient, at once; what it has granted is given back where this rejects, or the event is
   *   in no claim of the result
   * @returns what has become of it, once all of it is as safe as `isDurable` says
   * @throws ReplayedError where what was signed of it came before, as another kind of event
   */
  store(endpoint: string, delivery: ReceivedDelivery, reserve?: Reserve): Promise<StoredDelivery>;

  /**
   * Says who is there, after every deploy. Who was there and is not any more, becomes absent: what waits for it stays. A node
   * that was not there before takes over what it selects of what waits for absent ones of its endpoint, and of an endpoint that
   * is gone and had the same path. It holds for {@link store} from the call on; it is durable when it resolves.
   */
  subscribers(present: Present): Promise<Handover>;

  /**
   * Takes what a subscriber gets next, in the order of arrival, what is due again first. It is then leased to this process: no
   * other gets it unless this one ends.
   * @param subscriber its id
   * @param max the most events
   */
  claim(subscriber: string, max: number): Promise<Claim[]>;

  /**
   * Begins the next turn of a suspect: an event that was in the flow at two crashes in a row, and is therefore to be sent while
   * nothing else is in any flow. As long as there are suspects, {@link claim} gives nothing. If the process ends before
   * {@link survived}, that counts against the event. One that ended the process three times in its own turn, while other turns in
   * between were survived, is set aside at the next opening: where everybody's turn ends in a crash, the fault is somebody else's.
   * @returns the claim; without one, nothing is to be sent for a while, to see whether the process ends all the same;
   *   `undefined` where nothing is suspected any more
   */
  nextTurn(): Promise<Turn | undefined>;

  /** The process has outlived the last turn, or the flow has finished with what was sent. */
  survived(): Promise<void>;

  /**
   * Notes what has become of claims. What is not the latest attempt of a claim of this process is passed over. Being lost in a
   * power cut, a settlement only brings the event again, so this is not waited for by anybody who answers requests.
   */
  settle(settlements: readonly Settlement[]): Promise<void>;

  /**
   * Calls back when there may be something to claim for a subscriber: new, due again, handed over or replayed.
   * @returns ends it
   */
  watch(subscriber: string, wake: () => void): () => void;

  /** The log: events that are kept, newest first. What cannot be read says so in its place. */
  list(query: PageQuery): Promise<EventPage>;

  /** How many events of the log match: all of them are looked at, which takes its time. */
  count(query: EventQuery): Promise<EventTally>;

  /** One event; `undefined` where it is not kept. */
  get(endpoint: string, deliveryId: string): Promise<LoggedEvent | undefined>;

  /**
   * Sends events again, whatever had become of them: they wait for all who are there and select them; where there is nobody, for
   * those who got them; or for the one that is named, if it takes such events at all. The attempt is one more than the highest.
   * What is on its way already is left alone. It is durable when it resolves.
   * @returns how many will be sent again
   */
  replay(endpoint: string, deliveryIds: readonly string[], subscriber?: string): Promise<number>;

  /**
   * Begins to send again all events that match, oldest first; nothing is sent before {@link resendNext}. Where a state is
   * asked for, they are sent only to those with whom they stand so; who is named may be one who never had them. It is durable when it resolves. Where nothing matches, nothing
   * begins: it is done.
   */
  resend(request: ResendRequest): Promise<Resend>;

  /**
   * Sends the next events of a resend again, and notes in the same durable step how far it has got: after a crash it goes on there.
   * @param max the most events
   * @returns how far it is; `undefined` where there is no such resend
   */
  resendNext(id: string, max: number): Promise<Resend | undefined>;

  /** Ends a resend; what is sent again already, stays so. @returns how far it had got */
  cancelResend(id: string): Promise<Resend | undefined>;

  /** The resends that run, and the last ones that are over; the latest first. */
  resends(): Promise<Resend[]>;

  /**
   * Somebody has seen what has failed, and was set aside, so far: it counts as `seen`.
   * @param subscriber only with this one
   * @returns how many had not been seen
   */
  acknowledge(endpoint: string, subscriber?: string): Promise<number>;

  /**
   * Gives up what waits for subscribers that are gone, and what nobody takes: it stays in the log, as ignored where nobody else
   * got it. {@link counts} says how many that are.
   * @param subscriber only what waits for this one
   * @returns how many
   */
  discard(endpoint: string, subscriber?: string): Promise<number>;

  /**
   * Removes what is known of a client: bodies, payloads, and the texts of errors of all its events, from the store and from its
   * files. That there was an event stays known. What has not been sent yet, will not be.
   * @returns how many events that were
   */
  forget(clientID: string): Promise<number>;

  /** How many events are in which state. */
  counts(): Counts;

  /**
   * Removes what is older than its endpoint's retention, whatever has become of the endpoint; what waits for a subscriber that
   * is there stays. What is removed leaves the files, too.
   * @param now milliseconds since 1970
   */
  prune(now: number): Promise<Pruned>;

  /**
   * Makes what has come since the last time quick to be searched, behind all else that is to be done. What is found is the same
   * without it.
   */
  prepareSearch(): Promise<void>;

  /**
   * The flows have stopped. Until {@link subscribers} says that they run again, the end of the process is no crash: what was in a
   * flow comes again, and is not suspected.
   */
  stopped(): Promise<void>;

  /** Lets go of the store, once what is under way is written; that is no crash either. */
  close(): Promise<void>;
}
