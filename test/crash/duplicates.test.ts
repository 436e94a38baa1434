import assert from "node:assert/strict";
import { join } from "node:path";
import { enduring } from "../support/endurance";
import { recordedFlow, token } from "../support/flows";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { readRecorded, waitForRecorded } from "../support/recorded";
import { readStates } from "../support/store";
import { noteAccount } from "../support/summary";
import { makeUserDir } from "../support/user-dir";
import { waitFor } from "../support/wait-for";

const many = enduring(100, 5_000);

for (const platform of onePlatform) {
  describe(`duplicates, Node-RED ${platform.name}`, function () {
    this.timeout(enduring(60_000, 180_000));
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
    /** Whatever was sent before has come out by now: events come out in order, and this one is the last. */
    const settle = async () => {
      settled += 1;
      const clientID = `settled ${settled}`;
      assert.equal((await send({ clientID, siteID: "s", status: "inactive" })).json().status, "accepted");
      await waitFor(
        () => (recordedOf(clientID).length > 0 ? true : undefined),
        () => `${clientID} has not come out`,
      );
    };
    let settled = 0;
    const recordedOf = (clientID: string) => readRecorded(file).filter(({ msg }) => msg.payload.clientID === clientID);

    it("the same delivery id on two connections at once comes out once", async () => {
      const answers = await Promise.all([
        send({ clientID: "twins", siteID: "s", status: "inactive" }, "del_twins"),
        send({ clientID: "twins", siteID: "s", status: "suspended" }, "del_twins"),
      ]);
      assert.deepEqual(answers.map(({ json }) => json().status).sort(), ["accepted", "duplicate"]);
      await settle();
      assert.equal(recordedOf("twins").length, 1);
    });

    it("the same event without a delivery id comes out once", async () => {
      const body = { clientID: "again", siteID: "s", status: "inactive" };
      assert.equal((await send(body)).json().status, "accepted");
      assert.equal((await send(body)).json().status, "duplicate");
      await settle();
      assert.equal(recordedOf("again").length, 1);
    });

    it("many events, each sent three times at once, come out once each", async () => {
      const ids = Array.from({ length: many }, (_, index) => `del_many_${index}`);
      const before = readRecorded(file).length;
      const answers = new Map<unknown, number>();
      const client = async () => {
        for (let id = ids.pop(); id !== undefined; id = ids.pop()) {
          const body = { clientID: id, siteID: "s", status: "inactive" };
          for (const { json } of await Promise.all([send(body, id), send(body, id), send(body, id)])) {
            const { status } = json();
            answers.set(status, (answers.get(status) ?? 0) + 1);
          }
        }
      };
      await Promise.all(Array.from({ length: 4 }, client));
      assert.deepEqual(Object.fromEntries(answers), { accepted: many, duplicate: 2 * many });
      await waitForRecorded(file, before + many, 60_000);
      await settle();
      const seen = readRecorded(file)
        .map(({ msg }) => String(msg.payload.clientID))
        .filter((clientID) => clientID.startsWith("del_many_"));
      const different = new Set(seen).size;
      noteAccount({
        what: "the same delivery three times at once",
        platform: platform.name,
        often: many,
        answered: many,
        lost: many - different,
        twice: seen.length - different,
      });
      assert.deepEqual([different, seen.length], [many, many]);
    });

    it("active, suspended, active within a minute is three events", async () => {
      for (const status of ["activePackage", "suspendedMembership", "activePackage"]) {
        assert.equal((await send({ clientID: "back", siteID: "s", status })).json().status, "accepted");
      }
      await settle();
      assert.equal(recordedOf("back").length, 3);
    });

    it("a duplicate is recognised across a restart", async () => {
      const body = { clientID: "patient", siteID: "s", status: "inactive" };
      await send(body, "del_patient");
      await waitFor(
        async () => {
          const { waiting, inFlow } = await readStates(nodeRed);
          return waiting + inFlow === 0 ? true : undefined;
        },
        () => "the event is not noted as delivered",
      );
      await nodeRed.kill9();
      await nodeRed.restart();
      assert.equal((await send(body, "del_patient")).json().status, "duplicate");
      assert.equal((await send(body)).json().status, "duplicate");
      await settle();
      assert.equal(recordedOf("patient").length, 1);
    });
  });
}
