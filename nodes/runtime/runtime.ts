import type { NodeAPI } from "node-red";
import { CompletionTracker } from "./completion-tracker";
import { Ingress } from "./ingress";
import { KnownPaths } from "./known-paths";
import { Storage } from "./storage";
import { WebhookEndpoint } from "./webhook-endpoint";

/** Whichever node's API the runtime was made with, these texts are the endpoint's. */
const texts = "@gymflows/node-red-hapana/hapana-endpoint:hapana-endpoint.log";

const pruneInterval = 10 * 60_000;

interface FlowsEvent {
  config?: unknown;
  type?: "full" | "flows" | "nodes" | "load";
}

/** What this package keeps once per Node-RED, for as long as the process lives: its nodes come and go with every deploy. */
export class HapanaRuntime {
  readonly ingress: Ingress;
  readonly tracker: CompletionTracker;
  readonly #storage: Storage;
  readonly #knownPaths: KnownPaths;
  readonly #endpoints = new Map<string, WebhookEndpoint>();
  /** The endpoints that have a node; the others are left over from before a deploy. */
  readonly #deployed = new Set<string>();
  #areFlowsRunning = false;
  /** What the flows were last started with: where they stop and this has not changed, nothing is to follow. */
  #config: unknown;
  #isStopping = false;
  /** Resolves when it is written that Node-RED may end. */
  #ending: Promise<void> | undefined;

  /** @param RED the API of any of this package's nodes */
  constructor(RED: NodeAPI) {
    this.ingress = new Ingress(RED);
    this.tracker = new CompletionTracker(RED);
    this.#storage = new Storage(RED.settings.userDir ?? ".", {
      diskUnavailable: () =>
        RED.log.warn(RED._("@gymflows/node-red-hapana/hapana-endpoint:hapana-endpoint.log.diskUnavailable")),
      storeSetAside: (folder) => RED.log.error(RED._(`${texts}.storeSetAside`, { folder })),
    });
    this.#knownPaths = new KnownPaths(RED.settings.userDir ?? ".");
    this.ingress.expect(this.#knownPaths.read());
    RED.events.on("flows:stopping", (event?: FlowsEvent) => this.#flowsStopping(event));
    RED.events.on("flows:started", (event?: FlowsEvent) => this.#flowsStarted(event));
    setInterval(() => this.#prune(), pruneInterval).unref();
  }

  /**
   * @param id an endpoint node's id
   * @returns the endpoint, from before the last deploy if there was one
   */
  endpoint(id: string): WebhookEndpoint {
    const known = this.#endpoints.get(id);
    if (known) return known;
    const endpoint = new WebhookEndpoint(id, this.ingress, this.#storage);
    this.#endpoints.set(id, endpoint);
    if (this.#areFlowsRunning) void endpoint.distribution.flowsStarted();
    return endpoint;
  }

  /** An endpoint's node has been made. */
  deployed(endpoint: WebhookEndpoint): void {
    this.#deployed.add(endpoint.id);
  }

  /** An endpoint's node is gone: for good, or until the deploy has replaced it. Resolves when Node-RED may go on, or end. */
  async undeployed(endpoint: WebhookEndpoint, removed: boolean): Promise<void> {
    this.#deployed.delete(endpoint.id);
    if (removed) this.#end(endpoint);
    // A deploy need not wait for a slow sender: the endpoint answers it all the same.
    if (this.#isStopping) await endpoint.settled();
    await this.#ending;
  }

  #end(endpoint: WebhookEndpoint): void {
    endpoint.close();
    this.#endpoints.delete(endpoint.id);
  }

  #flowsStopping(event: FlowsEvent | undefined): void {
    this.#areFlowsRunning = false;
    this.#isStopping = event?.config === this.#config;
    this.tracker.flowsStopping();
    for (const { distribution } of this.#endpoints.values()) distribution.flowsStopping();
    // Last: what has just been delivered is written with it.
    this.#ending = this.#storage.markEnding(true);
  }

  #flowsStarted(event: FlowsEvent | undefined): void {
    this.#areFlowsRunning = true;
    this.#isStopping = false;
    this.#config = event?.config;
    void this.#storage.markEnding(false);
    for (const endpoint of [...this.#endpoints.values()]) if (!this.#deployed.has(endpoint.id)) this.#end(endpoint);
    // A path may have become free since its endpoint was refused it.
    for (const endpoint of this.#endpoints.values())
      if (endpoint.state.fault?.code === "pathTaken") endpoint.claimPath();
    this.tracker.flowsStarted(event?.type === "flows" || event?.type === "nodes");
    for (const { distribution } of this.#endpoints.values()) void distribution.flowsStarted();
    this.ingress.started();
    this.#knownPaths.write(this.ingress.paths);
  }

  #prune(): void {
    for (const endpoint of this.#endpoints.values()) void endpoint.prune(Date.now());
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
