import type { FlowNode } from "../../test/support/flows";

/** A way in which one of Node-RED's own nodes gets an event. */
export interface CoreNodeCase {
  /** Its type, and what is special about it. */
  name: string;
  /** What it does with a message in that case. */
  when: string;
  /** The node, and others that it needs; the first receives the message. */
  nodes: readonly Omit<FlowNode, "z">[];
}

/** What the nodes need around them. */
export interface Surroundings {
  folder: string;
  httpUrl: string;
  tcpPort: number;
  /** Where nobody listens. */
  closedPort: number;
}

const out = [["sink"]];

const node = (type: string, properties: object = {}): Omit<FlowNode, "z"> => ({
  id: "node",
  type,
  wires: out,
  ...properties,
});

const setting = (property: string, to: string, tot = "str") => ({ t: "set", p: property, pt: "msg", to, tot });
const change = (id: string, rules: readonly object[], next: string) => ({ id, type: "change", rules, wires: [[next]] });
const asPayload = (to: string, tot: string, next = "node") => change("first", [setting("payload", to, tot)], next);

/** Those of Node-RED's own nodes that can receive an event, each in all relevant ways. */
export function casesIn({ folder, httpUrl, tcpPort, closedPort }: Surroundings): readonly CoreNodeCase[] {
  const closedUrl = `http://127.0.0.1:${closedPort}/`;
  const delay = { pauseType: "delay", timeout: "1", timeoutUnits: "seconds" };
  const trigger = { op1: "1", op1type: "str", op2: "0", op2type: "str", duration: "1", units: "s", bytopic: "all" };
  const file = (name: string) => ({ filename: `${folder}/${name}`, filenameType: "str", createDir: false });
  return [
    { name: "function", when: "returns", nodes: [node("function", { func: "return msg;", outputs: 1 })] },
    { name: "function", when: "throws", nodes: [node("function", { func: "throw new Error('no');", outputs: 1 })] },
    {
      name: "function",
      when: "calls `node.error(…, msg)`",
      nodes: [node("function", { func: "node.error('no', msg);" })],
    },
    {
      name: "function",
      when: "sends later, and calls `node.done()`",
      nodes: [node("function", { func: "setTimeout(() => { node.send(msg); node.done(); }, 1000);", outputs: 1 })],
    },
    {
      name: "function",
      when: "sends later, and never calls `node.done()`",
      nodes: [node("function", { func: "setTimeout(() => node.send(msg), 1000);", outputs: 1 })],
    },
    { name: "change", when: "changes it", nodes: [node("change", { rules: [setting("a", "b")] })] },
    {
      name: "change",
      when: "has an invalid expression",
      nodes: [node("change", { rules: [setting("a", "$x(1)", "jsonata")] })],
    },
    {
      name: "switch",
      when: "passes it on",
      nodes: [node("switch", { property: "payload.siteID", propertyType: "msg", rules: [{ t: "nnull" }], outputs: 1 })],
    },
    {
      name: "switch",
      when: "drops it",
      nodes: [node("switch", { property: "payload.siteID", propertyType: "msg", rules: [{ t: "null" }], outputs: 1 })],
    },
    {
      name: "switch",
      when: "has an invalid regular expression",
      nodes: [
        node("switch", {
          ...{ property: "payload.siteID", propertyType: "msg", outputs: 1 },
          rules: [{ t: "regex", v: "(", vt: "str" }],
        }),
      ],
    },
    {
      name: "switch",
      when: "waits for the last of a sequence that never comes",
      nodes: [
        change("first", [setting("parts", '{"id":"1","index":0,"count":2}', "json")], "node"),
        node("switch", {
          property: "payload",
          propertyType: "msg",
          rules: [{ t: "tail", v: "1", vt: "num" }],
          outputs: 1,
        }),
      ],
    },
    { name: "filter (rbe)", when: "passes it on", nodes: [node("rbe", { func: "rbe", property: "payload" })] },
    { name: "filter (rbe)", when: "drops it", nodes: [node("rbe", { func: "rbe", property: "nothing" })] },
    { name: "template", when: "fills it in", nodes: [node("template", { template: "{{topic}}", field: "payload" })] },
    {
      name: "range",
      when: "gets no number",
      nodes: [node("range", { minin: "0", maxin: "1", minout: "0", maxout: "1", property: "payload" })],
    },
    { name: "delay", when: "delays it by a second", nodes: [node("delay", delay)] },
    {
      name: "delay",
      when: "limits the rate, and drops what comes too soon",
      nodes: [node("delay", { pauseType: "rate", rate: "1", nbRateUnits: "1", rateUnits: "second", drop: true })],
    },
    { name: "trigger", when: "sends at once, and again after a second", nodes: [node("trigger", trigger)] },
    {
      name: "trigger",
      when: "sends at once, and then nothing",
      nodes: [node("trigger", { ...trigger, op2type: "nul" })],
    },
    {
      name: "trigger",
      when: "sends at once, and then waits to be reset",
      nodes: [node("trigger", { ...trigger, duration: "0" })],
    },
    {
      name: "trigger",
      when: "sends again every second, until it is reset",
      nodes: [node("trigger", { ...trigger, duration: "-1" })],
    },
    {
      name: "trigger",
      when: "sends only after a second",
      nodes: [node("trigger", { ...trigger, op1type: "nul", op2type: "payl" })],
    },
    {
      name: "split",
      when: "splits a list",
      nodes: [asPayload("[1,2]", "json"), node("split", { arraySplt: 1, arraySpltType: "len" })],
    },
    {
      name: "join",
      when: "joins a whole sequence",
      nodes: [
        asPayload("[1,2]", "json", "split"),
        { id: "split", type: "split", arraySplt: 1, arraySpltType: "len", wires: [["node"]] },
        node("join", { mode: "auto" }),
      ],
    },
    {
      name: "join",
      when: "waits for messages that never come",
      nodes: [node("join", { mode: "custom", build: "array", property: "payload", propertyType: "msg", count: "5" })],
    },
    {
      name: "sort",
      when: "sorts a list",
      nodes: [
        asPayload("[2,1]", "json"),
        node("sort", {
          target: "payload",
          targetType: "msg",
          msgKey: "payload",
          msgKeyType: "elem",
          order: "ascending",
        }),
      ],
    },
    { name: "batch", when: "waits for more messages", nodes: [node("batch", { mode: "count", count: 5, overlap: 0 })] },
    { name: "json", when: "writes it as JSON", nodes: [node("json", { property: "payload", action: "str" })] },
    {
      name: "json",
      when: "gets what is no JSON",
      nodes: [asPayload("{", "str"), node("json", { property: "payload", action: "obj" })],
    },
    { name: "xml", when: "gets what is no XML", nodes: [asPayload("<a", "str"), node("xml", { property: "payload" })] },
    {
      name: "yaml",
      when: "gets what is no YAML",
      nodes: [asPayload("a: [", "str"), node("yaml", { property: "payload" })],
    },
    { name: "csv", when: "writes a line", nodes: [node("csv", { sep: ",", temp: "clientID", hdrout: "none" })] },
    {
      name: "html",
      when: "finds nothing",
      nodes: [asPayload("<a>", "str"), node("html", { property: "payload", tag: "b", ret: "html", as: "single" })],
    },
    {
      name: "file",
      when: "writes it",
      nodes: [node("file", { ...file("written"), overwriteFile: "false", encoding: "none" })],
    },
    {
      name: "file",
      when: "cannot write it",
      nodes: [node("file", { ...file("nowhere/written"), overwriteFile: "false", encoding: "none" })],
    },
    { name: "file in", when: "cannot read it", nodes: [node("file in", { ...file("nowhere/read"), format: "utf8" })] },
    {
      name: "exec",
      when: "runs a command",
      nodes: [node("exec", { command: "true", addpay: "", outputs: 3, wires: [["sink"], [], []] })],
    },
    {
      name: "exec",
      when: "runs one that fails",
      nodes: [node("exec", { command: "false", addpay: "", outputs: 3, wires: [["sink"], [], []] })],
    },
    {
      name: "http request",
      when: "is answered",
      nodes: [node("http request", { method: "GET", ret: "txt", url: httpUrl })],
    },
    {
      name: "http request",
      when: "is answered 500",
      nodes: [node("http request", { method: "GET", ret: "txt", url: `${httpUrl}broken` })],
    },
    {
      name: "http request",
      when: "cannot connect",
      nodes: [node("http request", { method: "GET", ret: "txt", url: closedUrl })],
    },
    {
      name: "http request",
      when: "cannot connect, with _Only send non-2xx responses to Catch node_",
      nodes: [node("http request", { method: "GET", ret: "txt", url: closedUrl, senderr: true })],
    },
    {
      name: "tcp request",
      when: "is answered",
      nodes: [node("tcp request", { server: "127.0.0.1", port: String(tcpPort), out: "time", splitc: "500" })],
    },
    {
      name: "tcp request",
      when: "cannot connect",
      nodes: [node("tcp request", { server: "127.0.0.1", port: String(closedPort), out: "time", splitc: "500" })],
    },
    {
      name: "tcp out",
      when: "cannot connect",
      nodes: [node("tcp out", { host: "127.0.0.1", port: String(closedPort), beserver: "client", wires: [] })],
    },
    {
      name: "udp out",
      when: "sends it",
      nodes: [
        asPayload("a", "str"),
        node("udp out", { addr: "127.0.0.1", port: "9", outport: "", multicast: "false", ipv: "udp4", wires: [] }),
      ],
    },
    {
      name: "mqtt out",
      when: "has no broker",
      nodes: [
        node("mqtt out", { broker: "broker", topic: "a", qos: "1", wires: [] }),
        {
          id: "broker",
          type: "mqtt-broker",
          broker: "127.0.0.1",
          port: String(closedPort),
          protocolVersion: "4",
          keepalive: "60",
          autoConnect: true,
        },
      ],
    },
    {
      name: "link out",
      when: "leads to a link in",
      nodes: [
        node("link out", { mode: "link", links: ["in"], wires: [] }),
        { id: "in", type: "link in", links: ["node"], wires: out },
      ],
    },
    {
      name: "link call",
      when: "is answered",
      nodes: [
        node("link call", { links: ["in"], linkType: "static", timeout: "1" }),
        { id: "in", type: "link in", links: [], wires: [["back"]] },
        { id: "back", type: "link out", mode: "return", links: [], wires: [] },
      ],
    },
    {
      name: "link call",
      when: "is not answered",
      nodes: [
        node("link call", { links: ["in"], linkType: "static", timeout: "1" }),
        { id: "in", type: "link in", links: [], wires: [[]] },
      ],
    },
    {
      name: "debug",
      when: "shows it",
      nodes: [node("debug", { active: true, tosidebar: true, complete: "payload", wires: [] })],
    },
    { name: "http response", when: "has no request to answer", nodes: [node("http response", { wires: [] })] },
  ];
}
