import assert from "node:assert/strict";
import { oneNodeRed } from "../support/one-node-red";
import { onePlatform } from "../support/platforms";
import { RunningExample } from "../support/running-example";

const name = "Welcome a new client";
const send = "Your email or SMS";
const check = "Not welcomed yet?";

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
      await example.nodeRed.restart();
      await example.send("accountCreated", { clientID: "c1", siteID: "a third location" });
      await example.send("accountCreated", { clientID: "c2", firstName: null, email: "sam@example.com" });
      const second = await example.next();
      assert.equal(second.msg.to, "sam@example.com");
      assert.match(String(second.msg.payload), /^Hi there,/);
    });

    it("does not note a client without an email address as welcomed", async () => {
      const example = await RunningExample.deploy(nodeRed(), { name, record: [send, check] });
      await example.send("accountCreated", { clientID: "c1", email: null });
      await example.send("accountCreated", { clientID: "c1", email: "alex@example.com" });
      assert.equal((await example.next()).output, check);
      const { output, msg } = await example.next();
      assert.deepEqual([output, msg.to], [send, "alex@example.com"]);
    });
  });
}
