import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { definitionOf, type EventType } from "../../src/events/catalog";
import { type ExampleSettings, loadExample, named } from "./examples";
import { type FlowNode, token, withRecorder } from "./flows";
import { type FreshFlow, withFreshIds } from "./fresh-ids";
import type { NodeRed } from "./node-red";
import { post } from "./post";
import { type Recorded, waitForRecorded } from "./recorded";
import { readStates } from "./store";
import { waitFor } from "./wait-for";

/** A node whose outputs are recorded: its name on the canvas, and what its outputs are to be called. */
export interface RecordedNode {
  name: string;
  outputs: readonly string[];
}

/** Which example to run, and how to look on. */
export interface ExampleOptions extends ExampleSettings {
  /** Its entry in the Import menu. */
  name: string;
  /** The nodes whose outputs are recorded. Where it is only the first output, the node's name suffices, and it is called so. */
  record?: readonly (string | RecordedNode)[];
  /** Nodes that stay at work for an hour after these, so that a crash finds the flow unfinished. */
  slowAfter?: readonly string[];
  /** What else a user might change in the flow. */
  change?: (flow: FlowNode[]) => FlowNode[];
}

/** An example, imported and set up, in a Node-RED that runs already. */
export class RunningExample {
  readonly nodeRed: NodeRed;
  readonly #fresh: FreshFlow;
  #seen = 0;

  private constructor(nodeRed: NodeRed, fresh: FreshFlow) {
    this.nodeRed = nodeRed;
    this.#fresh = fresh;
  }

  /**
   * Deploys it, in place of what was there, with a FOLDER of its own and nothing left of an earlier one.
   * @example
   * const nodeRed = oneNodeRed({ platform });
   * it("…", async () => {
   *   const example = await RunningExample.deploy(nodeRed(), { name: "CRM sync" });
   * });
   */
  static async deploy(nodeRed: NodeRed, options: ExampleOptions): Promise<RunningExample> {
    const { name, record = [], slowAfter = [], change = (flow) => flow } = options;
    const example = new RunningExample(nodeRed, withFreshIds(loadExample(name, options)));
    const nodes = record.map((node) => (typeof node === "string" ? { name: node, outputs: [node] } : node));
    const recorded = change(example.#inFolder(example.#atOwnPath(example.#fresh.flow))).flatMap((node) => {
      const outputs = nodes.find((candidate) => candidate.name === node.name)?.outputs;
      return outputs ? withRecorder(node, example.#recorded, outputs) : [node];
    });
    for (const observed of [...nodes.map((node) => node.name), ...slowAfter]) named(recorded, observed);
    await nodeRed.setFlows(withSlowNode(recorded, slowAfter));
    return example;
  }

