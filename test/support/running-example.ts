import assert from "node:assert/strict";
import { join } from "node:path";
import { definitionOf, type EventType } from "../../src/events/catalog";
import { type ExampleSettings, loadExample, named } from "./examples";
import { type FlowNode, token, withRecorder } from "./flows";
import { type NodeRed, startNodeRed } from "./node-red";
import type { Platform } from "./platforms";
import { post } from "./post";
import { type Recorded, readRecorded, waitForRecorded } from "./recorded";
import type { Settings } from "./user-dir";

/** Which example to run, and how to look on. */
export interface ExampleOptions extends ExampleSettings {
  platform: Platform;
  settings?: Settings;
  /** Its entry in the Import menu. */
  name: string;
  /** The nodes whose (first) output is recorded, by their names on the canvas. */
  record?: readonly string[];
  /** Nodes that stay at work for an hour after these, so that a crash finds the flow unfinished. */
  slowAfter?: readonly string[];
  /** What else a user might change in the flow. */
  change?: (flow: FlowNode[]) => FlowNode[];
}

/** An example, imported, set up and running in a real Node-RED. */
export class RunningExample {
  readonly nodeRed: NodeRed;
  #seen = 0;

  private constructor(nodeRed: NodeRed) {
    this.nodeRed = nodeRed;
  }

  /** Starts it with a FOLDER of its own, where it has one. */
  static async start(options: ExampleOptions): Promise<RunningExample> {
    const { platform, settings = {}, name, record = [], slowAfter = [], change = (flow) => flow } = options;
    const example = new RunningExample(await startNodeRed({ platform, settings }));
    const flow = loadExample(name, { ...options, environment: { FOLDER: example.file(""), ...options.environment } });
    const recorded = change(flow).flatMap((node) =>
      record.includes(String(node.name)) ? withRecorder(node, example.#recorded, [String(node.name)]) : [node],
    );
    for (const observed of [...record, ...slowAfter]) named(recorded, observed);
    await example.nodeRed.setFlows(withSlowNode(recorded, slowAfter));
    return example;
  }

  /** The path of a file that the example keeps. */
  file(name: string): string {
    return join(this.nodeRed.userDir, "files", name);
  }

  /** Posts the sample of an event, with some fields changed, to the event's own URL. */
  async send(event: EventType, fields: object = {}): Promise<void> {
    await this.sendTo(`/hapana/${event}`, { ...definitionOf(event).sample, ...fields });
  }

  /** Presses the button of a test event, as the editor does. */
  async press(testEvent: string): Promise<void> {
    const answer = await post(`${this.nodeRed.url}/hapana-test-event/${testEvent}`);
    assert.equal(answer.status, 204, answer.body);
  }

  /** Posts a body that must be accepted. */
  async sendTo(path: string, body: unknown): Promise<void> {
    const answer = await post(`${this.nodeRed.url}${path}`, { token, body });
    assert.equal(answer.status, 200, answer.body);
    assert.equal(answer.json().status, "accepted");
  }

  /** What came out of the recorded nodes next. */
  async next(): Promise<Recorded> {
    const recorded = (await waitForRecorded(this.#recorded, this.#seen + 1))[this.#seen];
    assert.ok(recorded);
    this.#seen += 1;
    return recorded;
  }

  /** How many messages came out that {@link next} has not shown yet. */
  get unseen(): number {
    return readRecorded(this.#recorded).length - this.#seen;
  }

  get #recorded(): string {
    return join(this.nodeRed.userDir, "recorded.jsonl");
  }
}

function withSlowNode(flow: FlowNode[], names: readonly string[]): FlowNode[] {
  const slow = { id: "slow", type: "delay", pauseType: "delay", timeout: "1", timeoutUnits: "hours" };
  const before = flow.filter(({ name }) => names.includes(String(name)));
  if (before.length === 0) return flow;
  return [
    ...flow.map((node) => (before.includes(node) ? withWire(node, slow.id) : node)),
    { ...slow, z: before[0]?.z ?? "", x: 960, y: 400, wires: [[]] },
  ];
}

function withWire(node: FlowNode, id: string): FlowNode {
  const [first = [], ...others] = node.wires as string[][];
  return { ...node, wires: [[...first, id], ...others] };
}
