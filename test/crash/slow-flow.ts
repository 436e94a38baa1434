import type { FlowNode } from "../support/flows";
import { endpoint, token, webhookIn } from "../support/flows";

/** How the flow between a webhook-in and its recorder behaves. */
interface SlowFlowOptions {
  /** How long each message takes, in milliseconds; 0 for no delay node at all. */
  milliseconds: number;
  /** Where what has come through is appended, a JSON line each. */
  file: string;
  webhookIn?: Partial<FlowNode>;
  endpoint?: Partial<FlowNode>;
  /** Code that runs before a message is recorded. */
  code?: string;
}

/** check-in → delay → record. */
export function slowFlow({ milliseconds, file, code = "", ...properties }: SlowFlowOptions): FlowNode[] {
  const record = {
    id: "record",
    type: "function",
    z: "tab",
    x: 600,
    y: 100,
    func: [
      code,
      `const line = JSON.stringify({ node: "webhook", output: "checkIn", msg: { payload: msg.payload, hapana: msg.hapana } });`,
      // Each begins on a line of its own: what a kill cut off in the middle of a write must not spoil the next one.
      `global.get("fs").appendFileSync(${JSON.stringify(file)}, "\\n" + line + "\\n");`,
    ].join("\n"),
    outputs: 0,
    wires: [],
  };
  const delay = {
    id: "delay",
    type: "delay",
    z: "tab",
    x: 400,
    y: 100,
    pauseType: "delay",
    timeout: String(milliseconds),
    timeoutUnits: "milliseconds",
    wires: [["record"]],
  };
  const first = milliseconds > 0 ? "delay" : "record";
  return [
    { id: "tab", type: "tab", label: "Slow" },
    endpoint({ credentials: { headerValue: token }, ...properties.endpoint }),
    { ...webhookIn({ events: ["checkIn"], ...properties.webhookIn }), wires: [[first], []] },
    record,
    ...(milliseconds > 0 ? [delay] : []),
  ];
}
