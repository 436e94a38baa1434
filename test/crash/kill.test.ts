import assert from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { enduring } from "../support/endurance";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { readSetAside } from "../support/store";
import { noteAccount } from "../support/summary";
import { makeUserDir } from "../support/user-dir";
import { waitUntilNothingIsLost } from "./account";
import { startLoad } from "./load";
import { slowFlow } from "./slow-flow";

const kills = enduring(3, 20);

for (const platform of onePlatform) {
  for (const milliseconds of [0, 150]) {
    describe(`kill -9 under load, Node-RED ${platform.name}, a flow that takes ${milliseconds} ms`, function () {
      this.timeout(enduring(90_000, 600_000));
      let nodeRed: NodeRed;

      after(() => nodeRed?.stop());

      // In the short form, no more than the slow flow is soon through with.
      const clients = milliseconds > 0 ? enduring(3, 8) : 8;

      it("loses nothing that was answered 200", async () => {
        const userDir = makeUserDir();
        const file = join(userDir, "recorded.jsonl");
        nodeRed = await startNodeRed({ platform, userDir, flows: slowFlow({ milliseconds, file }) });
        const acknowledged = new Set<string>();
        for (let kill = 0; kill < kills; kill += 1) {
          const load = startLoad(nodeRed.url, { clients });
          await delay(400 + Math.random() * 1_000);
          await nodeRed.kill9();
          await load.stop();
          for (const clientID of load.acknowledged) acknowledged.add(clientID);
          await nodeRed.restart();
        }
        // One that was in the flow at three kills in a row, however innocent, is kept as failed, and said to be.
        const setAside = await readSetAside(userDir);
        for (const clientID of setAside) acknowledged.delete(clientID);
        const account = await waitUntilNothingIsLost(acknowledged, file, enduring(60_000, 300_000));
        noteAccount({
          what: `\`kill -9\` under load from ${clients} clients, a flow that takes ${milliseconds} ms`,
          platform: platform.name,
          often: kills,
          answered: acknowledged.size,
          lost: account.lost,
          twice: account.twice,
          also: `${setAside.size} set aside`,
        });
        assert.ok(setAside.size <= kills / 3);
        assert.equal(account.lost, 0);
        assert.equal(account.twiceUnsaid, 0, "what comes a second time says that it is redelivered");
        assert.ok(acknowledged.size > 20, `only ${acknowledged.size} were accepted`);
      });
    });
  }
}
