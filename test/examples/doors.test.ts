import assert from "node:assert/strict";
import { type Broker, startBroker } from "../support/broker";
import { oneNodeRed } from "../support/one-node-red";
import { onePlatform } from "../support/platforms";
import { rostersReady } from "../support/rosters-ready";
import { RunningExample } from "../support/running-example";
import { allCoreNodes } from "../support/user-dir";

for (const platform of onePlatform) {
  describe(`the examples with a door of their own, on Node-RED ${platform.name}`, function () {
    this.timeout(90_000);
    const nodeRed = oneNodeRed({ platform, settings: allCoreNodes });
    let broker: Broker;
    let example: RunningExample;
    before(async () => {
      broker = await startBroker();
    });
    after(() => broker?.close());

    const start = async (name: string, access: string) => {
      example = await RunningExample.deploy(nodeRed(), {
        name,
        record: [{ name: access, outputs: ["Open", "Refused", "Access changed"] }],
        change: (flow) =>
          flow.map((node) =>
            node.type === "mqtt-broker" ? { ...node, broker: "127.0.0.1", port: String(broker.port) } : node,
          ),
      });
      await rostersReady(nodeRed());
    };
    const press = (id: string) => fetch(`${nodeRed().url}/inject/${example.idOf(id)}`, { method: "POST" });
    const welcome = async (clientID: string, fobNumber: string) => {
      await example.send("checkIn", { clientID, fobNumber, barcode: undefined });
      await example.send("clientStatusChange", { clientID, status: "activePackage" });
      return example.nextOf("Access changed");
    };

    it("Door reader: lets in by MQTT who has a membership, tells others why not, and can be locked", async () => {
      await start("Door reader", "May this fob come in?");
      await broker.subscribed("front/reader");
      await welcome("maria", "12345678");
      await broker.publish("front/reader", '{"RDM6300":{"UID":"00BC614E"}}');
      assert.equal(await broker.next("front/relay/command"), "ON");
      await press("hapana_reader_unknown");
      const unknown = "This fob or card is not recognised. Please speak to the front desk.";
      assert.equal(await broker.next("front/display"), unknown);
      await press("hapana_reader_lock");
      await broker.publish("front/reader", "12345678");
      assert.equal(await broker.next("front/display"), "The door is locked at the moment.");
      await press("hapana_reader_normal");
      await broker.publish("front/reader", "1");
      assert.equal(await broker.next("front/display"), unknown);
    });

    it("Door controller: puts a card where somebody may come in from now on, deletes it where not, and writes all anew", async () => {
      await start("Door controller", "Whom does the door let in?");
      const [put, deleted] = ["put", "delete"].map((verb) => `uhppoted/gateway/requests/device/card:${verb}`);
      assert.ok(put && deleted);
      const next = async (topic: string) => JSON.parse(await broker.next(topic)).message.request;
      const card = {
        "card-number": 8165538,
        "start-date": "2026-01-01",
        "end-date": "2099-12-31",
        doors: { 1: true, 2: false, 3: false, 4: false },
      };
      await welcome("maria", "8165538");
      assert.deepEqual(await next(put), { "device-id": 405419896, card });
      await welcome("peter", "MEMBER-17");
      await press("hapana_controller_again");
      assert.deepEqual(await next(put), { "device-id": 405419896, card });
      await example.send("clientStatusChange", { clientID: "maria", status: "suspendedMembership" });
      assert.deepEqual(await next(deleted), { "device-id": 405419896, "card-number": 8165538 });
      assert.equal(broker.published.filter(({ topic }) => topic === put).length, 2);
    });
  });
}
