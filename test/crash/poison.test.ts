import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { watchStatus } from "../support/editor-status";
import { type FlowNode, problem, token, withRecorder } from "../support/flows";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { readRecorded, waitForRecorded } from "../support/recorded";
import { noteAccount } from "../support/summary";
import { code, makeUserDir } from "../support/user-dir";
import { waitFor } from "../support/wait-for";
import { slowFlow } from "./slow-flow";

for (const platform of onePlatform) {
  describe(`an event that ends Node-RED, Node-RED ${platform.name}`, function () {
    this.timeout(60_000);
    let nodeRed: NodeRed;

    afterEach(() => nodeRed?.stop());

    it("is set aside once it has done so three times while it alone was in the flow; all others are delivered", async () => {
      const userDir = makeUserDir();
      const file = join(userDir, "recorded.jsonl");
      const told = join(userDir, "told.jsonl");
      const func = `if (msg.payload.clientID === "poison") { global.get("process").kill(global.get("process").pid, "SIGKILL"); }`;
      nodeRed = await startNodeRed({
        platform,
        userDir,
        flows: [...slowFlow({ milliseconds: 100, file, code: func }), ...withRecorder(problem(), told, ["problem"])],
        settings: { functionGlobalContext: code(`{ fs: require("fs"), process }`) },
      });
      const pids = [nodeRed.pid];
      const send = async (clientID: string) => {
        const { status } = await post(`${nodeRed.url}/hapana/checkIn`, { token, body: { clientID, siteID: "s" } });
        assert.equal(status, 200);
      };
      for (const clientID of ["before", "poison", "after"]) await send(clientID);
      const isSetAside = () => /Set aside 1 event/.test(nodeRed.log());
      // Two crashes make it suspected; then it has its turns, and in between nothing is sent for a while.
      for (let crash = 0; crash < 5; crash += 1) {
        await waitFor(
          () => (isRunning(pids.at(-1)) ? undefined : true),
          () => "Node-RED has not ended",
        );
        assert.equal(isSetAside(), false, `after ${crash} crashes`);
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
      assert.ok(isRunning(nodeRed.pid), "it stays up");
      assert.ok(isSetAside());
      const editor = watchStatus(nodeRed.port, "webhook");
      await waitFor(
        () => (/^red dot: 1 set aside after three crashes$/.test(editor.status()) ? true : undefined),
        () => `the status is ${editor.status()}`,
      );
      editor.close();
      const [message] = await waitForRecorded(told, 1);
      const { deliveryIds, ...hapana } = message?.msg.hapana ?? {};
      assert.deepEqual(hapana, {
        ...{ kind: "setAside", count: 1 },
        endpoint: { id: "endpoint", name: "Test endpoint" },
        node: { id: "webhook", name: "webhook" },
      });
      assert.equal((deliveryIds as string[]).length, 1);
      assert.doesNotMatch(JSON.stringify(message), /poison/);
      const seen = new Set(recorded);
      noteAccount({
        what: "an event that ends Node-RED each time",
        platform: platform.name,
        often: "5 starts",
        answered: 4,
        lost: 3 - seen.size,
        twice: recorded.length - seen.size,
        also: "1 set aside",
      });
      assert.deepEqual([...seen].sort(), ["after", "before", "last"]);
    });

    it("is somebody else's fault where another flow ends it every now and then: nothing is set aside", async () => {
      const userDir = makeUserDir();
      const file = join(userDir, "recorded.jsonl");
      const crashing: FlowNode[] = [
        { id: "crash", type: "inject", z: "tab", x: 100, y: 500, once: true, onceDelay: 0.3, wires: [["end"]] },
        {
          id: "end",
          type: "function",
          z: "tab",
          x: 300,
          y: 500,
          func: "process.kill(process.pid, 'SIGKILL');".replaceAll("process", 'global.get("process")'),
          wires: [[]],
        },
      ];
      const settings = { functionGlobalContext: code(`{ fs: require("fs"), process }`) };
      const flows = slowFlow({ milliseconds: 60_000, file });
      nodeRed = await startNodeRed({ platform, userDir, flows, settings });
      const clients = Array.from({ length: 6 }, (_, index) => `client-${index}`);
      for (const clientID of clients) {
        const { status } = await post(`${nodeRed.url}/hapana/checkIn`, { token, body: { clientID, siteID: "s" } });
        assert.equal(status, 200);
      }
      await nodeRed.setFlows([...flows, ...crashing]).catch(() => undefined);
      for (let crash = 0; crash < 9; crash += 1) {
        const { pid } = nodeRed;
        await waitFor(
          () => (isRunning(pid) ? undefined : true),
          () => "Node-RED has not ended",
        );
        await nodeRed.restart();
      }
      await nodeRed.kill9();
      // Repaired while it was down.
      const stored = JSON.parse(readFileSync(join(userDir, "flows.json"), "utf8")) as FlowNode[];
      const repaired = stored.filter(({ id }) => id !== "crash" && id !== "delay");
      const direct = repaired.map((node) => (node.id === "webhook" ? { ...node, wires: [["record"], []] } : node));
      writeFileSync(join(userDir, "flows.json"), JSON.stringify(direct));
      await nodeRed.restart();
      const seen = await waitForRecorded(file, clients.length, 60_000);
      assert.deepEqual([...new Set(seen.map(({ msg }) => String(msg.payload.clientID)))].sort(), clients);
      assert.doesNotMatch(nodeRed.log(), /Set aside/);
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
