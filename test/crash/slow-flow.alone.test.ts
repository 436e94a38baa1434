import assert from "node:assert/strict";
import { join } from "node:path";
import { enduring, isEndurance } from "../support/endurance";
import type { FlowNode } from "../support/flows";
import { gaugedOptions, liveMegabytes, memoryGauge, ownMegabytes } from "../support/memory";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { countStored, readStates } from "../support/store";
import { noteAccount, noteFigures } from "../support/summary";
import { makeUserDir } from "../support/user-dir";
import { waitUntilNothingIsLost } from "./account";
import { startLoad } from "./load";
import { slowFlow } from "./slow-flow";

const parts = 4;
const eventsPerPart = enduring(400, 25_000);

/** So that few events, were they kept in memory, would be seen there as well as many. */
const filler = enduring(20_000, 0);

/** Two parts' worth of events, kept in memory, would take several times as much. */
const maxGrowth = enduring(8, 4);

/** What part of the load cost, in megabytes. */
interface Cost {
  /** What objects took after it, without garbage. */
  live: number;
  /** What the process had at the most while it ran. */
  own: number;
}

for (const platform of onePlatform) {
  describe(`a flow that takes 1 s each, Node-RED ${platform.name}`, function () {
    this.timeout(enduring(120_000, 900_000));
    let nodeRed: NodeRed;

    after(() => nodeRed?.stop());

    it("costs no memory, whatever waits; all of it is delivered once the flow is quick, over a restart", async () => {
      const userDir = makeUserDir();
      const file = join(userDir, "recorded.jsonl");
      const flows = (milliseconds: number): FlowNode[] => [...slowFlow({ milliseconds, file }), ...memoryGauge];
      nodeRed = await startNodeRed({ platform, userDir, ...gaugedOptions, flows: flows(1_000) });
      const acknowledged = new Set<string>();
      const send = async (events: number): Promise<Cost> => {
        let own = 0;
        const sampling = setInterval(() => {
          own = Math.max(own, ownMegabytes(nodeRed.pid));
        }, 100);
        const load = startLoad(nodeRed.url, { clients: 16, events, filler });
        await load.finished;
        clearInterval(sampling);
        assert.equal(load.acknowledged.size, events, "all are answered 200");
        for (const clientID of load.acknowledged) acknowledged.add(clientID);
        return { live: await liveMegabytes(nodeRed), own };
      };

      // Until the flow is full and what is needed has been compiled.
      const before = await send(enduring(400, 5_000));
      const costs: Cost[] = [];
      const started = performance.now();
      for (let part = 0; part < parts; part += 1) costs.push(await send(eventsPerPart));
      const rate = (parts * eventsPerPart * 1_000) / (performance.now() - started);
      assert.equal(await countStored(nodeRed), acknowledged.size, "all are stored");
      const { waiting, inFlow } = await readStates(nodeRed);
      assert.ok(inFlow <= 64, `${inFlow} in the flow`);
      assert.ok(waiting > acknowledged.size / 2, `${waiting} wait`);

      await nodeRed.restart();
      const afterRestart = { live: await liveMegabytes(nodeRed), own: ownMegabytes(nodeRed.pid) };
      await nodeRed.setFlows(flows(0));
      const account = await waitUntilNothingIsLost(acknowledged, file, 60_000);
      noteAccount({
        what: "events into a flow that takes 1 s each; restarted; then made quick",
        platform: platform.name,
        often: 1,
        answered: acknowledged.size,
        lost: account.lost,
        twice: account.twice,
      });
      noteFigures({
        what: "memory while they wait, in MB: live objects / own memory of the process",
        platform: platform.name,
        figures:
          `${Math.round(rate)} events a second; ${inWords(before)} before, ${costs.map(inWords).join(", ")} ` +
          `after each ${eventsPerPart}, ${inWords(afterRestart)} after the restart`,
      });
      assert.equal(account.lost, 0);
      assert.equal(account.twiceUnsaid, 0);
      const [, second, , last] = costs as [Cost, Cost, Cost, Cost];
      assert.ok(last.live - second.live < maxGrowth, `what is live grows: ${costs.map(inWords)}`);
      assert.ok(afterRestart.live - second.live < maxGrowth, `the restart loads what waits: ${inWords(afterRestart)}`);
      // In the short form, V8 has not settled yet.
      if (isEndurance) assert.ok(last.own - second.own < 3 * maxGrowth, `the process grows: ${costs.map(inWords)}`);
    });
  });
}

function inWords({ live, own }: Cost): string {
  return `${Math.round(live)}/${Math.round(own)}`;
}
