import assert from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { enduring, isEndurance } from "../support/endurance";
import type { FlowNode } from "../support/flows";
import { type DeploymentType, type NodeRed, startNodeRed } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { slowDisk } from "../support/slow-disk";
import { noteAccount } from "../support/summary";
import { makeUserDir } from "../support/user-dir";
import { waitUntilNothingIsLost } from "./account";
import { startLoad } from "./load";
import { slowFlow } from "./slow-flow";

const duration = enduring(8_000, 600_000);
const longestGap = 500;
const kinds: readonly DeploymentType[] = ["full", "flows", "nodes"];

/** One of them, each as likely as the others. */
const oneOf = <Item>(items: readonly Item[]): Item => items[Math.floor(Math.random() * items.length)] as Item;

for (const platform of onePlatform) {
  describe(`deploys at random moments under load, Node-RED ${platform.name}`, function () {
    this.timeout(2 * duration);
    let nodeRed: NodeRed | undefined;
    afterEach(() => nodeRed?.stop());

    for (const withKills of isEndurance ? [false, true] : [false]) {
      it(`lose nothing, whatever they change${withKills ? ", also where Node-RED is killed in between" : ""}`, async () => {
        const userDir = makeUserDir();
        const file = join(userDir, "recorded.jsonl");
        const flows = (version: number): FlowNode[] =>
          slowFlow({
            milliseconds: 20,
            file,
            webhookIn: { name: `version ${version}`, completeTimeout: 5 },
            endpoint: { retentionDays: 7 + (version % 3) },
          });
        const changes: readonly ((flow: FlowNode[]) => FlowNode[])[] = [
          (flow) => flow,
          (flow) => flow.map((node) => (node.id === "webhook" ? { ...node, d: true } : node)),
          (flow) => flow.filter(({ id }) => id !== "webhook"),
          (flow) => flow.map((node) => (node.type === "tab" ? { ...node, disabled: true } : node)),
        ];
        const disk = slowDisk();
        nodeRed = await startNodeRed({ platform, userDir, flows: flows(0), env: disk.env });
        const load = startLoad(nodeRed.url);
        const end = Date.now() + duration;
        let version = 0;
        let kills = 0;
        while (Date.now() < end) {
          await delay(Math.random() * longestGap);
          version += 1;
          if (withKills && Math.random() < 0.03) {
            kills += 1;
            await nodeRed.kill9();
            await nodeRed.restart();
          } else await nodeRed.setFlows(oneOf(changes)(flows(version)), oneOf(kinds));
        }
        await load.stop();
        await nodeRed.setFlows(flows(version + 1));
        const account = await waitUntilNothingIsLost(load.acknowledged, file, 60_000);
        disk.remove();
        noteAccount({
          what: `deploys that disable, delete and restore nodes, at random moments${withKills ? ", and `kill -9`" : ""}`,
          platform: platform.name,
          often: `${version - kills}${withKills ? ` and ${kills}` : ""}`,
          answered: load.acknowledged.size,
          lost: account.lost,
          twice: account.twice,
          also: `${disk.what}, slowest answer ${Math.round(load.slowest)} ms`,
        });
        assert.ok(load.acknowledged.size > 100);
        assert.equal(account.twiceUnsaid, 0);
        if (!withKills) assert.deepEqual([...load.otherAnswers], [], "only 200 is answered");
      });
    }
  });
}