  /** Changes a variable of the flow, as a user would, and deploys. */
  async redeployWith(variable: string, value: string): Promise<void> {
    await this.nodeRed.setFlows(withVariable(this.#deployed(), variable, value));
  }

  /** The path of a file that the example keeps. */
  file(name: string): string {
    return join(this.nodeRed.userDir, `files-${this.#fresh.round}`, name);
  }

  /** The id of a node in this deploy, by its id in the example. */
  idOf(id: string): string {
    return this.#fresh.idOf(id);
  }

  /** Where its endpoint listens. */
  get url(): string {
    return `${this.nodeRed.url}${this.#path}`;
  }

  /** Posts the sample of an event, with some fields changed, to the event's own URL. */
  async send(event: EventType, fields: object = {}): Promise<void> {
    await this.post(`/${event}`, { ...definitionOf(event).sample, ...fields });
  }

  /** Presses the button of a test event, as the editor does. */
  async press(testEvent: string): Promise<void> {
    const answer = await post(`${this.nodeRed.url}/hapana-test-event/${this.idOf(testEvent)}`);
    assert.equal(answer.status, 204, answer.body);
  }

  /**
   * Posts a body that must be accepted.
   * @param below the path below the endpoint's
   */
  async post(below: string, body: unknown): Promise<void> {
    const answer = await post(`${this.url}${below}`, { token, body });
    assert.equal(answer.status, 200, answer.body);
    assert.equal(answer.json().status, "accepted");
  }

  /** Waits until no event is on its way. */
  async settled(): Promise<void> {
    await waitFor(
      async () => {
        const { waiting, inFlow } = await readStates(this.nodeRed, this.#idOfType("hapana-webhook-in"));
        return waiting + inFlow === 0 || undefined;
      },
      () => "events are still on their way",
    );
  }

  /** Has all events sent again, as somebody would who does not know what has become of them. */
  async sendAgain(): Promise<void> {
    await this.settled();
    const body = { endpoint: this.#idOfType("hapana-endpoint"), filter: {} };
    const answer = await post(`${this.nodeRed.url}/hapana-events/send-again`, { body });
    assert.equal(answer.status, 200, answer.body);
  }

  #idOfType(wanted: string): string | undefined {
    return this.#fresh.flow.find(({ type }) => type === wanted)?.id;
  }

  /** What came out of the recorded nodes next. */
  async next(): Promise<Recorded> {
    const recorded = (await waitForRecorded(this.#recorded, this.#seen + 1))[this.#seen];
    assert.ok(recorded);
    this.#seen += 1;
    return recorded;
  }

  /** What came out of one of the recorded outputs next; what came out of others meanwhile is passed over. */
  async nextOf(output: string): Promise<Recorded> {
    while (true) {
      const recorded = await this.next();
      if (recorded.output === output) return recorded;
    }
  }

  get #recorded(): string {
    return join(this.nodeRed.userDir, `recorded-${this.#fresh.round}.jsonl`);
  }

  get #flowFile(): string {
    return join(this.nodeRed.userDir, "flows.json");
  }

  /** Without the secrets, which stay as they are. */
  #deployed(): FlowNode[] {
    return JSON.parse(readFileSync(this.#flowFile, "utf8")) as FlowNode[];
  }

  get #path(): string {
    return `/hapana-${this.#fresh.round}`;
  }

  /** At a path that another deploy had, it would take over what waits there. */
  #atOwnPath(flow: FlowNode[]): FlowNode[] {
    return flow.map((node) => (node.type === "hapana-endpoint" ? { ...node, path: this.#path } : node));
  }

  #inFolder(flow: FlowNode[]): FlowNode[] {
    const hasFolder = flow.some(({ type, env }) => type === "tab" && variablesIn(env).has("FOLDER"));
    return hasFolder ? withVariable(flow, "FOLDER", this.file("")) : flow;
  }
}

function variablesIn(env: unknown): Map<string, { name: string; value: string }> {
  return new Map((env as { name: string; value: string }[]).map((variable) => [variable.name, variable]));
}

function withVariable(flow: readonly FlowNode[], name: string, value: string): FlowNode[] {
  return flow.map((node) => {
    if (node.type !== "tab") return node;
    const variables = variablesIn(node.env);
    const variable = variables.get(name);
    if (!variable) throw new Error(`The flow has no variable ${name}.`);
    return { ...node, env: [...variables.set(name, { ...variable, value }).values()] };
  });
}

function withSlowNode(flow: FlowNode[], names: readonly string[]): FlowNode[] {
  const before = flow.filter(({ name }) => names.includes(String(name)));
  if (before.length === 0) return flow;
  const z = before[0]?.z ?? "";
  const id = `slow-in-${z}`;
  return [
    ...flow.map((node) => (before.includes(node) ? withWire(node, id) : node)),
    {
      ...{ id, type: "delay", pauseType: "delay", timeout: "1", timeoutUnits: "hours" },
      z,
      x: 960,
      y: 400,
      wires: [[]],
    },
  ];
}

function withWire(node: FlowNode, id: string): FlowNode {
  const [first = [], ...others] = node.wires as string[][];
  return { ...node, wires: [[...first, id], ...others] };
}
