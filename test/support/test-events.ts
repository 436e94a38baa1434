import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { endpoint, type FlowNode, webhookIn, withRecorder } from "./flows";
import { type FreshFlow, withFreshIds } from "./fresh-ids";
import { type NodeRed, type StartOptions, startNodeRed } from "./node-red";
import { post } from "./post";
import { type Recorded, readRecorded } from "./recorded";
import { makeUserDir } from "./user-dir";
import { waitFor } from "./wait-for";

/** A `hapana-test-event` for all events, not wired to anything. */
export function testEvent(properties: Partial<FlowNode> = {}): FlowNode {
  return {
    ...{ id: "test", type: "hapana-test-event", z: "tab", x: 160, y: 400, name: "" },
    ...{ endpoint: "endpoint", event: "all", wires: [[]] },
    ...properties,
  };
}

/** Which nodes the flow of a test has, apart from the recorders. */
export interface TestEventFlow {
  endpoint?: Partial<FlowNode>;
  webhookIn?: Parameters<typeof webhookIn>[0];
  testEvent?: Partial<FlowNode>;
  others?: readonly FlowNode[];
}

/** Beside the nodes in question: an `http in` that hands `{ topic, payload }` to the test event, and recorders everywhere. */
function testEventFlow(file: string, flow: TestEventFlow = {}): FlowNode[] {
  const trigger = { z: "tab", x: 100, y: 500 };
  const status = { id: "status", type: "status", z: "tab", x: 100, y: 600, scope: ["test"], wires: [[]] };
  const failure = { id: "failure", type: "catch", z: "tab", x: 100, y: 640, scope: ["test"], wires: [[]] };
  return [
    { id: "tab", type: "tab", label: "Test" },
    endpoint(flow.endpoint),
    ...withRecorder(webhookIn(flow.webhookIn), file),
    ...withRecorder(testEvent(flow.testEvent), file, ["answer"]),
    ...withRecorder(status, file, ["status"]),
    ...withRecorder(failure, file, ["failure"]),
    { ...trigger, id: "trigger", type: "http in", method: "post", url: "/trigger", wires: [["message"]] },
    {
      ...{ ...trigger, id: "message", type: "function", outputs: 2, wires: [["test"], ["triggered"]] },
      func: "const { req, res } = msg; return [msg.payload, { req, res, payload: {} }];",
    },
    { ...trigger, id: "triggered", type: "http response", wires: [] },
    ...(flow.others ?? []),
  ];
}

/** A test event in a Node-RED, and what comes of it. */
export class RunningTestEvent {
  readonly nodeRed: NodeRed;
  readonly #file: string;
  readonly #fresh: FreshFlow;

  private constructor(nodeRed: NodeRed, file: string, fresh: FreshFlow) {
    this.nodeRed = nodeRed;
    this.#file = file;
    this.#fresh = fresh;
  }

  /** Deploys the flow in place of what was there, with nothing left of an earlier one. */
  static async deploy(nodeRed: NodeRed, flow?: TestEventFlow): Promise<RunningTestEvent> {
    const file = join(nodeRed.userDir, `recorded-${randomUUID()}.jsonl`);
    const fresh = withFreshIds(testEventFlow(file, flow));
    await nodeRed.setFlows(fresh.flow);
    return new RunningTestEvent(nodeRed, file, fresh);
  }

  /**
   * Starts a Node-RED with the flow already in its userDir, where the admin API lets nobody in who is not known. Whoever calls
   * this stops it, and removes the userDir.
   */
  static async startSeeded(options: Omit<StartOptions, "flows">, flow?: TestEventFlow): Promise<RunningTestEvent> {
    const userDir = makeUserDir();
    const file = join(userDir, "recorded.jsonl");
    const fresh = withFreshIds(testEventFlow(file, flow));
    const withoutCredentials = fresh.flow.map(({ credentials: _, ...node }) => node);
    const credentials = Object.fromEntries(
      fresh.flow.flatMap((node) => ("credentials" in node ? [[node.id, node.credentials]] : [])),
    );
    writeFileSync(join(userDir, "flows.json"), JSON.stringify(withoutCredentials));
    writeFileSync(join(userDir, "flows_cred.json"), JSON.stringify(credentials));
    return new RunningTestEvent(await startNodeRed({ ...options, userDir }), file, fresh);
  }

  /** Presses the button of a node, as the editor does. */
  async press(id = "test", headers: Record<string, string> = {}, adminRoot = ""): Promise<number> {
    const answer = await post(`${this.nodeRed.url}${adminRoot}/hapana-test-event/${this.#fresh.idOf(id)}`, { headers });
    return answer.status;
  }

  /** Sends a message into the test event. */
  async trigger(message: object, nodeRoot = ""): Promise<void> {
    await post(`${this.nodeRed.url}${nodeRoot}/trigger`, { body: message });
  }

  /** Waits for so many messages of a recorder, in all, and returns them. */
  async recorded(node: string, count: number): Promise<Recorded[]> {
    const ofNode = () => readRecorded(this.#file).filter((recorded) => recorded.node === node);
    return waitFor(
      () => (ofNode().length >= count ? ofNode() : undefined),
      () => `${ofNode().length} of ${count} from ${node}; the status is "${this.status()}"`,
    );
  }

  /** What the test event's status says now. */
  status(): string {
    const last = readRecorded(this.#file).findLast(({ node }) => node === "status");
    return String((last?.msg.status as { text?: string } | undefined)?.text ?? "");
  }

  /** Waits until the status says something. */
  async says(words: string | RegExp): Promise<void> {
    const isSaid = () => (typeof words === "string" ? this.status() === words : words.test(this.status()));
    await waitFor(
      () => isSaid() || undefined,
      () => `the status is "${this.status()}", not "${words}"`,
    );
  }

  /** All that has been recorded, as text. */
  transcript(): string {
    return JSON.stringify(readRecorded(this.#file));
  }
}
