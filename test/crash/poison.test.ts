import assert from "node:assert/strict";
import { join } from "node:path";
import { watchStatus } from "../support/editor-status";
import { token } from "../support/flows";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { readRecorded } from "../support/recorded";
import { noteAccount } from "../support/summary";
import { code, makeUserDir } from "../support/user-dir";
import { waitFor } from "../support/wait-for";
import { slowFlow } from "./slow-flow";

for (const platform of onePlatform) {
  describe(`an event that ends Node-RED, Node-RED ${platform.name}`, function () {
    this.timeout(60_000);
    let nodeRed: NodeRed;

    after(() => nodeRed?.stop());

    it("is set aside after the third crash; all others are delivered", async () => {
      const userDir = makeUserDir();
      const file = join(userDir, "recorded.jsonl");
      const func = `if (msg.payload.clientID === "poison") { global.get("process").kill(global.get("process").pid, "SIGKILL"); }`;
      nodeRed = await startNodeRed({
        platform,
        userDir,
        flows: slowFlow({ milliseconds: 100, file, code: func }),
        settings: { functionGlobalContext: code(`{ fs: require("fs"), process }`) },
      });
      const pids = [nodeRed.pid];
      const send = async (clientID: string) => {
        const { status } = await post(`${nodeRed.url}/hapana/checkIn`, { token, body: { clientID, siteID: "s" } });
        assert.equal(status, 200);
      };
      for (const clientID of ["before", "poison", "after"]) await send(clientID);
      for (let crash = 0; crash < 3; crash += 1) {
        await waitFor(
          () => (isRunning(pids.at(-1)) ? undefined : true),
          () => "Node-RED has not ended",
        );
        await nodeRed.restart();
        pids.push(nodeRed.pid);
      }
      await send("last");
      const recorded = await waitFor(
        () => {
          const clients = readRecorded(file).map(({ msg }) => msg.payload.clientID);
          return clients.includes("last") ? clients : undefined;
        },
        () => "the last one has not come out",
      );
      assert.ok(isRunning(nodeRed.pid), "the fourth start stays up");
      assert.match(nodeRed.log(), /Set aside 1 event/);
      const editor = watchStatus(nodeRed.port, "webhook");
      await waitFor(
        () => (/^red dot: 1 set aside: Node-RED stopped on it three times$/.test(editor.status()) ? true : undefined),
        () => `the status is ${editor.status()}`,
      );
      editor.close();
      const seen = new Set(recorded);
      noteAccount({
        what: "an event that ends Node-RED each time",
        platform: platform.name,
        often: "3 starts",
        answered: 4,
        lost: 3 - seen.size,
        twice: recorded.length - seen.size,
        also: "1 set aside",
      });
      assert.deepEqual([...seen].sort(), ["after", "before", "last"]);
    });
  });
}

function isRunning(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
}
