import assert from "node:assert/strict";
import { oneNodeRed } from "../support/one-node-red";
import { onePlatform } from "../support/platforms";
import { RunningExample } from "../support/running-example";

const name = "Welcome a new client";
const send = "Your email or SMS";
const check = { name: "Has an email address?", outputs: ["yes", "no"] };

for (const platform of onePlatform) {
  describe(`example "${name}" on Node-RED ${platform.name}`, function () {
    this.timeout(90_000);
    const nodeRed = oneNodeRed({ platform });

    it("welcomes each client once, as the usual email nodes want it; also over a restart", async () => {
      const environment = { STUDIO_NAME: "Harbour Yoga" };
      const example = await RunningExample.deploy(nodeRed(), { name, record: [send], environment });
      await example.send("accountCreated", { clientID: "c1", firstName: "Alex", email: "alex@example.com" });
      const { msg } = await example.next();
      assert.deepEqual([msg.to, msg.topic], ["alex@example.com", "Welcome to Harbour Yoga"]);
      assert.match(String(msg.payload), /^Hi Alex,\n\nwelcome to Harbour Yoga!/);

      await example.send("accountCreated", { clientID: "c1", siteID: "a second location" });
      await example.settled();
      await example.nodeRed.restart();
      await example.send("accountCreated", { clientID: "c1", siteID: "a third location" });
      await example.send("accountCreated", { clientID: "c2", firstName: null, email: "sam@example.com" });
      const second = await example.next();
      assert.equal(second.msg.to, "sam@example.com");
      assert.match(String(second.msg.payload), /^Hi there,/);
    });

    it("welcomes a client who could not be welcomed when the event comes again", async () => {
      const fails = `if (!msg.hapana.redelivered) throw new Error("no mail server"); return msg;`;
      const example = await RunningExample.deploy(nodeRed(), {
        ...{ name, record: [send] },
        change: (flow) =>
          flow.map((node) =>
            node.name === send ? { ...node, type: "function", func: fails, outputs: 1, rules: undefined } : node,
          ),
      });
      await example.send("accountCreated", { clientID: "c1", email: "alex@example.com" });
      await example.sendAgain();
      assert.equal((await example.next()).msg.to, "alex@example.com");
    });

    it("does not note a client without an email address as welcomed", async () => {
      const example = await RunningExample.deploy(nodeRed(), { name, record: [send, check] });
      await example.send("accountCreated", { clientID: "c1", email: null });
      await example.send("accountCreated", { clientID: "c1", email: "alex@example.com" });
      assert.equal((await example.next()).output, "no");
      assert.equal((await example.nextOf(send)).msg.to, "alex@example.com");
    });
  });
}
