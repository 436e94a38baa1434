import assert from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { recordedFlow, token } from "../support/flows";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { platforms } from "../support/platforms";
import { post } from "../support/post";
import { readRecorded, waitForRecorded } from "../support/recorded";
import { makeUserDir } from "../support/user-dir";

for (const platform of platforms) {
  describe(`duplicates, Node-RED ${platform.name}`, function () {
    this.timeout(60_000);
    const userDir = makeUserDir();
    const file = join(userDir, "recorded.jsonl");
    let nodeRed: NodeRed;

    before(async () => {
      nodeRed = await startNodeRed({ platform, userDir, flows: recordedFlow(file) });
    });
    after(() => nodeRed?.stop());

    const send = (body: object, deliveryId?: string) =>
      post(`${nodeRed.url}/hapana/clientStatusChange`, {
        token,
        body,
        headers: { "x-hapana-delivery": deliveryId },
      });
    const recordedOf = (clientID: string) => readRecorded(file).filter(({ msg }) => msg.payload.clientID === clientID);

    it("the same delivery id on two connections at once comes out once", async () => {
      const answers = await Promise.all([
        send({ clientID: "twins", siteID: "s", status: "inactive" }, "del_twins"),
        send({ clientID: "twins", siteID: "s", status: "suspended" }, "del_twins"),
      ]);
      assert.deepEqual(answers.map(({ json }) => json().status).sort(), ["accepted", "duplicate"]);
      await waitForRecorded(file, 1);
      await delay(300);
      assert.equal(recordedOf("twins").length, 1);
    });

    it("the same event without a delivery id comes out once", async () => {
      const body = { clientID: "again", siteID: "s", status: "inactive" };
      assert.equal((await send(body)).json().status, "accepted");
      assert.equal((await send(body)).json().status, "duplicate");
      await delay(300);
      assert.equal(recordedOf("again").length, 1);
    });

    it("active, suspended, active within a minute is three events", async () => {
      for (const status of ["activePackage", "suspendedMembership", "activePackage"]) {
        assert.equal((await send({ clientID: "back", siteID: "s", status })).json().status, "accepted");
      }
      await delay(300);
      assert.equal(recordedOf("back").length, 3);
    });

    it("a duplicate is recognised across a restart", async () => {
      const body = { clientID: "patient", siteID: "s", status: "inactive" };
      await send(body, "del_patient");
      await delay(300);
      await nodeRed.kill9();
      await nodeRed.restart();
      assert.equal((await send(body, "del_patient")).json().status, "duplicate");
      assert.equal((await send(body)).json().status, "duplicate");
      await delay(300);
      assert.equal(recordedOf("patient").length, 1);
    });
  });
}
