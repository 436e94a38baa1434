import assert from "node:assert/strict";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { token } from "../support/flows";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { readRecorded } from "../support/recorded";
import { readStates } from "../support/store";
import { allCoreNodes, makeUserDir } from "../support/user-dir";
import { waitFor } from "../support/wait-for";
import { flowsOf, pathOf, releaseOf, type Scenario, scenarios, subflow, webhookOf } from "./complete-scenarios";

for (const platform of onePlatform) {
  describe(`delivered when complete, Node-RED ${platform.name}`, function () {
    this.timeout(60_000);
    const userDir = makeUserDir();
    const file = join(userDir, "recorded.jsonl");
    const answersDue: ServerResponse[] = [];
    let server: Server;
    let all: Scenario[];
    let nodeRed: NodeRed;
    /** When the event was sent, and when each scenario was first seen to be over. */
    let sent: number;
    const over = new Map<number, number>();

    const stateOf = (index: number) => readStates(nodeRed, webhookOf(index));
    const isOver = async (index: number): Promise<boolean> => {
      const { waiting, inFlow, slow } = await stateOf(index);
      if (waiting + inFlow + (all[index]?.isSlow ? 0 : slow) > 0) return false;
      if (!over.has(index)) over.set(index, performance.now());
      return true;
    };
    const send = async (index: number, clientID: string) => {
      const body = { clientID, siteID: "site" };
      assert.equal((await post(`${nodeRed.url}${pathOf(index)}/checkIn`, { token, body })).status, 200);
    };
    const release = async (index: number) => {
      if (all[index]?.heldBy?.length === 0) for (const answer of answersDue.splice(0)) answer.end("ok");
      assert.equal((await post(`${nodeRed.url}/inject/${releaseOf(index)}`)).status, 200);
    };

    before(async () => {
      server = createServer((_request, response) => answersDue.push(response));
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      all = scenarios(userDir, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      nodeRed = await startNodeRed({
        platform,
        settings: allCoreNodes,
        userDir,
        flows: [...subflow, ...flowsOf(all, file)],
      });
      sent = performance.now();
      for (const index of all.keys()) await send(index, "joe");
      // By then, whatever would count as delivered too early has done so as well.
      const free = all.flatMap(({ heldBy }, index) => (heldBy ? [] : [index]));
      await waitFor(
        async () => {
          for (const index of free) if (!(await isOver(index))) return undefined;
          return true;
        },
        () => `these never ended: ${free.filter((index) => !over.has(index)).map((index) => all[index]?.name)}`,
      );
    });
    after(async () => {
      await nodeRed?.stop();
      server.close();
    });

    scenarios("", "").forEach(({ name, heldBy, lasts = 0, fails, isSlow }, index) => {
      it(name, async () => {
        if (heldBy) {
          assert.equal((await stateOf(index)).inFlow, 1, "it counted as delivered too early");
          // Again and again: behind one node that keeps it, there may be another one.
          await waitFor(
            async () => {
              await release(index);
              return (await isOver(index)) ? true : undefined;
            },
            () => "it never ended",
          );
        }
        assert.ok((over.get(index) ?? 0) - sent >= lasts, "it ended too early");
        const { failed, slow } = await stateOf(index);
        assert.equal(slow, isSlow ? 1 : 0);
        assert.equal(failed.length, fails ? 1 : 0, failed.join());
        if (fails) assert.match(failed[0] ?? "", fails);
      });
    });

    it("says at each attempt which one it is", () => {
      const index = all.findIndex(({ name }) => name.includes("second attempt"));
      const attempts = readRecorded(file).filter(({ node }) => node === String(index));
      assert.deepEqual(
        attempts.map(({ msg }) => [msg.hapana.attempt, msg.hapana.redelivered]),
        [
          [1, false],
          [2, true],
        ],
      );
    });

    it("nodes that never say that they are through do not stall the queue, and lose nothing at a deploy", async () => {
      const silent = all.filter(({ isSlow }) => isSlow);
      await nodeRed.setFlows([...flowsOf(silent, file)]);
      const before = readRecorded(file).length;
      for (let count = 0; count < 70; count += 1) await send(0, `client-${count}`);
      await waitFor(
        () => (readRecorded(file).length - before >= 70 ? true : undefined),
        () => `${readRecorded(file).length - before} of 70 came out`,
      );
    });
  });
}
