import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { recordedFlow, token } from "../support/flows";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { everyPlatform, type Platform } from "../support/platforms";
import { type Answer, post } from "../support/post";
import { readRecorded, waitForRecorded } from "../support/recorded";
import { code, makeUserDir } from "../support/user-dir";

/** Node-RED's own storage, but the flows take their time: as many milliseconds as a file in the userDir says. */
function slowStorage({ redJs }: Platform): object {
  const storage = join(dirname(redJs), "../@node-red/runtime/lib/storage/localfilesystem");
  return code(`(() => {
    const local = require(${JSON.stringify(storage)});
    let wait = 0;
    try { wait = Number(require("fs").readFileSync(__dirname + "/wait", "utf8")); } catch {}
    return { ...local, getFlows: () => new Promise((go) => setTimeout(go, wait)).then(() => local.getFlows()) };
  })()`);
}

for (const platform of everyPlatform) {
  describe(`while Node-RED ${platform.name} starts`, function () {
    this.timeout(60_000);
    const userDir = makeUserDir();
    const file = join(userDir, "recorded.jsonl");
    let nodeRed: NodeRed;
    /** What is to be done as soon as Node-RED listens, before its flows are there. */
    let whenListening: (() => void) | undefined;

    before(async () => {
      nodeRed = await startNodeRed({
        platform,
        userDir,
        flows: recordedFlow(file),
        settings: { storageModule: slowStorage(platform) },
        onLog: (text) => {
          if (!text.includes("Server now running")) return;
          whenListening?.();
          whenListening = undefined;
        },
      });
    });
    after(() => nodeRed.stop());

    const send = (path = "/hapana/checkIn", given = token, clientID = "joe") =>
      post(`${nodeRed.url}${path}`, { token: given, body: { clientID, siteID: "s" } });
    const isStarted = () =>
      nodeRed.log().lastIndexOf("Started flows") > nodeRed.log().lastIndexOf("Server now running");

    it("a request to a path known from the last run waits, is answered 200, and comes out", async () => {
      writeFileSync(join(userDir, "wait"), "3000");
      const early: Promise<{ answer: Answer; wasStarted: boolean }>[] = [];
      whenListening = () => {
        const requests = [send(), send("/hapana/checkIn", "Bearer wrong"), send("/other")];
        early.push(...requests.map(async (request) => ({ answer: await request, wasStarted: isStarted() })));
      };
      await nodeRed.restart();
      const [ours, refused, others] = await Promise.all(early);
      assert.deepEqual([ours?.answer.status, ours?.wasStarted], [200, true]);
      assert.deepEqual([refused?.answer.status, refused?.wasStarted], [401, true]);
      assert.deepEqual([others?.answer.status, others?.wasStarted], [404, false], "other paths do not wait");
      await waitForRecorded(file, 1);
    });

    it("is answered 503 after 9 seconds where the flows do not start, and comes in once they do", async () => {
      const flows = join(userDir, "flows.json");
      const sound = readFileSync(flows, "utf8");
      const broken = [...JSON.parse(sound), { id: "missing", type: "not-installed", z: "tab", x: 1, y: 1, wires: [] }];
      writeFileSync(join(userDir, "wait"), "0");
      await nodeRed.kill9();
      writeFileSync(flows, JSON.stringify(broken));
      let started = 0;
      let answer: Promise<Answer> | undefined;
      whenListening = () => {
        started = Date.now();
        answer = send("/hapana/checkIn", token, "jim");
      };
      await assert.rejects(nodeRed.restart(), /missing types/i);
      const { status, headers } = (await answer) ?? assert.fail("it did not listen");
      const waited = Date.now() - started;
      assert.equal(status, 503);
      assert.equal(headers["retry-after"], "30");
      assert.ok(waited > 8_500 && waited < 13_000, `${waited} ms`);
      await nodeRed.kill9();
      writeFileSync(flows, sound);
      await nodeRed.restart();
      assert.equal((await send("/hapana/checkIn", token, "jim")).status, 200);
      await delay(300);
      const clients = readRecorded(file).map(({ msg }) => msg.payload.clientID);
      assert.equal(clients.filter((client) => client === "jim").length, 1);
    });
  });
}
