import { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { endpointLabel } from "../address/endpoint-label";
import type { KnownEndpoint } from "../inbox/inbox";
import { ReplayedError } from "../inbox/replayed-error";
import { type AuthenticationSettings, type Authenticator, createAuthenticator } from "../receiver/authenticate";
import { isProblem, type Problem, type ProblemCode, problems } from "../receiver/problems";
import { proofHeaders } from "../receiver/prove";
import { type ReceivedDelivery, type RequestBody, receive } from "../receiver/receive";
import type { Accepted } from "./dispatcher";
import { isHealthCheck } from "./health-check";
import type { Inboxes, Storage } from "./inboxes";
import type { Paths, RequestTarget } from "./paths";
import { RequestsUnderWay } from "./requests-under-way";
import { respondAccepted, respondHealthy, respondRefused } from "./respond";
import { Sightings } from "./sightings";

/** An endpoint's configuration. */
export interface EndpointSettings extends AuthenticationSettings {
  name: string;
  path: string;
  sites: readonly { siteID: string; name: string }[];
  storage: Storage;
  retentionDays: number;
  /** A setting is unknown or missing: then all requests are refused. */
  fault?: EndpointFault;
}

/** Why an endpoint does not listen, and the values for its message. */
export type EndpointFault =
  | { code: "headerValueMissing" | "signingSecretMissing" | "reservedPath" | "noHttp" }
  /** The database in which it should keep events. */
  | { code: "databaseUrlMissing" | "databaseUrlMalformed" }
  /** It was saved by a newer version of this package. */
  | { code: "newerVersion" }
  | { code: "pathTaken"; holder: string }
  /** The holder is another instance of the same subflow. */
  | { code: "pathTakenByInstance" }
  /** The saved value. */
  | { code: "unknownAuth" | "unknownStorage"; value: string }
  /** An environment variable is not set. */
  | { code: "variableMissing"; variable: string }
  /** It is set for one flow only, and the endpoint does not belong to that. */
  | { code: "variableElsewhere"; variable: string; flow: string };

/** What has happened at an endpoint since Node-RED started; no content of events. */
export interface EndpointState {
  fault: EndpointFault | undefined;
  isOpenToAnyone: boolean;
  /** Signatures are required, but something else parses the bodies first: most likely, none can be checked. */
  mayLackRawBodies: boolean;
  refusals: number;
  lastRefusal: { code: ProblemCode; at: number } | undefined;
  /** How many events no node selects. */
  unselected: number;
  /** How many events arrived for nodes that are gone. */
  unclaimed: number;
}

interface EndpointEvents {
  /** Its state has changed. */
  change: [];
  /** A request was refused. */
  refused: [ProblemCode];
  /** A delivery was accepted, and whether it is a test. */
  accepted: [Accepted, boolean];
}

/**
 * An endpoint, from its first deploy until it is deleted. Deploys replace its node; this object remains, and keeps
 * accepting events.
 */
export class WebhookEndpoint extends EventEmitter<EndpointEvents> implements RequestTarget {
  readonly id: string;
  readonly sightings = new Sightings();
  readonly state: EndpointState = {
    fault: undefined,
    isOpenToAnyone: false,
    mayLackRawBodies: false,
    refusals: 0,
    lastRefusal: undefined,
    unselected: 0,
    unclaimed: 0,
  };
  readonly templateId: string | undefined;
  readonly #paths: Paths;
  readonly #inboxes: Inboxes;
  readonly #underWay = new RequestsUnderWay();
  #settings: EndpointSettings | undefined;
  #authenticator: Authenticator | undefined;
  #path: string | undefined;
  #isUsed: () => boolean = () => true;

  /**
   * @param id the id of its node
   * @param paths where it claims its path
   * @param inboxes where its events are kept
   * @param templateId its id in the template, if it is in a subflow
   */
  constructor(id: string, paths: Paths, inboxes: Inboxes, templateId?: string) {
    super();
    this.setMaxListeners(0);
    this.id = id;
    this.templateId = templateId;
    this.#paths = paths;
    this.#inboxes = inboxes;
    inboxes.on("change", this.#inboxesChanged);
  }

  readonly #inboxesChanged = (): void => void this.emit("change");

  /** The code, such as `ENOSPC`, with which its inbox refuses events. */
  get storageFault(): string | undefined {
    return this.#inboxes.fault(this.storage);
  }

  /** Whether accepted events survive a stop of Node-RED. */
  get isDurable(): boolean {
    return this.#inboxes.isDurable(this.storage);
  }

  /** What the inbox needs to know about it. */
  get known(): KnownEndpoint {
    return { id: this.id, path: this.#path, retentionDays: this.#settings?.retentionDays ?? 7 };
  }

  /** Where it keeps its events. */
  get storage(): Storage {
    return this.#settings?.storage ?? "disk";
  }

  /** Whether events wait on this machine's disk while its inbox is unavailable. */
  get #isSpooled(): boolean {
    const { storage } = this;
    return typeof storage === "object" && storage.isSpooled;
  }

  /** Whether its inbox is unavailable, and deliveries wait on this machine's disk instead. */
  get isSpooling(): boolean {
    return this.#isSpooled && this.storageFault !== undefined && !this.#inboxes.spooling.isRefusing;
  }

  /** How many deliveries are waiting on this machine's disk. */
  get spooled(): number {
    return this.#inboxes.spooling.countOf(this.id);
  }

  /** Its name. */
  get name(): string {
    return this.#settings ? endpointLabel(this.#settings) : this.id;
  }

  /** The path that it listens on, as seen from outside; `undefined` if it does not listen. */
  get path(): string | undefined {
    return this.#path;
  }

  /**
   * @param siteID a location
   * @returns its name in the endpoint's settings
   */
  siteName(siteID: string | undefined): string | undefined {
    return this.#settings?.sites.find((site) => site.siteID.trim() === siteID?.trim())?.name || undefined;
  }

  /**
   * @param text a siteID, or a location's name in the endpoint's settings
   * @returns the siteID; `undefined` if no location is called that
   */
  siteNamed(text: string): string | undefined {
    const wanted = text.trim().toLowerCase();
    const { sites = [] } = this.#settings ?? {};
    return sites.find(({ siteID, name }) => siteID === text.trim() || name.trim().toLowerCase() === wanted)?.siteID;
  }

  /** The locations that have a name here. */
  get siteIDs(): string[] {
    return this.#settings?.sites.map(({ siteID }) => siteID) ?? [];
  }

  /**
   * @param rawBody the bytes to post here
   * @returns the headers that authenticate them; they contain the secret
   */
  proofOf(rawBody: Buffer): Record<string, string> {
    return this.#settings ? proofHeaders(this.#settings, rawBody) : {};
  }

  /**
   * Applies settings: at the first deploy, and whenever a deploy changes them.
   * @param settings the node's configuration
   * @param isUsed whether any node refers to it
   */
  open(settings: EndpointSettings, isUsed: () => boolean): void {
    this.#settings = settings;
    this.#isUsed = isUsed;
    this.#authenticator = createAuthenticator(settings);
    this.sightings.watchTokens(settings.headerValue, settings.previousHeaderValue);
    this.state.isOpenToAnyone = settings.auth === "none" && !settings.fault;
    this.state.mayLackRawBodies = this.#authenticator.needsRawBody && !this.#paths.seesRawBodies;
    this.claimPath();
    const { spooling } = this.#inboxes;
    if (settings.fault) {
      spooling.unfollow(this.id);
      return;
    }
    this.#inboxes.dispatcher(settings.storage).catch(() => undefined);
    if (this.#isSpooled) spooling.open();
    spooling.follow(this.id, this.#accept);
  }

  /** Whether another endpoint has its path. */
  get hasLostPath(): boolean {
    const { fault } = this.state;
    return fault?.code === "pathTaken" || fault?.code === "pathTakenByInstance";
  }

  /** Claims its path, or finds out why it cannot. */
  claimPath(): void {
    if (!this.#settings) return;
    const path = this.#paths.fullPath(this.#settings.path);
    if (this.#path !== path) this.#releasePath();
    this.state.fault = this.#claim(path);
    this.emit("change");
  }

  isUsed(): boolean {
    return this.#isUsed();
  }

  isReady(): boolean {
    return !this.#settings?.fault && this.#authenticator !== undefined && !this.#authenticator.missing;
  }

  displaced(): void {
    this.#path = undefined;
    this.claimPath();
  }

  /** Ends it at once: the endpoint was deleted, or is no longer part of the flows. */
  close(): void {
    this.#releasePath();
    this.#inboxes.off("change", this.#inboxesChanged);
    this.#inboxes.spooling.unfollow(this.id);
  }

  /** Resolves once the requests now in progress are answered. */
  settled(): Promise<void> {
    return this.#underWay.settled();
  }

  /** Tells a load balancer whether an event would be accepted now; these requests are not counted. */
  async #answerHealth(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.isReady()) return respondRefused(request, response, problems.misconfigured);
    if (await this.#isStoring()) respondHealthy(response, "ok");
    else if (this.#isSpooled && (await this.#inboxes.spooling.isUsable())) respondHealthy(response, "spooling");
    else respondRefused(request, response, problems.notStored);
  }

  /** Whether what arrives now goes into its inbox. */
  async #isStoring(): Promise<boolean> {
    const { spooling } = this.#inboxes;
    const isDirect = !(this.#isSpooled && spooling.isWaiting(this.id));
    return isDirect && (await this.#isOpen()) && this.storageFault === undefined;
  }

  /** If events can wait on this machine's disk, nobody waits for a database that does not answer. */
  async #isOpen(): Promise<boolean> {
    if (this.#isSpooled) return this.#inboxes.isOpen(this.storage);
    return this.#inboxes.dispatcher(this.storage).then(
      () => true,
      () => false,
    );
  }

  async handle(
    request: IncomingMessage,
    response: ServerResponse,
    eventName: string | undefined,
    readBody: () => Promise<RequestBody | Problem>,
  ): Promise<void> {
    if (isHealthCheck(request.method, eventName)) return this.#answerHealth(request, response);
    const requests = this.#underWay.begin();
    try {
      const { method, headers } = request;
      // A deploy may replace it during the request.
      const authenticator = this.#settings?.fault ? undefined : this.#authenticator;
      const delivery = authenticator
        ? await receive({ method, headers, eventName, query: queryOf(request.url), readBody }, authenticator)
        : problems.misconfigured;
      if (isProblem(delivery)) return this.#refuse(request, response, delivery);
      const accepted = await this.#store(delivery);
      if (isProblem(accepted)) return this.#refuse(request, response, accepted);
      this.sightings.note(delivery, authenticator?.provenToken(headers));
      respondAccepted(response, accepted.isNew ? "accepted" : "duplicate", accepted.deliveryId);
    } finally {
      this.#underWay.end(requests);
    }
  }

  async #store(delivery: ReceivedDelivery): Promise<Accepted | Problem> {
    try {
      if (!this.#isSpooled) return await this.#accept(delivery);
      return await this.#inboxes.spooling.accept(this.id, this.#accept, delivery);
    } catch (error) {
      return error instanceof ReplayedError ? problems.signatureReplayed : problems.notStored;
    }
  }

  /** Also for what had to wait on this machine's disk. */
  readonly #accept = async (delivery: ReceivedDelivery): Promise<Accepted> => {
    const accepted = await this.#inboxes.accept(this.id, this.storage, delivery);
    this.state.unselected += accepted.unselected;
    this.state.unclaimed += accepted.unclaimed.length;
    if (accepted.unselected + accepted.unclaimed.length > 0 || !accepted.isNew) this.emit("change");
    this.emit("accepted", accepted, delivery.test);
    return accepted;
  };

  #refuse(request: IncomingMessage, response: ServerResponse, problem: Problem): void {
    respondRefused(request, response, problem);
    this.emit("refused", problem.code);
    // A visit to the URL with a browser, to check that it is reachable, must not hide why Hapana was refused.
    if (problem.code === "notPost" && this.state.lastRefusal) return;
    this.state.refusals += 1;
    this.state.lastRefusal = { code: problem.code, at: Date.now() };
    this.emit("change");
  }

  #claim(path: string): EndpointFault | undefined {
    if (!this.#paths.isOpen) return { code: "noHttp" };
    if (this.#paths.isReserved(path)) return { code: "reservedPath" };
    const holder = this.#paths.claim(path, this);
    if (holder !== this) return this.#lostTo(holder);
    this.#path = path;
    if (this.#settings?.fault) return this.#settings.fault;
    const missing = this.#authenticator?.missing;
    return missing && { code: `${missing}Missing` };
  }

  #lostTo({ name, templateId }: RequestTarget): EndpointFault {
    const isSameInSubflow = templateId !== undefined && templateId === this.templateId;
    return isSameInSubflow ? { code: "pathTakenByInstance" } : { code: "pathTaken", holder: name };
  }

  #releasePath(): void {
    if (this.#path !== undefined) this.#paths.release(this.#path, this);
    this.#path = undefined;
  }
}

function queryOf(url: string | undefined): string | undefined {
  const at = url === undefined ? -1 : url.indexOf("?");
  return at < 0 ? undefined : url?.slice(at + 1);
}
