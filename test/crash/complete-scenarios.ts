import { join } from "node:path";
import { endpoint, type FlowNode, webhookIn } from "../support/flows";

/** A flow behind a webhook-in of its own; the first node gets the event. */
export interface Scenario {
  name: string;
  nodes: Omit<FlowNode, "z">[];
  webhookIn?: Partial<FlowNode>;
  /** Its nodes that keep the event until the test releases it. */
  heldBy?: readonly string[];
  /** How long it takes at the least, in milliseconds. */
  lasts?: number;
  /** What the error says where it fails. */
  fails?: RegExp;
}

const func = (id: string, code: string, next: readonly string[] = []): Omit<FlowNode, "z"> => ({
  id,
  type: "function",
  func: code,
  outputs: 1,
  wires: [next],
});
const pause = (id: string, milliseconds: number, next: readonly string[] = []): Omit<FlowNode, "z"> => ({
  id,
  type: "delay",
  pauseType: "delay",
  timeout: String(milliseconds),
  timeoutUnits: "milliseconds",
  wires: [next],
});
/** Keeps messages until it is told to let them go. */
const gate = (id: string, next?: readonly string[]) => pause(id, 3_600_000, next);

/** Seconds after which a node that never reports counts as finished. */
const completeTimeout = 1;

/**
 * All kinds of flows that an event can go through.
 * @param folder where they may write files
 * @param serverUrl what is to answer one of them when the event is released
 */
export function scenarios(folder: string, serverUrl: string): Scenario[] {
  return [
    {
      name: "a function that returns the message",
      nodes: [func("f", "return msg;", ["d"]), gate("d")],
      heldBy: ["d"],
    },
    {
      name: "a function that returns a new object",
      nodes: [func("f", "return { payload: 1, hapana: msg.hapana };", ["d"]), gate("d")],
      heldBy: ["d"],
    },
    {
      name: "a function that sends later",
      nodes: [
        func(
          "f",
          `if (msg.flush) { flow.set("isReleased", true); return; }
           const timer = setInterval(() => {
             if (!flow.get("isReleased")) return;
             clearInterval(timer);
             node.send(msg);
             node.done();
           }, 10);`,
        ),
      ],
      heldBy: ["f"],
    },
    {
      name: "switch",
      nodes: [
        {
          id: "s",
          type: "switch",
          property: "payload.siteID",
          propertyType: "msg",
          rules: [{ t: "eq", v: "site", vt: "str" }, { t: "else" }],
          outputs: 2,
          wires: [["d"], []],
        },
        gate("d"),
      ],
      heldBy: ["d"],
    },
    {
      name: "a switch that drops the message",
      nodes: [
        {
          id: "s",
          type: "switch",
          property: "payload.siteID",
          propertyType: "msg",
          rules: [{ t: "eq", v: "elsewhere", vt: "str" }],
          outputs: 1,
          wires: [["d"]],
        },
        gate("d"),
      ],
    },
    {
      name: "filter",
      nodes: [
        { id: "r", type: "rbe", func: "rbe", gap: "", start: "", inout: "out", property: "payload", wires: [["d"]] },
        gate("d"),
      ],
      heldBy: ["d"],
    },
    {
      name: "subflow",
      nodes: [{ id: "u", type: "subflow:pauses", wires: [["d"]] }, gate("d")],
      heldBy: ["u", "d"],
    },
    {
      name: "split",
      nodes: [
        func("f", "msg.payload = [1, 2, 3]; return msg;", ["s"]),
        { id: "s", type: "split", splt: "\\n", spltType: "str", arraySplt: 1, arraySpltType: "len", wires: [["d"]] },
        gate("d"),
      ],
      heldBy: ["d"],
    },
    {
      name: "link out and link in",
      nodes: [
        { id: "o", type: "link out", mode: "link", links: ["i"] },
        { id: "i", type: "link in", links: ["o"], wires: [["d"]] },
        gate("d"),
      ],
      heldBy: ["d"],
    },
    {
      name: "http request",
      nodes: [
        { id: "h", type: "http request", method: "GET", ret: "txt", url: serverUrl, wires: [["f"]] },
        func("f", ""),
      ],
      // By the server.
      heldBy: [],
    },
    {
      name: "file",
      nodes: [
        {
          id: "w",
          type: "file",
          filename: join(folder, "written.txt"),
          filenameType: "str",
          appendNewline: true,
          createDir: false,
          overwriteFile: "false",
          encoding: "none",
          wires: [[]],
        },
      ],
    },
    {
      name: "several wires, of which the slowest counts",
      nodes: [
        func("f", "return msg;", ["a", "b", "c"]),
        pause("a", 1),
        gate("b"),
        { id: "c", type: "debug", active: false, complete: "payload" },
      ],
      heldBy: ["b"],
    },
    { name: "a function that ends it", nodes: [func("f", "return null;")] },
    {
      name: "a node that never reports, until the time-out",
      nodes: [func("f", "if (false) node.done();")],
      webhookIn: { completeTimeout },
      lasts: completeTimeout * 1_000,
    },
    {
      name: "a function that throws",
      nodes: [func("f", `throw new Error("no such member");`)],
      fails: /no such member/,
    },
    {
      name: "a node that reports an error",
      nodes: [
        func("f", `msg.payload = "{"; return msg;`, ["j"]),
        { id: "j", type: "json", property: "payload", action: "obj", wires: [[]] },
      ],
      fails: /JSON/,
    },
    {
      name: "a throw behind a wire that is done already",
      nodes: [
        func("f", "return msg;", ["a", "d"]),
        func("a", ""),
        gate("d", ["t"]),
        func("t", `throw new Error("too late");`),
      ],
      heldBy: ["d"],
      fails: /too late/,
    },
    // Node-RED tells nobody but catch nodes of this one: the node goes on to report that it has finished.
    { name: "node.error(…, msg) alone, which is no failure", nodes: [func("f", `node.error("not seen", msg);`)] },
    {
      name: "an error, then success at the second attempt",
      nodes: [func("f", `if (msg.hapana.attempt < 2) throw new Error("busy");`)],
      webhookIn: { retries: 1 },
      lasts: 1_000,
    },
  ];
}

