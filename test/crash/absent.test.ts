import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { watchStatus } from "../support/editor-status";
import { type FlowNode, recordedFlow, token } from "../support/flows";
import { withFreshIds } from "../support/fresh-ids";
import { oneNodeRed } from "../support/one-node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { waitForRecorded } from "../support/recorded";
import { makeUserDir } from "../support/user-dir";
import { waitFor } from "../support/wait-for";

type Change = (flow: FlowNode[]) => FlowNode[];

const change =
  (type: string, properties: Partial<FlowNode>): Change =>
  (flow) =>
    flow.map((node) => (node.type === type ? { ...node, ...properties } : node));

const without =
  (...types: string[]): Change =>
  (flow) =>
    flow.filter(({ type }) => !types.includes(type));

/** As Node-RED pastes nodes: with new ids. */
const pasted: Change = (flow) => {
  const tab = flow.find(({ type }) => type === "tab");
  const endpoint = flow.find(({ type }) => type === "hapana-endpoint");
  const copy = withFreshIds(flow.filter((node) => node !== tab && node !== endpoint)).flow;
  return [tab, endpoint, ...copy].filter((node) => node !== undefined);
};

const importedAnew: Change = (flow) => withFreshIds(flow).flow;

/** The webhook-in and its flow in a subflow, of which there is one on the tab. */
const inSubflow: Change = (flow) => [
  { id: "subflow", type: "subflow", name: "Inside", in: [], out: [] },
  ...flow.map((node) =>
    node.z === undefined ? node : { ...node, id: `${node.id}-inside`, z: "subflow", wires: insideWires(node) },
  ),
  { id: "instance", type: "subflow:subflow", z: "tab", x: 300, y: 300, wires: [] },
];

const insideWires = ({ wires }: FlowNode) => (wires as string[][]).map((ids) => ids.map((id) => `${id}-inside`));

/** What a user does to a flow while events wait: first, and then. */
const changes: Readonly<Record<string, readonly [Change, Change]>> = {
  "the webhook-in is disabled, and enabled again": [change("hapana-webhook-in", { d: true }), (flow) => flow],
  "its tab is disabled, and enabled again": [change("tab", { disabled: true }), (flow) => flow],
  "it is deleted, and restored by undo": [without("hapana-webhook-in"), (flow) => flow],
  "its endpoint is unset for a while": [change("hapana-webhook-in", { endpoint: "" }), (flow) => flow],
  "its endpoint is deleted, and restored by undo": [without("hapana-endpoint"), (flow) => flow],
  "it is moved into a subflow": [inSubflow, inSubflow],
  "it is replaced by a pasted copy": [pasted, (flow) => flow],
  "endpoint and webhook-in are deleted, and imported anew": [
    without("hapana-webhook-in", "hapana-endpoint"),
    importedAnew,
  ],
};

/** Adds a node type that takes its time to close, as one that ends a connection. */
function withSlowNode(userDir: string): string {
  const folder = join(userDir, "nodes");
  mkdirSync(folder);
  writeFileSync(
    join(folder, "slow-close.js"),
    `module.exports = (RED) => RED.nodes.registerType("slow-close", function (definition) {
      RED.nodes.createNode(this, definition);
      this.on("close", (removed, done) => setTimeout(done, 1000));
    });`,
  );
  const html = `<script type="text/javascript">RED.nodes.registerType("slow-close", { category: "test", defaults: {} });</script>`;
  writeFileSync(join(folder, "slow-close.html"), html);
  return userDir;
}

