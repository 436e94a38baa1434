import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { endpoint, type FlowNode, token, webhookIn } from "../support/flows";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { everyPlatform } from "../support/platforms";
import { post } from "../support/post";
import { readRecorded } from "../support/recorded";
import { readStates } from "../support/store";
import { allCoreNodes, makeUserDir } from "../support/user-dir";
import { waitFor } from "../support/wait-for";

/** A flow behind a webhook-in of its own; the first node gets the event. */
interface Scenario {
  name: string;
  nodes: Omit<FlowNode, "z">[];
  webhookIn?: Partial<FlowNode>;
  /** For how long it is in the flow at the least, in milliseconds. */
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

/** As long as an event is to be seen in the flow, in milliseconds: a busy machine takes its time to look. */
const long = 4_000;

function scenarios(folder: string, serverUrl: string): Scenario[] {
  return [
    {
      name: "a function that returns the message",
      nodes: [func("f", "return msg;", ["d"]), pause("d", long)],
      lasts: long,
    },
    {
      name: "a function that returns a new object",
      nodes: [func("f", "return { payload: 1, hapana: msg.hapana };", ["d"]), pause("d", long)],
      lasts: long,
    },
    {
      name: "a function that sends later",
      nodes: [func("f", `setTimeout(() => { node.send(msg); node.done(); }, ${long});`)],
      lasts: long,
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
        pause("d", long),
      ],
      lasts: long,
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
        pause("d", long),
      ],
    },
    {
      name: "filter",
      nodes: [
        { id: "r", type: "rbe", func: "rbe", gap: "", start: "", inout: "out", property: "payload", wires: [["d"]] },
        pause("d", long),
      ],
      lasts: long,
    },
    {
      name: "subflow",
      nodes: [{ id: "u", type: "subflow:pauses", wires: [["d"]] }, pause("d", long)],
      lasts: 2 * long,
    },
    {
      name: "split",
      nodes: [
        func("f", "msg.payload = [1, 2, 3]; return msg;", ["s"]),
        { id: "s", type: "split", splt: "\\n", spltType: "str", arraySplt: 1, arraySpltType: "len", wires: [["d"]] },
        pause("d", long),
      ],
      lasts: long,
    },
    {
      name: "link out and link in",
      nodes: [
        { id: "o", type: "link out", mode: "link", links: ["i"] },
        { id: "i", type: "link in", links: ["o"], wires: [["d"]] },
        pause("d", long),
      ],
      lasts: long,
    },
    {
      name: "http request",
      nodes: [
        { id: "h", type: "http request", method: "GET", ret: "txt", url: serverUrl, wires: [["f"]] },
        func("f", ""),
      ],
      lasts: long,
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
        pause("b", long),
        { id: "c", type: "debug", active: false, complete: "payload" },
      ],
      lasts: long,
    },
    { name: "a function that ends it", nodes: [func("f", "return null;")] },
    {
      name: "a node that never reports, until the time-out",
      nodes: [func("f", "if (false) node.done();")],
      webhookIn: { completeTimeout: long / 1_000 },
      lasts: long,
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
        pause("d", 200, ["t"]),
        func("t", `throw new Error("too late");`),
      ],
      fails: /too late/,
    },
    // Node-RED tells nobody but catch nodes of this one: the node goes on to report that it has finished.
    { name: "node.error(…, msg) alone, which is no failure", nodes: [func("f", `node.error("not seen", msg);`)] },
    {
      name: "an error, then success at the third attempt",
      nodes: [func("f", `if (msg.hapana.attempt < 3) throw new Error("busy");`)],
      webhookIn: { retries: 2 },
      lasts: 500,
    },
  ];
}

/** A subflow that keeps each message for a while. */
const subflow: FlowNode[] = [
  {
    id: "pauses",
    type: "subflow",
    name: "Pauses",
    in: [{ x: 50, y: 30, wires: [{ id: "inside" }] }],
    out: [{ x: 450, y: 30, wires: [{ id: "inside", port: 0 }] }],
  },
  { ...(pause("inside", long) as FlowNode), z: "pauses", x: 250, y: 30 },
];