/** A subflow that keeps each message until it is released. */
export const subflow: FlowNode[] = [
  {
    id: "pauses",
    type: "subflow",
    name: "Pauses",
    in: [{ x: 50, y: 30, wires: [{ id: "inside" }] }],
    out: [{ x: 450, y: 30, wires: [{ id: "inside", port: 0 }] }],
  },
  { ...(gate("inside") as FlowNode), z: "pauses", x: 250, y: 30 },
];

/** The inject node that releases what a scenario keeps. */
export const releaseOf = (index: number) => `s${index}-release`;

/** The webhook-in of a scenario. */
export const webhookOf = (index: number) => `s${index}-webhook`;

/** Where a scenario's endpoint is. */
export const pathOf = (index: number) => `/hapana-${index}`;

/**
 * Each scenario has a tab, an endpoint and a webhook-in of its own. An event that went to all of them would be held by all: a
 * message without `_msgid` is known by its delivery id only, and would stand for every one of them.
 * @param file where what comes out of each webhook-in is noted, with the scenario's index as `node`
 */
export function flowsOf(all: readonly Scenario[], file: string): FlowNode[] {
  return all.flatMap(({ nodes, webhookIn: properties, heldBy }, index) => {
    const prefix = `s${index}-`;
    const rename = (id: string) => prefix + id;
    const record = func(
      "record",
      `global.get("fs").appendFileSync(${JSON.stringify(file)}, JSON.stringify({ node: "${index}", output: "", msg }) + "\\n");`,
    );
    const [first] = nodes as [FlowNode];
    // A delay node lets go of all that it has when it gets a message with nothing but this.
    const release = {
      id: "release",
      type: "inject",
      props: [{ p: "flush", v: "true", vt: "bool" }],
      wires: [heldBy],
    };
    const inScenario = ([...nodes, record, ...(heldBy ? [release] : [])] as FlowNode[]).map((node) => ({
      ...node,
      id: rename(node.id),
      z: rename("tab"),
      x: 300,
      y: 100,
      ...(node.wires !== undefined && { wires: (node.wires as string[][]).map((ids) => ids.map(rename)) }),
      ...(node.links !== undefined && { links: (node.links as string[]).map(rename) }),
    }));
    return [
      { id: rename("tab"), type: "tab", label: String(index) },
      endpoint({ id: rename("endpoint"), path: pathOf(index) }),
      {
        ...webhookIn({
          events: ["checkIn"],
          ...properties,
          id: webhookOf(index),
          endpoint: rename("endpoint"),
          z: rename("tab"),
        }),
        wires: [[rename(first.id), rename("record")], []],
      },
      ...inScenario,
    ];
  });
}
