import assert from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { enduring } from "../support/endurance";
import type { FlowNode } from "../support/flows";
import type { DeploymentType } from "../support/node-red";
import { oneNodeRed } from "../support/one-node-red";
import { everyPlatform } from "../support/platforms";
import { noteAccount } from "../support/summary";
import { waitUntilNothingIsLost } from "./account";
import { startLoad } from "./load";
import { slowFlow } from "./slow-flow";

const deploys = enduring(6, 50);
const kinds: readonly DeploymentType[] = ["full", "flows", "nodes"];

for (const platform of everyPlatform) {
  describe(`deploys under load, Node-RED ${platform.name}`, function () {
    this.timeout(enduring(90_000, 600_000));
    const nodeRed = oneNodeRed({ platform });

    for (const deliveredWhen of ["complete", "sent"] as const) {
      it(`delivered when ${deliveredWhen}: every request is answered 200, and every event comes out`, async () => {
        const file = join(nodeRed().userDir, `recorded-${deliveredWhen}.jsonl`);
        const flows = (version: number): FlowNode[] =>
          slowFlow({
            milliseconds: deliveredWhen === "complete" ? 20 : 0,
            file,
            webhookIn: {
              id: `webhook-${deliveredWhen}`,
              deliveredWhen,
              name: `version ${version}`,
              completeTimeout: 5,
            },
            // Every third deploy changes the endpoint itself as well.
            endpoint: { retentionDays: 7 + (version % 3) },
          });
        await nodeRed().setFlows(flows(0));
        const load = startLoad(nodeRed().url);
        for (let version = 1; version <= deploys; version += 1) {
          await delay(100);
          await nodeRed().setFlows(flows(version), kinds[version % kinds.length]);
        }
        await delay(200);
        await load.stop();
        assert.deepEqual([...load.otherAnswers], [], "only 200 is answered");
        assert.equal(load.broken, 0, "no connection breaks");
        const account = await waitUntilNothingIsLost(load.acknowledged, file, 60_000);
        noteAccount({
          what: `deploys of all three kinds, under load, \`${deliveredWhen}\``,
          platform: platform.name,
          often: deploys,
          answered: load.acknowledged.size,
          lost: account.lost,
          twice: account.twice,
          also: `slowest answer ${Math.round(load.slowest)} ms`,
        });
        assert.equal(account.twiceUnsaid, 0);
        if (deliveredWhen === "sent") assert.equal(account.twice, 0);
        assert.ok(load.slowest < 9_000, "nothing hangs");
      });
    }
  });
}
