import type { Node, NodeAPI } from "node-red";
import { WebhookEndpoint } from "../../src/engine/endpoint";
import type { Flow } from "../../src/engine/flow";
import { Inboxes } from "../../src/engine/inboxes";
import { CompletionTracker } from "./completion-tracker";
import { Ingress } from "./ingress";
import { KnownPaths } from "./known-paths";
import { missingInternals } from "./node-red-internals";
import { serveEvents } from "./serve-events";
import { tellOf, tellOfMissing } from "./tell";

/** A moment after the start, when other things have been done, and then so often. */
const firstPrune = 10_000;
const pruneInterval = 10 * 60_000;

interface FlowsEvent {
  config?: unknown;
  type?: "full" | "flows" | "nodes" | "load";
}

/** What this package keeps once per Node-RED, for as long as the process lives: its nodes come and go with every deploy. */
export class HapanaRuntime {
  readonly ingress: Ingress;
  readonly tracker: CompletionTracker;
  readonly inboxes: Inboxes;
  readonly #RED: NodeAPI;
  readonly #knownPaths: KnownPaths;
  readonly #endpoints = new Map<string, WebhookEndpoint>();
  /** The endpoints that have a node, and their ids in a subflow's template; the others are left over from before a deploy. */
  readonly #deployed = new Map<string, string | undefined>();
  /** The nodes that want events. */
  readonly #flows = new Map<string, Flow>();
  /** What the flows were last started with: where they stop and this has not changed, nothing is to follow. */
  #config: unknown;
  #isStopping = false;
  #areInternalsChecked = false;
  /** Resolves when it is written that Node-RED may end. */
  #ending: Promise<void> | undefined;

  /** @param RED the API of any of this package's nodes */
  constructor(RED: NodeAPI) {
    this.#RED = RED;
    const userDir = RED.settings.userDir ?? ".";
    this.ingress = new Ingress(RED);
    this.tracker = new CompletionTracker(RED);
    this.inboxes = new Inboxes(userDir);
    serveEvents(RED, this.inboxes, this.#endpoints);
    tellOf(this.inboxes, RED, (id) => this.#endpoints.get(id)?.name ?? id);
    this.#knownPaths = new KnownPaths(userDir);
    this.ingress.expect(this.#knownPaths.read());
    RED.events.on("flows:stopping", (event?: FlowsEvent) => this.#flowsStopping(event));
    RED.events.on("flows:started", (event?: FlowsEvent) => this.#flowsStarted(event));
    setTimeout(() => this.inboxes.prune(Date.now()), firstPrune).unref();
    setInterval(() => this.inboxes.prune(Date.now()), pruneInterval).unref();
  }

  /**
   * @param id an endpoint node's id
   * @returns the endpoint, from before the last deploy if there was one
   */
  endpoint(id: string): WebhookEndpoint {
    const known = this.#endpoints.get(id);
    if (known) return known;
    const endpoint = new WebhookEndpoint(id, this.ingress, this.inboxes);
    this.#endpoints.set(id, endpoint);
    return endpoint;
  }

  /**
   * The flows do not run, and their endpoints listen all the same.
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

  /**
   * An endpoint's node has been made.
   * @param templateId its id in the template, where it is in a subflow
   */
  deployed(endpoint: WebhookEndpoint, templateId?: string): void {
    this.#deployed.set(endpoint.id, templateId);
  }

  /** The endpoints that a node's id, or one in a subflow's template, stands for. */
  endpointsAt(id: string): WebhookEndpoint[] {
    const ids = [...this.#deployed].filter(([own, template]) => own === id || template === id).map(([own]) => own);
    return ids.map((own) => this.#endpoints.get(own)).filter((endpoint) => endpoint !== undefined);
  }

  /** An endpoint's node is gone: for good, or until the deploy has replaced it. Resolves when Node-RED may go on, or end. */
  async undeployed(endpoint: WebhookEndpoint, removed: boolean): Promise<void> {
    this.#deployed.delete(endpoint.id);
    if (removed) this.#end(endpoint);
    // A deploy need not wait for a slow sender: the endpoint answers it all the same.
    if (this.#isStopping) await endpoint.settled();
    await this.#ending;
  }

  /** Says once what this version of Node-RED does not have. */
  checkInternals(node: Node): void {
    if (this.#areInternalsChecked) return;
    this.#areInternalsChecked = true;
    const missing = missingInternals(node);
    if (missing.length > 0) tellOfMissing(this.#RED, missing);
  }

  /**
   * A node that wants events has been made; it gets them once the flows have started.
   * @returns takes it out again, because the node is gone
   */
  join(flow: Flow): () => void {
    this.#flows.set(flow.id, flow);
    return () => {
      if (this.#flows.get(flow.id) === flow) this.#flows.delete(flow.id);
    };
  }

  /** A path may have become free since its endpoint was refused it. */
  #claimFreePaths(): void {
    for (const endpoint of this.#endpoints.values())
      if (endpoint.state.fault?.code === "pathTaken") endpoint.claimPath();
  }

  #end(endpoint: WebhookEndpoint): void {
    endpoint.close();
    this.#endpoints.delete(endpoint.id);
  }

  #flowsStopping(event: FlowsEvent | undefined): void {
    this.#isStopping = event?.config === this.#config;
    this.tracker.flowsStopping();
    this.#ending = this.inboxes.stop();
  }

  #flowsStarted(event: FlowsEvent | undefined): void {
    this.#isStopping = false;
    this.#config = event?.config;
    for (const endpoint of [...this.#endpoints.values()]) if (!this.#deployed.has(endpoint.id)) this.#end(endpoint);
    this.#claimFreePaths();
    this.tracker.flowsStarted(event?.type === "flows" || event?.type === "nodes");
    this.inboxes.start({
      endpoints: Array.from(this.#endpoints.values(), ({ known }) => known),
      flows: [...this.#flows.values()],
    });
    this.ingress.started();
    this.#knownPaths.write(this.ingress.holders);
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
