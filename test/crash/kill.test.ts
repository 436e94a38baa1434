import assert from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { enduring } from "../support/endurance";
import { oneNodeRed } from "../support/one-node-red";
import { onePlatform } from "../support/platforms";
import { readStates, traceEvents } from "../support/store";
import { noteAccount } from "../support/summary";
import { waitFor } from "../support/wait-for";
import { waitUntilNothingIsLost } from "./account";
import { startLoad } from "./load";
import { slowFlow } from "./slow-flow";

const kills = enduring(2, 20);

for (const platform of onePlatform) {
  describe(`kill -9 under load, Node-RED ${platform.name}`, function () {
    this.timeout(enduring(90_000, 600_000));
    const nodeRed = oneNodeRed({ platform });

    for (const milliseconds of [0, 150]) {
      it(`a flow that takes ${milliseconds} ms loses nothing that was answered 200`, async () => {
        const file = join(nodeRed().userDir, `recorded-${milliseconds}.jsonl`);
        const endpoint = `endpoint-${milliseconds}`;
        const webhook = `webhook-${milliseconds}`;
        const own = { endpoint: { id: endpoint }, webhookIn: { id: webhook, endpoint } };
        await nodeRed().setFlows(slowFlow({ milliseconds, file, ...own }));
        // In the short form, no more than the slow flow is soon through with.
        const clients = milliseconds > 0 ? enduring(3, 8) : 8;
        // It goes on while Node-RED is down and while it starts.
        const load = startLoad(nodeRed().url, { clients });
        for (let kill = 0; kill < kills; kill += 1) {
          const before = load.acknowledged.size;
          await waitFor(
            () => (load.acknowledged.size > before + 20 ? true : undefined),
            () => "nothing is accepted",
          );
          await delay(enduring(0, 400) + Math.random() * enduring(400, 1_000));
          await nodeRed().kill9();
          await nodeRed().restart();
        }
        await load.stop();
        const { acknowledged } = load;
        const trace = (clientIDs: readonly string[]) => traceEvents(nodeRed(), clientIDs);
        const account = await waitUntilNothingIsLost(acknowledged, file, 60_000, trace);
        const { setAside } = await readStates(nodeRed(), webhook);
        noteAccount({
          what: `\`kill -9\` under load from ${clients} clients, a flow that takes ${milliseconds} ms`,
          platform: platform.name,
          often: kills,
          answered: acknowledged.size,
          lost: account.lost,
          twice: account.twice,
          also: `${setAside} set aside`,
        });
        assert.equal(setAside, 0, "no event is to blame");
        assert.equal(account.lost, 0);
        assert.equal(account.twiceUnsaid, 0, "what comes a second time says that it is redelivered");
      });
    }
  });
}