for (const platform of onePlatform) {
  describe(`what waits while a webhook-in is not there, Node-RED ${platform.name}`, function () {
    this.timeout(60_000);
    const userDir = withSlowNode(makeUserDir());
    const nodeRed = oneNodeRed({ platform, userDir });
    after(() => rmSync(userDir, { recursive: true, force: true }));
    let sent = 0;

    /** An event that is accepted; its client. */
    async function send(): Promise<string> {
      const clientID = `client-${++sent}`;
      const body = { clientID, siteID: "s" };
      assert.equal((await post(`${nodeRed().url}/hapana/checkIn`, { token, body })).status, 200);
      return clientID;
    }

    for (const [name, [first, second]] of Object.entries(changes)) {
      it(`comes out, each once: ${name}`, async () => {
        const file = join(nodeRed().userDir, `${sent}.jsonl`);
        const { flow } = withFreshIds(recordedFlow(file));
        const webhook = flow.find(({ type }) => type === "hapana-webhook-in") as FlowNode;
        // Every event stays in the flow until the deploy cuts it off.
        const busy = [
          ...flow.map((node) => (node === webhook ? { ...node, wires: [[], [], [], [], [], ["busy"], []] } : node)),
          {
            id: "busy",
            type: "delay",
            z: webhook.z,
            x: 400,
            y: 400,
            pauseType: "delay",
            timeout: "1",
            timeoutUnits: "hours",
            wires: [[]],
          },
        ] as FlowNode[];
        await nodeRed().setFlows(busy);
        const clients = [await send(), await send(), await send()];
        await nodeRed().setFlows(first(flow));
        // The endpoint itself may be gone.
        if (first(flow).some(({ type }) => type === "hapana-endpoint")) clients.push(await send());
        await nodeRed().setFlows(second(flow));
        clients.push(await send());
        const seen = (await waitForRecorded(file, clients.length)).map(({ msg }) => String(msg.payload.clientID));
        assert.deepEqual(seen.sort(), clients.sort());
      });
    }

    it("is not lost by a second deploy right after the first, while nodes take their time to close", async () => {
      const file = join(nodeRed().userDir, `${sent}.jsonl`);
      const { flow } = withFreshIds(recordedFlow(file));
      const closing = (version: number): FlowNode[] => [
        ...flow,
        { id: "closing", type: "slow-close", z: flow[0]?.id ?? "", x: 100, y: 500, name: `${version}`, wires: [] },
      ];
      await nodeRed().setFlows(closing(0));
      const clients: string[] = [];
      const deploys = (async () => {
        for (let version = 1; version <= 3; version += 1) await nodeRed().setFlows(closing(version), "full");
      })();
      let isDeployed = false;
      void deploys.then(() => {
        isDeployed = true;
      });
      while (!isDeployed) clients.push(...(await Promise.all(Array.from({ length: 16 }, send))));
      await deploys;
      clients.push(await send());
      const seen = (await waitForRecorded(file, clients.length)).map(({ msg }) => String(msg.payload.clientID));
      assert.deepEqual([...new Set(seen)].sort(), clients.sort());
    });

    // The last one: it leaves events behind.
    it("is told: in the log once for each deploy that leaves it so, and in the status while it comes out", async () => {
      const file = join(nodeRed().userDir, `${sent}.jsonl`);
      const { flow, idOf } = withFreshIds(
        recordedFlow(file, { endpoint: { name: "Manly" }, webhookIn: { events: ["checkIn"] } }),
      );
      await nodeRed().setFlows(flow);
      await nodeRed().setFlows(change("hapana-webhook-in", { d: true })(flow));
      const logged = nodeRed().log().length;
      const told = () =>
        nodeRed()
          .log()
          .slice(logged)
          .match(/\d+ event\(s\) of the endpoint “Manly” are waiting/g);
      const isTold = (count: number) =>
        waitFor(
          () => (told()?.length === count ? true : undefined),
          () => String(told()),
        );
      for (let count = 0; count < 3; count += 1) await send();
      await isTold(1);
      assert.match(String(told()), /^1 /, "the first that came after the deploy, and no other");
      await nodeRed().setFlows(change("hapana-webhook-in", { d: true })(flow));
      await isTold(2);
      assert.match(String(told()?.at(-1)), /^3 /);
      const slow = {
        id: "slow",
        type: "delay",
        z: idOf("tab"),
        x: 400,
        y: 400,
        pauseType: "delay",
        timeout: "1",
        timeoutUnits: "hours",
      };
      const holding = flow.map((node) =>
        node.type === "hapana-webhook-in" ? { ...node, name: "Door", wires: [["slow"], []] } : node,
      );
      await nodeRed().setFlows([...holding, { ...slow, wires: [[]] }]);
      await waitFor(
        () => (/“Door” takes over 3 event/.test(nodeRed().log()) ? true : undefined),
        () => nodeRed().log().slice(logged),
      );
      for (let count = 0; count < 70; count += 1) await send();
      const editor = watchStatus(nodeRed().port, idOf("webhook"));
      await waitFor(
        () => (/: 9 waiting$/.test(editor.status()) ? true : undefined),
        () => editor.status(),
      );
      editor.close();
      const before = nodeRed().log().length;
      await nodeRed().setFlows(change("hapana-webhook-in", { d: true })(flow));
      await waitFor(
        () =>
          /73 event\(s\) of the endpoint “Manly” are waiting for a node that is disabled or deleted/.test(
            nodeRed().log().slice(before),
          )
            ? true
            : undefined,
        () => nodeRed().log().slice(before),
      );
    });
  });
}
