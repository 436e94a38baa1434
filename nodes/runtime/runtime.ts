import type { Node, NodeAPI } from "node-red";
import { byHand } from "../../src/access/entries";
import type { RosterKeeper } from "../../src/access/keeper";
import { Rosters } from "../../src/access/rosters";
import { SharingForgotten } from "../../src/access/sharing-forgotten";
import { WebhookEndpoint } from "../../src/engine/endpoint";
import type { Flow } from "../../src/engine/flow";
import { Inboxes } from "../../src/engine/inboxes";
import { SharingSightings, sharingMilliseconds } from "../../src/engine/sharing-sightings";
import { Troubles } from "../../src/engine/troubles";
import type { Inbox } from "../../src/inbox/inbox";
import { defaults } from "../hapana-roster/config";
import { CompletionTracker } from "./completion-tracker";
import { Ingress } from "./ingress";
import { KnownPaths } from "./known-paths";
import { missingInternals } from "./node-red-internals";
import { OnceNodes } from "./once-nodes";
import { ProblemWatches } from "./problem-watches";
import type { RosterNode } from "./roster-node";
import { type DoorView, type RosterView, serveAccess } from "./serve-access";
import { serveEvents } from "./serve-events";
import { tellOf, tellOfMissing } from "./tell";

/** Once shortly after the start, when more urgent things are done, and then at this interval. */
const firstPrune = 10_000;
const pruneInterval = 10 * 60_000;

/** Less often, because this reads all of it. */
const firstPruneOfRosters = 5 * 60_000;
const pruneIntervalOfRosters = 24 * 60 * 60_000;

interface FlowsEvent {
  config?: unknown;
  type?: "full" | "flows" | "nodes" | "load";
}

/** Whether only some nodes are stopped, and recreated. */
function isPartial(event: FlowsEvent | undefined): boolean {
  return event?.type === "flows" || event?.type === "nodes";
}

/** What this package keeps once per Node-RED, for the lifetime of the process: its nodes come and go with every deploy. */
export class HapanaRuntime {
  readonly ingress: Ingress;
  readonly tracker: CompletionTracker;
  readonly inboxes: Inboxes;
  readonly troubles: Troubles;
  readonly problemWatches: ProblemWatches;
  readonly rosters: Rosters;
  readonly once: OnceNodes;
  /** The doors, by roster. */
  readonly doors = new Map<string, DoorView>();
  /** What the endpoints of all Node-REDs that share an inbox have seen. */
  readonly sightings = new SharingSightings(({ id }) => this.inboxOf(id));
  readonly #RED: NodeAPI;
  readonly #knownPaths: KnownPaths;
  readonly #endpoints = new Map<string, WebhookEndpoint>();
  /** The endpoints that have a node; the others are left from before a deploy, or listen while the flows do not run. */
  readonly #deployed = new Set<string>();
  /** The rosters that have a node. */
  readonly #deployedRosters = new Set<string>();
  /** The nodes that subscribe to events. */
  readonly #flows = new Map<string, Flow>();
  /** The subscribers with which the flows were last started: if they stop without a change, nothing has to follow. */
  #config: unknown;
  #isStopping = false;
  #areFlowsStarted = false;
  #areInternalsChecked = false;
  /** Resolves once it is recorded that Node-RED may stop. */
  #ending: Promise<void> | undefined;

