import { type EventType, eventTypes } from "../src/events/catalog";
import { endpoint, type FlowNode, token, webhookIn } from "../test/support/flows";

const tab: FlowNode = { id: "tab", type: "tab", label: "Bench" };

/** What a user would build instead: `http in` → `function` → `switch` → `http response`. */
export function coreFlow(): FlowNode[] {
  return [
    tab,
    { id: "in", type: "http in", z: "tab", x: 100, y: 100, url: "/hapana/:event", method: "post", wires: [["check"]] },
    {
      id: "check",
      type: "function",
      z: "tab",
      x: 200,
      y: 100,
      func: [
        `if (msg.req.headers.authorization !== ${JSON.stringify(token)}) { msg.statusCode = 401; msg.payload = {}; return [null, msg]; }`,
        `msg.topic = msg.req.params.event;`,
        `return [msg, null];`,
      ].join("\n"),
      outputs: 2,
      wires: [["split"], ["answer"]],
    },
    {
      id: "split",
      type: "switch",
      z: "tab",
      x: 300,
      y: 100,
      property: "topic",
      propertyType: "msg",
      rules: eventTypes.map((type: EventType) => ({ t: "eq", v: type, vt: "str" })),
      checkall: "false",
      outputs: eventTypes.length,
      wires: eventTypes.map(() => ["answer"]),
    },
    { id: "answer", type: "http response", z: "tab", x: 500, y: 100, wires: [] },
  ];
}

/** What is behind each output: the least that reports completion, and a node that runs the user's code. */
const ends = {
  debug: { type: "debug", active: false, console: false, tosidebar: true, complete: "payload", targetType: "msg" },
  function: { type: "function", func: "", outputs: 0 },
} as const;

/** Ours, with a node at each output: a flow that finishes at once. */
export function ourFlow(
  properties: { endpoint?: Partial<FlowNode>; webhookIn?: Partial<FlowNode>; end?: keyof typeof ends } = {},
): FlowNode[] {
  const node = webhookIn(properties.webhookIn);
  const outputs = Number(node.outputs);
  return [
    tab,
    endpoint(properties.endpoint),
    { ...node, wires: Array.from({ length: outputs }, () => ["end"]) },
    { id: "end", z: "tab", x: 400, y: 100, ...ends[properties.end ?? "debug"], wires: [] },
  ];
}
