import assert from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { watchStatus } from "../support/editor-status";
import { endpoint, type FlowNode, recordedFlow, token, webhookIn } from "../support/flows";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { everyPlatform } from "../support/platforms";
import { post } from "../support/post";
import { readRecorded, waitForRecorded } from "../support/recorded";
import { makeUserDir } from "../support/user-dir";
import { waitFor } from "../support/wait-for";
import { waitUntilNothingIsLost } from "./account";
import { startLoad } from "./load";
import { slowFlow } from "./slow-flow";

for (const platform of everyPlatform) {
  describe(`changing the flows, Node-RED ${platform.name}`, function () {
    this.timeout(60_000);
    let nodeRed: NodeRed;
    let file: string;
    let clients = 0;

    beforeEach(async () => {
      const userDir = makeUserDir();
      file = join(userDir, "recorded.jsonl");
      nodeRed = await startNodeRed({ platform, userDir, flows: recordedFlow(file) });
    });
    afterEach(() => nodeRed.stop());

    const send = (path = "/hapana/checkIn") =>
      post(`${nodeRed.url}${path}`, { token, body: { clientID: `client-${++clients}`, siteID: "s" } });
    const recorded = () => readRecorded(file).length;

    it("a deleted endpoint is gone at once: Node-RED itself answers 404", async () => {
      assert.equal((await send()).status, 200);
      for (const type of ["nodes", "flows", "full"] as const) {
        await nodeRed.setFlows(
          recordedFlow(file).filter(({ id }) => id !== "endpoint"),
          type,
        );
        const answer = await send();
        assert.equal(answer.status, 404);
        assert.match(answer.body, /Cannot POST/);
        await nodeRed.setFlows(recordedFlow(file));
        assert.equal((await send()).status, 200, "it is there again");
      }
      await waitForRecorded(file, 4);
    });

    for (const type of ["nodes", "flows"] as const) {
      it(`an endpoint that was deleted and is added again gets its webhook-in back, deployed as "${type}"`, async () => {
        const without = recordedFlow(file).filter(({ id }) => id !== "endpoint");
        for (let time = 1; time <= 2; time += 1) {
          await nodeRed.setFlows(without, type);
          await nodeRed.setFlows(recordedFlow(file), type);
          assert.equal((await send()).status, 200);
          await waitForRecorded(file, time);
        }
        const editor = watchStatus(nodeRed.port, "webhook");
        await waitFor(
          () => (/^green dot: .+ \(\d so far\)$/.test(editor.status()) ? true : undefined),
          () => `the status is ${editor.status()}`,
        );
        editor.close();
      });
    }

    it("a webhook-in whose endpoint comes later gets each event once, however often flows are deployed", async () => {
      const [tab, , ...rest] = recordedFlow(file) as [FlowNode, FlowNode, ...FlowNode[]];
      await nodeRed.setFlows([tab, ...rest]);
      for (let version = 1; version <= 3; version += 1) {
        await nodeRed.setFlows([{ ...tab, info: `version ${version}` }, ...rest, endpoint()], "nodes");
      }
      assert.equal((await send()).status, 200);
      await waitForRecorded(file, 1);
      assert.equal((await send()).status, 200);
      await waitForRecorded(file, 2);
      assert.equal(recorded(), 2);
    });

    it("a dozen endpoints, and as many nodes without one, are not taken for a leak", async () => {
      const dozen = Array.from({ length: 12 }, (_, index) => index);
      await nodeRed.setFlows([
        { id: "tab", type: "tab", label: "Test" },
        ...dozen.map((index) => endpoint({ id: `endpoint-${index}`, path: `/hapana-${index}` })),
        ...dozen.map((index) => webhookIn({ id: `in-${index}`, endpoint: "nowhere" })),
      ]);
      assert.equal((await send("/hapana-11/checkIn")).status, 200);
      await nodeRed.stop();
      assert.doesNotMatch(nodeRed.log(), /MaxListenersExceeded/);
    });

    it("events that come while there is no webhook-in are taken, for nobody; one that is added gets the next", async () => {
      await nodeRed.setFlows([{ id: "tab", type: "tab", label: "Test" }, endpoint()]);
      assert.equal((await send()).status, 200);
      await nodeRed.setFlows(recordedFlow(file));
      assert.equal((await send()).status, 200);
      await waitForRecorded(file, 1);
      await delay(200);
      assert.equal(recorded(), 1);
    });

    it("what waits for a webhook-in in a disabled tab comes once it is enabled again", async () => {
      const disabled = (flows: FlowNode[]) =>
        flows.map((node) => (node.type === "tab" ? { ...node, disabled: true } : node));
      await nodeRed.setFlows(slowFlow({ milliseconds: 60_000, file }));
      assert.equal((await send()).status, 200);
      await nodeRed.setFlows(disabled(slowFlow({ milliseconds: 0, file })));
      assert.equal((await send()).status, 200, "for nobody");
      await nodeRed.setFlows(slowFlow({ milliseconds: 0, file }));
      const [again] = await waitForRecorded(file, 1);
      assert.equal(again?.msg.hapana.redelivered, true);
      await delay(200);
      assert.equal(recorded(), 1);
    });

    it("an endpoint that gets another path under load has it at once, and nothing is lost", async () => {
      const load = startLoad(nodeRed.url);
      await waitFor(
        () => (load.acknowledged.size > 20 ? true : undefined),
        () => "nothing is accepted",
      );
      await nodeRed.setFlows(recordedFlow(file, { endpoint: { path: "/moved" } }));
      await waitFor(
        () => (load.otherAnswers.size > 0 ? true : undefined),
        () => "the old path still answers",
      );
      await load.stop();
      assert.deepEqual([...load.otherAnswers.keys()], [404], "the old path is gone");
      assert.equal(load.broken, 0);
      assert.equal((await send("/moved/checkIn")).status, 200);
      const { lost, twice } = await waitUntilNothingIsLost(load.acknowledged, file, 10_000);
      assert.deepEqual({ lost, twice }, { lost: 0, twice: 0 });
    });

    it("from disk to memory and back: what waits on disk is kept, and comes after", async () => {
      await nodeRed.setFlows(slowFlow({ milliseconds: 60_000, file }));
      for (let count = 0; count < 3; count += 1) assert.equal((await send()).status, 200);
      await nodeRed.setFlows(slowFlow({ milliseconds: 0, file, endpoint: { storage: "memory" } }));
      assert.equal((await send()).status, 200);
      await waitForRecorded(file, 1);
      await delay(200);
      assert.equal(recorded(), 1, "what is on disk stays there");
      await nodeRed.setFlows(slowFlow({ milliseconds: 0, file }));
      const all = await waitForRecorded(file, 4);
      assert.deepEqual(
        all.map(({ msg }) => msg.hapana.redelivered),
        [false, true, true, true],
      );
    });
  });
}
