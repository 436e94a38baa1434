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
  /** It stays in the flow. */
  isSlow?: true;
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
/** Sends at once, and again later. */
const trigger = (id: string, milliseconds: number, next: readonly string[] = []): Omit<FlowNode, "z"> => ({
  ...{ id, type: "trigger", op1: "1", op1type: "str", op2: "0", op2type: "str", extend: false, bytopic: "all" },
  ...{ duration: String(milliseconds), units: "ms", reset: "", topic: "topic", outputs: 1, wires: [next] },
});
/** A port of this machine that nobody listens on. */
const nobodyListens = "http://127.0.0.1:1/";
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
      name: "a node that never says that it is through: slow after the time-out",
      nodes: [func("f", "if (false) node.done();")],
      webhookIn: { completeTimeout },
      lasts: completeTimeout * 1_000,
      isSlow: true,
    },
    {
      name: "a node that keeps it beyond the time-out: slow, then delivered",
      nodes: [pause("d", 3_000)],
      webhookIn: { completeTimeout },
      lasts: 3_000,
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
    // Node-RED tells nobody but Catch nodes of these: the node goes on to report that it is through, or never does.
    {
      name: "node.error(…, msg) alone",
      nodes: [func("f", `node.error("no such class", msg);`)],
      fails: /no such class/,
    },
    {
      name: "an http request that is refused",
      nodes: [{ id: "h", type: "http request", method: "GET", ret: "txt", url: nobodyListens, wires: [[]] }],
      fails: /ECONNREFUSED/,
    },
    {
      name: "the same, with a Catch node and what follows it",
      nodes: [
        { id: "h", type: "http request", method: "GET", ret: "txt", url: nobodyListens, wires: [[]] },
        { id: "c", type: "catch", scope: null, uncaught: false, wires: [["d"]] },
        gate("d"),
      ],
      heldBy: ["d"],
      fails: /ECONNREFUSED/,
    },
    {
      name: "a tcp request that is refused, and never says that it is through",
      nodes: [{ id: "t", type: "tcp request", server: "127.0.0.1", port: "1", out: "time", splitc: "0", wires: [[]] }],
      fails: /connect failed/,
    },
    {
      name: "a link call that nobody answers",
      nodes: [
        { id: "l", type: "link call", links: ["i"], linkType: "static", timeout: "0.5", wires: [[]] },
        { id: "i", type: "link in", links: [], wires: [[]] },
      ],
      lasts: 500,
      fails: /timeout/i,
    },
    {
      name: "a link call that is answered later",
      nodes: [
        { id: "l", type: "link call", links: ["i"], linkType: "static", timeout: "30", wires: [["d"]] },
        { id: "i", type: "link in", links: [], wires: [["e"]] },
        gate("e", ["o"]),
        { id: "o", type: "link out", mode: "return", links: [], wires: [] },
        gate("d"),
      ],
      heldBy: ["e", "d"],
    },
    {
      name: "what follows a Catch node",
      nodes: [
        func("f", `throw new Error("no such room");`),
        { id: "c", type: "catch", scope: null, uncaught: false, wires: [["d"]] },
        gate("d"),
      ],
      heldBy: ["d"],
      fails: /no such room/,
    },
    {
      name: "what follows a Complete node",
      nodes: [
        func("f", "return null;"),
        { id: "c", type: "complete", scope: ["f"], uncaught: false, wires: [["d"]] },
        gate("d"),
      ],
      heldBy: ["d"],
    },
    {
      name: "a trigger that sends again later",
      nodes: [trigger("t", 700, ["f"]), func("f", "return null;")],
      lasts: 700,
    },
    {
      name: "a trigger that sends later, and then waits elsewhere",
      nodes: [{ ...trigger("t", 300, ["d"]), op1type: "nul" }, gate("d")],
      heldBy: ["d"],
    },
    {
      name: "a trigger that sends later, to nobody",
      nodes: [{ ...trigger("t", 300), op1type: "nul" }],
      lasts: 300,
    },
    {
      name: "a trigger that sends later than the time-out: slow",
      nodes: [{ ...trigger("t", 3_600_000), op1type: "nul" }],
      webhookIn: { completeTimeout },
      lasts: completeTimeout * 1_000,
      isSlow: true,
    },
    {
      name: "a trigger that only blocks for a while",
      nodes: [{ ...trigger("t", 60_000), op2type: "nul" }],
    },
    {
      name: "a switch with an expression",
      nodes: [
        {
          ...{ id: "s", type: "switch", property: "$lowercase(payload.siteID)", propertyType: "jsonata" },
          rules: [{ t: "eq", v: "$join(['si', 'te'])", vt: "jsonata" }],
          ...{ outputs: 1, wires: [["d"]] },
        },
        gate("d"),
      ],
      heldBy: ["d"],
    },
    {
      name: "a switch that waits for the last of a sequence",
      nodes: [
        func("f", "msg.payload = [1, 2, 3]; return msg;", ["p"]),
        { id: "p", type: "split", splt: "\\n", spltType: "str", arraySplt: 1, arraySpltType: "len", wires: [["g"]] },
        // All but the first wait here, and the switch waits for them.
        {
          ...{ id: "g", type: "switch", property: "parts.index", propertyType: "msg" },
          rules: [{ t: "eq", v: "0", vt: "num" }, { t: "else" }],
          ...{ checkall: "false", outputs: 2, wires: [["s"], ["e"]] },
        },
        gate("e", ["s"]),
        {
          ...{ id: "s", type: "switch", property: "payload", propertyType: "msg" },
          ...{ rules: [{ t: "tail", v: "1", vt: "num" }], outputs: 1, wires: [["d"]] },
        },
        gate("d"),
      ],
      heldBy: ["e", "d"],
    },
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
      ...(Array.isArray(node.scope) && { scope: (node.scope as string[]).map(rename) }),
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
