import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { enduring, isEndurance } from "../support/endurance";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { type Platform, platforms } from "../support/platforms";
import { countStored, readStates } from "../support/store";
import { makeUserDir } from "../support/user-dir";
import { waitUntilNothingIsLost } from "./account";
import { startLoad } from "./load";
import { slowFlow } from "./slow-flow";

const events = enduring(1_500, 100_000);

/** What a process holds in memory of its own, in MB: without the store's file, which the kernel can drop at any time. */
function memoryOf(pid: number): number {
  const [, kilobytes] = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}

/** In the short form one Node-RED will do: it is memory that is looked at here. */
const tested: readonly Platform[] = isEndurance ? platforms : platforms.slice(0, 1);

for (const platform of tested) {
  describe(`a flow that takes 1 s each, Node-RED ${platform.name}`, function () {
    this.timeout(enduring(90_000, 900_000));
    let nodeRed: NodeRed;

    after(() => nodeRed?.stop());

    it("costs no memory, whatever waits; all of it is delivered once the flow is quick, over a restart", async () => {
      const userDir = makeUserDir();
      const file = join(userDir, "recorded.jsonl");
      const nodeOptions = ["--max-old-space-size=256"];
      nodeRed = await startNodeRed({ platform, userDir, nodeOptions, flows: slowFlow({ milliseconds: 1_000, file }) });
      const warmUp = startLoad(nodeRed.url, { events: enduring(200, 5_000) });
      await warmUp.finished;
      const memory = [memoryOf(nodeRed.pid)];
      const started = performance.now();
      const load = startLoad(nodeRed.url, { clients: 16, events });
      const sampling = setInterval(() => memory.push(memoryOf(nodeRed.pid)), 250);
      await load.finished;
      clearInterval(sampling);
      const seconds = (performance.now() - started) / 1_000;
      const acknowledged = new Set([...warmUp.acknowledged, ...load.acknowledged]);
      assert.equal(load.acknowledged.size, events, "all are answered 200");
      assert.equal(await countStored(userDir), acknowledged.size, "all are stored");
      const { waiting, inFlow } = await readStates(userDir);
      assert.ok(inFlow <= 64, `${inFlow} in the flow`);
      assert.ok(waiting > events / 2, `${waiting} wait`);

      await nodeRed.restart();
      await delay(500);
      const afterRestart = memoryOf(nodeRed.pid);
      await nodeRed.setFlows(slowFlow({ milliseconds: 0, file }));
      const account = await waitUntilNothingIsLost(acknowledged, file, enduring(30_000, 600_000));
      const [before = 0] = memory;
      const most = Math.max(...memory);
      console.log(
        `      ${acknowledged.size} answered 200, ${Math.round(events / seconds)} a second, ${waiting} waiting;`,
        `memory ${before} MB before, ${most} MB at most, ${afterRestart} MB after the restart:`,
        JSON.stringify(account),
      );
      assert.equal(account.lost, 0);
      assert.equal(account.twiceUnsaid, 0);
      assert.ok(most - before < 80, `memory grew from ${before} to ${most} MB`);
    });
  });
}
