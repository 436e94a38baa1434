import assert from "node:assert/strict";
import { join } from "node:path";
import { watchStatus } from "../support/editor-status";
import { endpoint, type FlowNode, recordedFlow, token, webhookIn } from "../support/flows";
import { oneNodeRed } from "../support/one-node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { readRecorded, waitForRecorded } from "../support/recorded";
import { waitFor } from "../support/wait-for";
import { waitUntilNothingIsLost } from "./account";
import { startLoad } from "./load";
import { slowFlow } from "./slow-flow";

for (const platform of onePlatform) {
  describe(`changing the flows, Node-RED ${platform.name}`, function () {
    this.timeout(60_000);
    const nodeRed = oneNodeRed({ platform });
    let file: string;
    let tests = 0;
    let clients = 0;

    beforeEach(() => {
      tests += 1;
      file = join(nodeRed().userDir, `recorded-${tests}.jsonl`);
    });

    /** What belongs to this test only; an event of an earlier one belongs to others. */
    const ids = () => ({ endpoint: `endpoint-${tests}`, webhook: `webhook-${tests}` });
    const ownEndpoint = (properties: Partial<FlowNode> = {}) => endpoint({ id: ids().endpoint, ...properties });
    const own = (properties: { endpoint?: Partial<FlowNode> } = {}) => ({
      endpoint: { id: ids().endpoint, ...properties.endpoint },
      webhookIn: { id: ids().webhook, endpoint: ids().endpoint },
    });
    const recording = (properties?: Parameters<typeof own>[0]) => recordedFlow(file, own(properties));
    const withoutEndpoint = () => recording().filter(({ id }) => id !== ids().endpoint);
    /** Keeps every event. */
    const keeping = () => slowFlow({ milliseconds: 60_000, file, ...own() });
    const quick = (properties?: Parameters<typeof own>[0]) => slowFlow({ milliseconds: 0, file, ...own(properties) });

    /** The client whose event was accepted. */
    const send = async (path = "/hapana/checkIn") => {
      const clientID = `client-${++clients}`;
      const answer = await post(`${nodeRed().url}${path}`, { token, body: { clientID, siteID: "s" } });
      assert.equal(answer.status, 200);
      return clientID;
    };
    /** Waits until so many came out, and returns all of their clients. */
    const clientsOf = async (count: number) =>
      (await waitForRecorded(file, count)).map(({ msg }) => msg.payload.clientID);

    it("a deleted endpoint is gone at once: Node-RED itself answers 404", async () => {
      await nodeRed().setFlows(recording());
      await send();
      for (const type of ["nodes", "flows", "full"] as const) {
        await nodeRed().setFlows(withoutEndpoint(), type);
        const answer = await post(`${nodeRed().url}/hapana/checkIn`, { token, body: { clientID: "nobody" } });
        assert.equal(answer.status, 404);
        assert.match(answer.body, /Cannot POST/);
        await nodeRed().setFlows(recording());
        await send();
      }
      await waitForRecorded(file, 4);
    });

    for (const type of ["nodes", "flows"] as const) {
      it(`an endpoint that was deleted and is added again gets its webhook-in back, deployed as "${type}"`, async () => {
        await nodeRed().setFlows(recording());
        for (let time = 1; time <= 2; time += 1) {
          await nodeRed().setFlows(withoutEndpoint(), type);
          await nodeRed().setFlows(recording(), type);
          await send();
          await waitForRecorded(file, time);
        }
        const editor = watchStatus(nodeRed().port, ids().webhook);
        await waitFor(
          () => (/^green dot: .+ \(\d so far\)$/.test(editor.status()) ? true : undefined),
          () => `the status is ${editor.status()}`,
        );
        editor.close();
      });
    }

    it("a webhook-in whose endpoint comes later gets each event once, however often flows are deployed", async () => {
      const [tab, , ...rest] = recording() as [FlowNode, FlowNode, ...FlowNode[]];
      await nodeRed().setFlows([tab, ...rest]);
      for (let version = 1; version <= 3; version += 1) {
        await nodeRed().setFlows([{ ...tab, info: `version ${version}` }, ...rest, ownEndpoint()], "nodes");
      }
      const first = await send();
      assert.deepEqual(await clientsOf(1), [first]);
      const second = await send();
      assert.deepEqual(await clientsOf(2), [first, second]);
    });

    it("events that come while there is no webhook-in are taken, for nobody; one that is added gets the next", async () => {
      await nodeRed().setFlows([{ id: "tab", type: "tab", label: "Test" }, ownEndpoint()]);
      await send();
      await nodeRed().setFlows(recording());
      const next = [await send(), await send()];
      assert.deepEqual(await clientsOf(2), next);
    });

    it("what waits for a webhook-in in a disabled tab comes once it is enabled again, and what came meanwhile", async () => {
      const disabled = (flows: FlowNode[]) =>
        flows.map((node) => (node.type === "tab" ? { ...node, disabled: true } : node));
      await nodeRed().setFlows(keeping());
      const waiting = await send();
      await nodeRed().setFlows(disabled(quick()));
      const meanwhile = await send();
      await nodeRed().setFlows(quick());
      const [again] = await waitForRecorded(file, 2);
      assert.equal(again?.msg.hapana.redelivered, true);
      const next = await send();
      assert.deepEqual(await clientsOf(3), [waiting, meanwhile, next]);
    });

    it("an endpoint that gets another path under load has it at once, and nothing is lost", async () => {
      await nodeRed().setFlows(recording());
      const load = startLoad(nodeRed().url);
      await waitFor(
        () => (load.acknowledged.size > 20 ? true : undefined),
        () => "nothing is accepted",
      );
      await nodeRed().setFlows(recording({ endpoint: { path: "/moved" } }));
      await waitFor(
        () => (load.otherAnswers.size > 0 ? true : undefined),
        () => "the old path still answers",
      );
      await load.stop();
      assert.deepEqual([...load.otherAnswers.keys()], [404], "the old path is gone");
      assert.equal(load.broken, 0);
      await send("/moved/checkIn");
      const { lost, twice } = await waitUntilNothingIsLost(load.acknowledged, file, 60_000);
      assert.deepEqual({ lost, twice }, { lost: 0, twice: 0 });
    });

    it("from disk to memory and back: what waits in one comes out, whatever the endpoint uses now", async () => {
      await nodeRed().setFlows(keeping());
      const onDisk = [await send(), await send(), await send()];
      await nodeRed().setFlows(quick({ endpoint: { storage: "memory" } }));
      const inMemory = [await send(), await send()];
      await nodeRed().setFlows(quick());
      const afterwards = await send();
      assert.deepEqual((await clientsOf(6)).sort(), [...onDisk, ...inMemory, afterwards].sort());
      const again = readRecorded(file).filter(({ msg }) => msg.hapana.redelivered);
      assert.deepEqual(
        again.map(({ msg }) => msg.payload.clientID),
        onDisk,
      );
    });

    // The last one: it ends Node-RED, so that nothing is missing from the log.
    it("a dozen endpoints, and as many nodes without one, are not taken for a leak", async () => {
      const dozen = Array.from({ length: 12 }, (_, index) => index);
      await nodeRed().setFlows([
        { id: "tab", type: "tab", label: "Test" },
        ...dozen.map((index) => endpoint({ id: `endpoint-of-dozen-${index}`, path: `/hapana-${index}` })),
        ...dozen.map((index) => webhookIn({ id: `in-${index}`, endpoint: "nowhere" })),
      ]);
      await send("/hapana-11/checkIn");
      await nodeRed().stop();
      assert.doesNotMatch(nodeRed().log(), /MaxListenersExceeded/);
    });
  });
}
