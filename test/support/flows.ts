import { type EventType, eventTypes } from "../../src/events/catalog";

/** One node of a flow file. */
export interface FlowNode {
  id: string;
  type: string;
  z?: string;
  [property: string]: unknown;
}

/** The token that {@link endpoint} expects unless a test says otherwise. */
export const token = "Bearer a-token-for-tests";

const tab: FlowNode = { id: "tab", type: "tab", label: "Test" };

/** A `hapana-endpoint` on `/hapana` that expects the header `Authorization` to be {@link token}. */
export function endpoint(properties: Partial<FlowNode> = {}): FlowNode {
  return {
    id: "endpoint",
    type: "hapana-endpoint",
    name: "Test endpoint",
    path: "/hapana",
    publicUrl: "",
    auth: "header",
    headerName: "Authorization",
    tolerance: 300,
    sites: [],
    storage: "disk",
    retentionDays: 7,
    credentials: { headerValue: token },
    ...properties,
  };
}

/** A `hapana-webhook-in` for all events, not wired to anything. */
export function webhookIn(properties: Partial<FlowNode> & { events?: readonly EventType[] } = {}): FlowNode {
  const events = properties.events ?? eventTypes;
  const outputs = outputNames(events);
  return {
    id: "webhook",
    type: "hapana-webhook-in",
    z: "tab",
    x: 160,
    y: 160,
    name: "",
    endpoint: "endpoint",
    events,
    sites: [],
    deliveredWhen: "complete",
    completeTimeout: 60,
    retries: 0,
    outputs: outputs.length,
    wires: outputs.map(() => []),
    ...properties,
  };
}

/** A `hapana-problem` for all kinds and endpoints, not wired to anything. */
export function problem(properties: Partial<FlowNode> = {}): FlowNode {
  return {
    ...{ id: "problem", type: "hapana-problem", z: "tab", x: 160, y: 400, name: "" },
    ...{ endpoint: "", intervalMinutes: 10, silenceHours: 0, hours: [], timeZone: "", wires: [[]] },
    ...properties,
  };
}

/** A `hapana-roster` of the endpoint. */
export function roster(properties: Partial<FlowNode> = {}): FlowNode {
  return { id: "roster", type: "hapana-roster", name: "", endpoint: "endpoint", forgetAfterDays: 365, ...properties };
}

/** A `hapana-access` with the roster, not wired to anything. */
export function access(properties: Partial<FlowNode> = {}): FlowNode {
  return {
    ...{ id: "access", type: "hapana-access", z: "tab", x: 400, y: 400, name: "", roster: "roster", door: "Front" },
    wires: [[], [], []],
    ...properties,
  };
}

/** A `hapana-once` for each event, not wired to anything. */
export function once(properties: Partial<FlowNode> = {}): FlowNode {
  return {
    ...{ id: "once", type: "hapana-once", z: "tab", x: 300, y: 160, name: "", key: "hapana.deliveryId", days: 30 },
    wires: [[], []],
    ...properties,
  };
}

/** What the outputs of a webhook-in are called: its events, then `unrecognised`. */
function outputNames(events: readonly EventType[]): string[] {
  return [...events, "unrecognised"];
}

/**
 * Wires the outputs of a node to a function node that appends what comes out to a file, at once: see `recorded.ts`.
 * @param source the node; its present wires are kept
 * @param file where the lines go
 * @param names what its first outputs are called; those of a webhook-in unless said otherwise
 * @returns the node with its wires, and the function nodes
 */
export function withRecorder(
  source: FlowNode,
  file: string,
  names: readonly string[] = outputNames(source.events as readonly EventType[]),
): FlowNode[] {
  const present = (source.wires ?? []) as string[][];
  const recorders = names.map((output, index) => ({
    ...recorder(`${source.id}-output-${index}`, source, output, file),
    y: 60 + index * 60,
  }));
  const recorded = recorders.map(({ id }, index) => [...(present[index] ?? []), id]);
  const wires = [...recorded, ...present.slice(recorded.length)];
  return [{ ...source, wires }, ...recorders];
}

function recorder(id: string, source: FlowNode, output: string, file: string): FlowNode {
  return {
    id,
    type: "function",
    z: source.z,
    x: 460,
    name: `record ${output}`,
    func: [
      `const line = JSON.stringify({ node: ${JSON.stringify(source.id)}, output: ${JSON.stringify(output)}, msg });`,
      `global.get("fs").appendFileSync(${JSON.stringify(file)}, line + "\\n");`,
    ].join("\n"),
    outputs: 0,
    wires: [],
  };
}

/** A whole flow: one endpoint, one webhook-in, and a recorder at each of its outputs. */
export function recordedFlow(
  file: string,
  properties: { endpoint?: Partial<FlowNode>; webhookIn?: Parameters<typeof webhookIn>[0] } = {},
): FlowNode[] {
  return [tab, endpoint(properties.endpoint), ...withRecorder(webhookIn(properties.webhookIn), file)];
}