/** Each scenario has a tab and a webhook-in of its own, so that one event goes through all of them. */
function flowsOf(all: readonly Scenario[], file: string): FlowNode[] {
  return all.flatMap(({ nodes, webhookIn: properties }, index) => {
    const prefix = `s${index}-`;
    const rename = (id: string) => prefix + id;
    const record = func(
      "record",
      `global.get("fs").appendFileSync(${JSON.stringify(file)}, JSON.stringify({ node: "${index}", output: "", msg }) + "\\n");`,
    );
    const [first] = nodes as [FlowNode];
    const inScenario = ([...nodes, record] as FlowNode[]).map((node) => ({
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
      {
        ...webhookIn({ events: ["checkIn"], ...properties, id: rename("webhook"), z: rename("tab") }),
        wires: [[rename(first.id), rename("record")], []],
      },
      ...inScenario,
    ];
  });
}

for (const platform of everyPlatform) {
  describe(`delivered when complete, Node-RED ${platform.name}`, function () {
    this.timeout(60_000);
    const userDir = makeUserDir();
    const file = join(userDir, "recorded.jsonl");
    let server: Server;
    let all: Scenario[];
    let nodeRed: NodeRed;

    const stateOf = (index: number) => readStates(userDir, `s${index}-webhook`);
    const isOver = async (index: number) => {
      const { waiting, inFlow, retries } = await stateOf(index);
      return waiting + inFlow + retries === 0;
    };

    before(async () => {
      server = createServer((_request, response) => setTimeout(() => response.end("ok"), long));
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      all = scenarios(userDir, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      nodeRed = await startNodeRed({
        platform,
        settings: allCoreNodes,
        userDir,
        flows: [endpoint(), ...subflow, ...flowsOf(all, file)],
      });
      const body = { clientID: "joe", siteID: "site" };
      assert.equal((await post(`${nodeRed.url}/hapana/checkIn`, { token, body })).status, 200);
      await delay(400);
      early = await Promise.all(all.map((_, index) => stateOf(index)));
    });
    after(async () => {
      await nodeRed?.stop();
      server.close();
    });

    let early: Awaited<ReturnType<typeof readStates>>[];

    scenarios("", "").forEach(({ name, lasts = 0, fails }, index) => {
      it(name, async () => {
        const { inFlow = 0, retries = 0 } = early[index] ?? {};
        if (lasts > 0) assert.equal(inFlow + retries, 1, "it counted as delivered too early");
        await waitFor(
          async () => ((await isOver(index)) ? true : undefined),
          () => "it never ended",
        );
        const { failed } = await stateOf(index);
        assert.equal(failed.length, fails ? 1 : 0, failed.join());
        if (fails) assert.match(failed[0] ?? "", fails);
      });
    });

    it("says at each attempt which one it is", () => {
      const index = all.findIndex(({ name }) => name.includes("third attempt"));
      const attempts = readRecorded(file).filter(({ node }) => node === String(index));
      assert.deepEqual(
        attempts.map(({ msg }) => [msg.hapana.attempt, msg.hapana.redelivered]),
        [
          [1, false],
          [2, true],
          [3, true],
        ],
      );
    });

    it("nodes that never report do not stall the queue", async () => {
      const silent = all.filter(({ name }) => name.includes("never reports"));
      await nodeRed.setFlows([endpoint(), ...flowsOf(silent, file)]);
      const before = readRecorded(file).length;
      for (let count = 0; count < 70; count += 1) {
        const body = { clientID: `client-${count}`, siteID: "site" };
        assert.equal((await post(`${nodeRed.url}/hapana/checkIn`, { token, body })).status, 200);
      }
      await waitFor(
        () => (readRecorded(file).length - before >= 70 ? true : undefined),
        () => `${readRecorded(file).length - before} of 70 came out`,
      );
    });
  });
}
