import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { endpoint, type FlowNode, token, webhookIn } from "../support/flows";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { everyPlatform } from "../support/platforms";
import { post } from "../support/post";
import { waitForRecorded } from "../support/recorded";
import { readStates } from "../support/store";
import { makeUserDir } from "../support/user-dir";
import { waitFor } from "../support/wait-for";

/** Files by which the nodes and the test tell each other how far they are. */
class Signals {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  give(name: string): void {
    writeFileSync(join(this.#folder, name), "");
  }

  when(name: string): Promise<unknown> {
    return waitFor(
      () => (existsSync(join(this.#folder, name)) ? true : undefined),
      () => `no signal: ${name}`,
    );
  }

  /** The same for function nodes: `give` and `when`. */
  get code(): string {
    return `const fs = global.get("fs");
      const give = (name) => fs.writeFileSync(${JSON.stringify(this.#folder)} + "/" + name, "");
      const when = async (name) => {
        while (!fs.existsSync(${JSON.stringify(this.#folder)} + "/" + name)) await new Promise((again) => setTimeout(again, 10));
      };`;
  }
}

for (const platform of everyPlatform) {
  describe(`a deploy that takes a node out, Node-RED ${platform.name}`, function () {
    this.timeout(60_000);
    let nodeRed: NodeRed;
    afterEach(() => nodeRed?.stop());

    for (const [when, code] of Object.entries({
      "while it lasts": "give('sent'); node.done();",
      "after it": "give('sent'); await when('deployed'); node.done();",
    })) {
      it(`what a staying node sent to it was counted as delivered where it reported ${when}`, async () => {
        const userDir = makeUserDir();
        const file = join(userDir, "recorded.jsonl");
        const signals = new Signals(userDir);
        const func = (id: string, code: string, more: Partial<FlowNode> = {}): FlowNode => ({
          ...{ id, type: "function", z: "tab", x: 300, y: 100, func: code, outputs: 1, wires: [[]] },
          ...more,
        });
        const staying = `${signals.code}
          if (msg.hapana.attempt > 1) { node.send(msg); node.done(); return; }
          give("got"); await when("go"); node.send(msg); ${code}`;
        const record = `global.get("fs").appendFileSync(${JSON.stringify(file)}, JSON.stringify({ node: "c", output: "", msg }) + "\\n");`;
        const flowsTo = (next: FlowNode): FlowNode[] => [
          { id: "tab", type: "tab", label: "Test" },
          endpoint(),
          { ...webhookIn({ events: ["checkIn"] }), wires: [["staying"], []] },
          func("staying", staying, { wires: [[next.id]] }),
          next,
        ];
        const closesSlowly = `module.exports = (RED) => {
          ${signals.code.replace('global.get("fs")', 'require("fs")')}
          RED.nodes.registerType("closes-slowly", function (config) {
            RED.nodes.createNode(this, config);
            this.on("input", (msg, send, done) => done());
            this.on("close", (removed, closed) => {
              give("stopping");
              when("sent").then(() => closed());
            });
          });
        };`;
        mkdirSync(join(userDir, "nodes"));
        writeFileSync(join(userDir, "nodes", "closes-slowly.js"), closesSlowly);
        writeFileSync(join(userDir, "nodes", "closes-slowly.html"), "");
        const gone: FlowNode = { ...{ id: "gone", type: "closes-slowly", z: "tab" }, x: 300, y: 200, wires: [] };
        nodeRed = await startNodeRed({ platform, userDir, flows: flowsTo(gone) });
        const body = { clientID: "joe", siteID: "site" };
        assert.equal((await post(`${nodeRed.url}/hapana/checkIn`, { token, body })).status, 200);
        await signals.when("got");
        const deployed = nodeRed.setFlows(flowsTo(func("new", record)), "nodes");
        await signals.when("stopping");
        signals.give("go");
        await deployed;
        signals.give("deployed");
        const [recorded] = await waitForRecorded(file, 1);
        assert.equal(recorded?.msg.hapana.attempt, 2);
        await waitFor(
          async () => ((await readStates(nodeRed)).delivered === 1 ? true : undefined),
          () => "it is still open",
        );
      });
    }
  });
}
