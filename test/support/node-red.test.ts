import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type FlowNode, withRecorder } from "./flows";
import { startNodeRed, stopAllNodeReds } from "./node-red";
import { everyPlatform } from "./platforms";
import { post } from "./post";
import { waitForRecorded } from "./recorded";

/** Node-RED's own nodes only: what is tested here is the means that the other tests use. */
const coreFlow = (file: string): FlowNode[] => [
  { id: "tab", type: "tab", label: "Core" },
  ...withRecorder(
    { id: "in", type: "http in", z: "tab", x: 100, y: 100, url: "/core", method: "post", wires: [["response"]] },
    file,
    ["request"],
  ).map((node) =>
    node.type === "function" ? { ...node, func: `msg = { payload: msg.payload };\n${node.func}` } : node,
  ),
  { id: "response", type: "http response", z: "tab", x: 300, y: 100, statusCode: "202", wires: [] },
];

for (const platform of everyPlatform) {
  describe(`starting a real Node-RED ${platform.name}`, function () {
    this.timeout(120_000);
    afterEach(stopAllNodeReds);

    it("deploys, answers, records, and comes back after kill -9 on the same port", async () => {
      const nodeRed = await startNodeRed({ platform });
      const file = join(nodeRed.userDir, "recorded.jsonl");
      await nodeRed.setFlows(coreFlow(file));
      assert.match(nodeRed.log(), new RegExp(`Node-RED version: v${platform.name.replace(".", "\\.")}\\.`));

      const answer = await post(`${nodeRed.url}/core`, { body: { clientID: "c1" } });
      assert.equal(answer.status, 202);
      const [recorded] = await waitForRecorded(file, 1);
      assert.deepEqual([recorded?.output, recorded?.msg.payload], ["request", { clientID: "c1" }]);

      const { url, userDir } = nodeRed;
      assert.deepEqual(await nodeRed.kill9(), { code: null, signal: "SIGKILL" });
      await assert.rejects(post(`${url}/core`, { body: {} }), { code: "ECONNREFUSED" });
      await nodeRed.restart();
      assert.equal((await post(`${url}/core`, { body: { clientID: "c2" } })).status, 202);
      await waitForRecorded(file, 2);

      await nodeRed.stop();
      assert.equal(existsSync(userDir), false);
    });

    it("has this package in its palette", async () => {
      const nodeRed = await startNodeRed({ platform });
      const response = await fetch(`${nodeRed.url}/nodes`, { headers: { accept: "application/json" } });
      const sets = (await response.json()) as { module: string; types: string[]; err?: string }[];
      const ours = sets.filter(({ module }) => module === "@gymflows/node-red-hapana");
      assert.deepEqual(
        ours.flatMap(({ err }) => err ?? []),
        [],
      );
      const types = ours.flatMap((set) => set.types);
      assert.ok(types.includes("hapana-endpoint") && types.includes("hapana-webhook-in"), types.join(", "));
    });

    it("says why it cannot start where a node type is missing", async () => {
      const flows = [
        { id: "tab", type: "tab" },
        { id: "n", type: "no-such-type", z: "tab", x: 1, y: 1, wires: [] },
      ];
      await assert.rejects(startNodeRed({ platform, flows }), /no-such-type/);
    });
  });
}
