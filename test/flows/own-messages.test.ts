import assert from "node:assert/strict";
import { join } from "node:path";
import { endpoint, type FlowNode, token, webhookIn, withRecorder } from "../support/flows";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { waitForRecorded } from "../support/recorded";
import { makeUserDir } from "../support/user-dir";

for (const platform of onePlatform) {
  describe(`messages that a flow changes, on Node-RED ${platform.name}`, function () {
    this.timeout(60_000);
    let nodeRed: NodeRed;
    const userDir = makeUserDir();
    const file = join(userDir, "recorded.jsonl");

    before(async () => {
      nodeRed = await startNodeRed({ platform, userDir, flows: flows(file) });
    });
    after(() => nodeRed?.stop());

    it("change neither the body that arrived nor what another node on the endpoint gets", async () => {
      const body = {
        clientID: "c",
        siteID: "s",
        checkInStatus: "Valid",
        customProperties: [{ name: "a", value: "b" }],
      };
      assert.equal((await post(`${nodeRed.url}/hapana/checkIn`, { token, body })).status, 200);
      const recorded = await waitForRecorded(file, 2);
      for (const { node, msg } of recorded) {
        assert.deepEqual(msg.hapana.body, body, `the body at ${node}`);
        if (node === "second") assert.deepEqual(msg.payload, body, "the payload of the other node");
      }
    });
  });
}

/** Two nodes; the flow of the first changes its payload, down to the nested objects, before anything is recorded. */
function flows(file: string): FlowNode[] {
  const change: FlowNode = {
    id: "change",
    type: "function",
    z: "tab",
    x: 300,
    y: 100,
    func: `msg.payload.clientID = "changed"; msg.payload.customProperties[0].value = "changed"; return msg;`,
    outputs: 1,
  };
  const first = { ...webhookIn({ id: "first", events: ["checkIn"] }), wires: [["change"], []] };
  const [changing, ...recorders] = withRecorder({ ...change, events: [] }, file, ["changed"]);
  return [
    { id: "tab", type: "tab", label: "Own messages" },
    endpoint(),
    first,
    changing as FlowNode,
    ...recorders,
    ...withRecorder(webhookIn({ id: "second", events: ["checkIn"] }), file),
  ];
}
