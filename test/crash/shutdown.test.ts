import assert from "node:assert/strict";
import { once } from "node:events";
import { join } from "node:path";
import { type FlowNode, recordedFlow, token } from "../support/flows";
import { oneNodeRed } from "../support/one-node-red";
import { everyPlatform } from "../support/platforms";
import { post } from "../support/post";
import { head, speak } from "../support/raw";
import { waitForRecorded } from "../support/recorded";
import { readStates } from "../support/store";
import { waitFor } from "../support/wait-for";
import { slowFlow } from "./slow-flow";

for (const platform of everyPlatform) {
  describe(`Node-RED ${platform.name} is asked to end`, function () {
    this.timeout(60_000);
    const nodeRed = oneNodeRed({ platform });
    let file: string;
    let tests = 0;

    beforeEach(() => {
      tests += 1;
      file = join(nodeRed().userDir, `recorded-${tests}.jsonl`);
    });

    /** What belongs to this test only: no event of an earlier one comes out. */
    const own = (properties: Partial<FlowNode> = {}) => ({
      endpoint: { id: `endpoint-${tests}`, ...properties },
      webhookIn: { id: `webhook-${tests}`, endpoint: `endpoint-${tests}` },
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
      const running = nodeRed();
      await running.setFlows(recordedFlow(file, own()));
      const requests = Array.from({ length: 10 }, (_, index) => sendHalf(running.port, `client-${index}`));
      await allHaveArrived(running.url);
      const ended = once(running.process, "exit");
      running.process.kill("SIGTERM");
      await waitFor(
        () => (/Stopping flows/.test(running.log()) ? true : undefined),
        () => "it does not end",
      );
      for (const { finish } of requests) finish();
      for (const { answered } of requests) assert.match(await answered, /^HTTP\/1.1 200 /);
      assert.deepEqual(await ended, [0, null]);
      await running.restart();
      await waitForRecorded(file, 10);
      const body = { clientID: "after", siteID: "s" };
      assert.equal((await post(`${running.url}/hapana/checkIn`, { token, body })).status, 200);
      const clients = (await waitForRecorded(file, 11)).map(({ msg }) => String(msg.payload.clientID));
      assert.equal(new Set(clients).size, 11, `each once: ${clients}`);
    });

    it("does not make a deploy wait for a body that is still arriving, and answers that as well", async () => {
      await nodeRed().setFlows(recordedFlow(file, own()));
      const request = sendHalf(nodeRed().port, "joe");
      await allHaveArrived(nodeRed().url);
      const before = Date.now();
      await nodeRed().setFlows(recordedFlow(file, own({ retentionDays: 3 })));
      assert.ok(Date.now() - before < 8_000, `the deploy took ${Date.now() - before} ms`);
      request.finish();
      assert.match(await request.answered, /^HTTP\/1.1 200 /);
      await waitForRecorded(file, 1);
    });

    it("which is no crash: what was in the flow is sent again, however often, and never set aside", async () => {
      await nodeRed().setFlows(slowFlow({ milliseconds: 60_000, file, ...own() }));
      const body = { clientID: "joe", siteID: "s" };
      assert.equal((await post(`${nodeRed().url}/hapana/checkIn`, { token, body })).status, 200);
      const isInFlow = (attempt: number) =>
        waitFor(
          async () => {
            const { attempts } = await readStates(nodeRed(), own().webhookIn.id);
            return attempts[0] === attempt ? true : undefined;
          },
          () => `it is not in the flow for the ${attempt}. time`,
        );
      await isInFlow(1);
      // As many crashes would set it aside.
      for (let ends = 1; ends <= 3; ends += 1) {
        await nodeRed().restart();
        await isInFlow(ends + 1);
      }
      assert.doesNotMatch(nodeRed().log(), /Set aside/);
      await nodeRed().setFlows(slowFlow({ milliseconds: 0, file, ...own() }));
      const [recorded] = await waitForRecorded(file, 1);
      assert.deepEqual([recorded?.msg.hapana.attempt, recorded?.msg.hapana.redelivered], [5, true]);
    });
  });
}
