import assert from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { recordedFlow, token } from "../support/flows";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { everyPlatform } from "../support/platforms";
import { post } from "../support/post";
import { head, speak } from "../support/raw";
import { readRecorded, waitForRecorded } from "../support/recorded";
import { readStates } from "../support/store";
import { makeUserDir } from "../support/user-dir";
import { waitFor } from "../support/wait-for";
import { slowFlow } from "./slow-flow";

for (const platform of everyPlatform) {
  describe(`Node-RED ${platform.name} is asked to end`, function () {
    this.timeout(60_000);
    let nodeRed: NodeRed | undefined;

    afterEach(async () => {
      await nodeRed?.stop();
      nodeRed = undefined;
    });

    /** A check-in, of which only the first half is sent. */
    const sendHalf = (port: number, clientID: string) => {
      const body = JSON.stringify({ clientID, siteID: "s", checkInStatus: "Valid" });
      const middle = Math.floor(body.length / 2);
      const headers = {
        Authorization: token,
        "Content-Type": "application/json",
        "Content-Length": body.length,
        Connection: "close",
      };
      const connection = speak(port, head("POST /hapana/checkIn", headers) + body.slice(0, middle));
      return { finish: () => connection.write(body.slice(middle)), answered: connection.closed };
    };

    /** Node.js takes connections in their order: once a later one is answered, the earlier ones are being read. */
    const allHaveArrived = async (url: string) => {
      for (let round = 0; round < 3; round += 1) {
        assert.equal((await post(`${url}/hapana`, { token: "Bearer wrong" })).status, 401);
      }
    };

    it("answers the requests under way, also those whose bodies are still arriving", async () => {
      const userDir = makeUserDir();
      const file = join(userDir, "recorded.jsonl");
      const running = await startNodeRed({ platform, userDir, flows: recordedFlow(file) });
      nodeRed = running;
      const requests = Array.from({ length: 10 }, (_, index) => sendHalf(running.port, `client-${index}`));
      await allHaveArrived(running.url);
      const ended = running.stop("SIGTERM");
      await waitFor(
        () => (/Stopping flows/.test(running.log()) ? true : undefined),
        () => "it does not end",
      );
      for (const { finish } of requests) finish();
      for (const { answered } of requests) assert.match(await answered, /^HTTP\/1.1 200 /);
      assert.deepEqual(await ended, { code: 0, signal: null });
      await running.restart();
      await waitForRecorded(file, 10);
      await delay(200);
      assert.equal(readRecorded(file).length, 10);
    });

    it("does not make a deploy wait for a body that is still arriving, and answers that as well", async () => {
      const userDir = makeUserDir();
      const file = join(userDir, "recorded.jsonl");
      nodeRed = await startNodeRed({ platform, userDir, flows: recordedFlow(file) });
      const request = sendHalf(nodeRed.port, "joe");
      await allHaveArrived(nodeRed.url);
      const before = Date.now();
      await nodeRed.setFlows(recordedFlow(file, { endpoint: { retentionDays: 3 } }));
      assert.ok(Date.now() - before < 8_000, `the deploy took ${Date.now() - before} ms`);
      request.finish();
      assert.match(await request.answered, /^HTTP\/1.1 200 /);
      await waitForRecorded(file, 1);
    });

    it("which is no crash: what was in the flow is sent again, however often, and never set aside", async () => {
      const userDir = makeUserDir();
      const file = join(userDir, "recorded.jsonl");
      nodeRed = await startNodeRed({ platform, userDir, flows: slowFlow({ milliseconds: 60_000, file }) });
      const body = { clientID: "joe", siteID: "s" };
      assert.equal((await post(`${nodeRed.url}/hapana/checkIn`, { token, body })).status, 200);
      for (let ends = 0; ends < 4; ends += 1) {
        await waitFor(
          async () => ((await readStates(userDir)).attempts[0] === ends + 1 ? true : undefined),
          () => "it is not in the flow",
        );
        await nodeRed.restart();
      }
      assert.doesNotMatch(nodeRed.log(), /Set aside/);
      await waitFor(
        async () => ((await readStates(userDir)).attempts[0] === 5 ? true : undefined),
        () => "it is not in the flow",
      );
      await nodeRed.setFlows(slowFlow({ milliseconds: 0, file }));
      const [recorded] = await waitForRecorded(file, 1);
      assert.deepEqual([recorded?.msg.hapana.attempt, recorded?.msg.hapana.redelivered], [6, true]);
    });
  });
}
