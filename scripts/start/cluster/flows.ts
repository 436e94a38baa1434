import { endpoint, type FlowNode, webhookIn } from "../../../test/support/flows";
import { readRecorded } from "../../../test/support/recorded";

/** The environment variables that the flows read. */
export interface Environment {
  readonly DATABASE_URL: string;
  readonly HAPANA_TOKEN: string;
  /** Records what entered the flow, and what reached its end. */
  readonly NOTES: string;
}

/** The record of one check-in. */
export interface Note {
  readonly clientID: string;
  readonly step: "began" | "finished";
  readonly attempt: number;
  readonly redelivered: boolean;
}

const z = "cluster";

/** The same flow for each Node-RED, with the same ids: a check-in takes a moment, and is recorded at the start and at the end. */
export function clusterFlows(milliseconds: number): FlowNode[] {
  return [
    { id: z, type: "tab", label: "Check-ins", info: "The same flows run in both Node-REDs." },
    endpoint({
      ...{ name: "Shared", storage: "shared" },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how Node-RED writes a variable
      credentials: { headerValue: "${HAPANA_TOKEN}", databaseUrl: "${DATABASE_URL}" },
    }),
    { ...{ id: "test", type: "hapana-test-event", z, x: 160, y: 60 }, endpoint: "endpoint", event: "checkIn" },
    { ...webhookIn({ z, events: ["checkIn"] }), wires: [["began"], []] },
    note("began", 380, ["work"]),
    {
      ...{ id: "work", type: "delay", z, x: 540, y: 160, name: "takes a moment", pauseType: "delay" },
      ...{ timeout: String(milliseconds), timeoutUnits: "milliseconds", wires: [["finished"]] },
    },
    note("finished", 720, ["debug"]),
    { ...{ id: "debug", type: "debug", z, x: 900, y: 160, active: true, tosidebar: true }, complete: "payload" },
  ];
}

function note(step: Note["step"], x: number, next: readonly string[]): FlowNode {
  const func = [
    "const { payload, hapana } = msg;",
    `const line = JSON.stringify({ node: "${step}", output: msg.topic, msg: { payload, hapana } });`,
    // On a line of its own: a line cut off by a kill must not spoil the next one.
    `global.get("fs").appendFileSync(env.get("NOTES"), "\\n" + line + "\\n");`,
    "return msg;",
  ].join("\n");
  return { id: step, type: "function", z, x, y: 160, name: step, func, outputs: 1, wires: [next] };
}

/** What a Node-RED has recorded so far. */
export function readNotes(file: string): Note[] {
  return readRecorded(file).map(({ node, msg: { payload, hapana } }) => ({
    clientID: String(payload.clientID),
    step: node as Note["step"],
    attempt: Number(hapana.attempt),
    redelivered: hapana.redelivered === true,
  }));
}