  /** @param RED the API of any of this package's nodes */
  constructor(RED: NodeAPI) {
    this.#RED = RED;
    const userDir = RED.settings.userDir ?? ".";
    this.ingress = new Ingress(RED);
    this.tracker = new CompletionTracker(RED);
    this.inboxes = new Inboxes(userDir);
    this.rosters = new Rosters(userDir);
    this.once = new OnceNodes(userDir);
    this.troubles = new Troubles(this.inboxes);
    this.problemWatches = new ProblemWatches(userDir, this.troubles, (id) => this.inboxes.lastArrival(id));
    const forgotten = new SharingForgotten(
      () => this.inboxes.notes,
      (clientID) => this.rosters.forget(clientID, true),
      (fault) => this.inboxes.emit("fault", fault),
    );
    this.inboxes.on("change", forgotten.look);
    serveEvents(RED, this.inboxes, this.#endpoints, {
      knowing: (clientID) => this.rosters.knowing(clientID),
      forget: async (clientID) => {
        await this.rosters.forget(clientID);
        // The rosters tell each other about clients who were added manually.
        if (!clientID.startsWith(byHand)) await forgotten.tell(clientID);
      },
    });
    serveAccess(RED, this.rosters, { doors: this.doors, roster: (id) => this.#rosterView(id) });
    tellOf(this.inboxes, RED, (id) => this.endpointName(id));
    this.#knownPaths = new KnownPaths(userDir);
    this.ingress.expect(this.#knownPaths.read());
    RED.events.on("flows:stopping", (event?: FlowsEvent) => this.#flowsStopping(event));
    RED.events.on("flows:started", (event?: FlowsEvent) => this.#flowsStarted(event));
    setTimeout(() => this.inboxes.prune(Date.now()), firstPrune).unref();
    setInterval(() => this.inboxes.prune(Date.now()), pruneInterval).unref();
    // If the database refuses, the next call publishes it as well.
    setInterval(() => this.shareSightings(), sharingMilliseconds).unref();
    const pruneRosters = () => void this.rosters.pruneLeft(defaults.forgetAfterDays, Date.now());
    setTimeout(pruneRosters, firstPruneOfRosters).unref();
    setInterval(pruneRosters, pruneIntervalOfRosters).unref();
  }

  /**
   * @param id an endpoint node's id
   * @param templateId its id in the template, if it is in a subflow
   * @returns the endpoint, from before the last deploy if there was one
   */
  endpoint(id: string, templateId?: string): WebhookEndpoint {
    const known = this.#endpoints.get(id);
    if (known) return known;
    const endpoint = new WebhookEndpoint(id, this.ingress, this.inboxes, templateId);
    this.#endpoints.set(id, endpoint);
    this.troubles.follow(endpoint);
    return endpoint;
  }

  /** Where an endpoint keeps its events, if that is open. */
  inboxOf(id: string): Inbox | undefined {
    const endpoint = this.#endpoints.get(id);
    return endpoint && this.inboxes.inboxAt(endpoint.storage);
  }

  /** Whether others can share an endpoint's inbox. */
  isShared(id: string): boolean {
    return typeof this.#endpoints.get(id)?.storage === "object";
  }

  /** Publishes to the others that share an inbox what was seen; resolves whether or not that succeeds. */
  shareSightings(): Promise<void> {
    return this.sightings.share(this.#endpoints.values()).catch(() => undefined);
  }

  /** An endpoint's name; its id, if it is gone. */
  endpointName(id: string): string {
    return this.#endpoints.get(id)?.name ?? id;
  }

  /** The code with which an endpoint's inbox refuses events, if it does. */
  storageFault(id: string): string | undefined {
    return this.#endpoints.get(id)?.storageFault;
  }

  /**
   * The flows do not run, but their endpoints listen all the same.
   * @param gone the ids of endpoints that a deploy has removed meanwhile
   */
  flowsNotRunning(gone: readonly string[]): void {
    for (const id of gone) {
      const endpoint = this.#endpoints.get(id);
      if (endpoint) this.#end(endpoint);
    }
    this.#claimFreePaths();
    this.ingress.started();
  }

  /** An endpoint's node was created. */
  deployed(endpoint: WebhookEndpoint): void {
    this.#deployed.add(endpoint.id);
  }

  /** A roster's node was created. @returns the roster, from before the last deploy if there was one */
  rosterDeployed(id: string): RosterKeeper {
    this.#deployedRosters.add(id);
    return this.rosters.open(id);
  }

  /** A roster's node is gone: for good, or until the deploy has replaced it. */
  rosterUndeployed(id: string): void {
    this.#deployedRosters.delete(id);
  }

  #rosterView(id: string): RosterView | undefined {
    const node = this.#RED.nodes.getNode(id) as RosterNode | null;
    if (!node) return undefined;
    const { endpoint } = node;
    return {
      ...{ name: node.name ?? "", endpoint, endpointName: this.endpointName(endpoint) },
      siteName: (siteID) => this.#endpoints.get(endpoint)?.siteName(siteID),
      siteNamed: (name) => this.siteNamed(endpoint, name),
    };
  }

  /** A location by its siteID or its name at an endpoint; an unknown name may be a siteID. */
  siteNamed(endpoint: string, name: string): string {
    return this.#endpoints.get(endpoint)?.siteNamed(name) ?? name;
  }

  /** The endpoints that a node's id, or one in a subflow's template, stands for. */
  endpointsAt(id: string): WebhookEndpoint[] {
    return [...this.#endpoints.values()].filter((endpoint) => [endpoint.id, endpoint.templateId].includes(id));
  }

  /** An endpoint's node is gone: for good, or until the deploy has replaced it. Resolves once Node-RED may go on, or stop. */
  async undeployed(endpoint: WebhookEndpoint, removed: boolean): Promise<void> {
    this.#deployed.delete(endpoint.id);
    if (removed) this.#end(endpoint);
    // A deploy need not wait for a slow sender: the endpoint still answers it.
    if (this.#isStopping) await endpoint.settled();
    await this.#ending;
  }

  /** Logs once what this version of Node-RED lacks. */
  checkInternals(node: Node): void {
    if (this.#areInternalsChecked) return;
    this.#areInternalsChecked = true;
    const missing = missingInternals(node);
    if (missing.length > 0) tellOfMissing(this.#RED, missing);
  }

  /**
   * A node that subscribes to events was created; it gets them once the flows have started.
   * @returns removes it again, because the node is gone
   */
  join(flow: Flow): () => void {
    this.#flows.set(flow.id, flow);
    return () => {
      if (this.#flows.get(flow.id) === flow) this.#flows.delete(flow.id);
    };
  }

  /** A path may have become free since its endpoint was refused it. */
  #claimFreePaths(): void {
    for (const endpoint of this.#endpoints.values()) if (endpoint.hasLostPath) endpoint.claimPath();
  }

  #end(endpoint: WebhookEndpoint): void {
    endpoint.close();
    this.#endpoints.delete(endpoint.id);
  }

  /** Whether all nodes exist; until then, it is unclear where a wire leads. */
  get areFlowsStarted(): boolean {
    return this.#areFlowsStarted;
  }

  #flowsStopping(event: FlowsEvent | undefined): void {
    this.#areFlowsStarted = false;
    this.#isStopping = event?.config === this.#config;
    this.tracker.flowsStopping(isPartial(event));
    // Nobody waits for that if the database does not answer.
    void this.shareSightings();
    this.#ending = this.inboxes.stop().then(() => this.problemWatches.flush());
  }

  #flowsStarted(event: FlowsEvent | undefined): void {
    this.#isStopping = false;
    this.#areFlowsStarted = true;
    this.#config = event?.config;
    for (const endpoint of [...this.#endpoints.values()]) if (!this.#deployed.has(endpoint.id)) this.#end(endpoint);
    void this.rosters.keepOnly(this.#deployedRosters).catch(() => undefined);
    this.#claimFreePaths();
    this.tracker.flowsStarted(isPartial(event));
    this.inboxes.start({
      endpoints: Array.from(this.#endpoints.values(), ({ known }) => known),
      storages: Array.from(this.#endpoints.values(), ({ storage }) => storage),
      flows: [...this.#flows.values()],
    });
    this.ingress.started();
    this.#knownPaths.write(this.ingress.holders);
    const served = new Set(Array.from(this.#flows.values(), ({ endpoint }) => endpoint));
    this.problemWatches.started(
      Array.from(this.#endpoints.values(), ({ id, storageFault }) => ({ id, storageFault, hasFlows: served.has(id) })),
    );
  }
}

const runtimeOf = Symbol.for("@gymflows/node-red-hapana/runtime");

/**
 * The runtime of this Node-RED. It is kept on Node-RED's app, because a node's module can be loaded more than once.
 * @param RED the API of any of this package's nodes
 */
export function runtimeFor(RED: NodeAPI): HapanaRuntime {
  const app = RED.httpNode as unknown as { [runtimeOf]?: HapanaRuntime };
  app[runtimeOf] ??= new HapanaRuntime(RED);
  return app[runtimeOf];
}
