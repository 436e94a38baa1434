import assert from "node:assert/strict";
import type { FlowNode } from "../support/flows";
import { oneNodeRed } from "../support/one-node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { RunningExample } from "../support/running-example";

const name = "Something went wrong";
const notice = "Your notice";
const own = "Your own flow";

/** What a user may have built, with an error in it. */
const withBrokenFlow = (flow: FlowNode[]): FlowNode[] =>
  flow.map((node) =>
    node.name === own
      ? { ...node, type: "function", func: 'throw new Error("no such client as " + msg.payload.email)', outputs: 1 }
      : node,
  );

for (const platform of onePlatform) {
  describe(`example "${name}" on Node-RED ${platform.name}`, function () {
    this.timeout(90_000);
    // With a store that is configured, what a flow remembers stays over a deploy.
    const nodeRed = oneNodeRed({ platform, settings: { contextStorage: { default: { module: "memory" } } } });

    it("sends a notice of an event that is not recognised, with the reason and without personal data", async () => {
      const environment = { NOTICE_TO: "desk@example.com" };
      const example = await RunningExample.deploy(nodeRed(), { name, record: [notice], environment });
      await example.post("", {
        eventType: "horoscope",
        clientID: "client of nobody",
        email: "alex@example.com",
      });
      const { msg } = await example.next();
      assert.deepEqual([msg.to, msg.topic], ["desk@example.com", "Hapana: unrecognised"]);
      assert.match(String(msg.payload), /^An event was not recognised\. .{10,}/);
      assert.doesNotMatch(JSON.stringify(msg), /alex@example|client of nobody/);
    });

    it("sends a notice when a node of the flow fails, without the words of the error", async () => {
      const example = await RunningExample.deploy(nodeRed(), { name, record: [notice], change: withBrokenFlow });
      await example.send("checkIn");
      const { msg } = await example.next();
      assert.equal(msg.topic, "Hapana: failed");
      assert.match(String(msg.payload), / that failed in the flow of “Hapana webhook in”: 1\. /);
      assert.doesNotMatch(JSON.stringify(msg), /no such client/);
    });

    it("sends a notice when a delivery is refused", async () => {
      const example = await RunningExample.deploy(nodeRed(), { name, record: [notice] });
      const { status } = await post(example.url, {
        token: "Bearer wrong",
        body: { clientID: "c1" },
      });
      assert.equal(status, 401);
      const { msg } = await example.next();
      assert.equal(msg.topic, "Hapana: refused");
    });

    it("sends one notice at a time of what is not recognised, and then says how many there were", async () => {
      const example = await RunningExample.deploy(nodeRed(), { name, record: [notice] });
      const post = (clientID: string) => example.post("", { eventType: "horoscope", clientID });
      for (const clientID of ["c1", "c2", "c3"]) await post(clientID);
      await example.nextOf(notice);
      // The quiet time is over at once.
      await example.redeployWith("QUIET_MINUTES", "0");
      await post("c4");
      assert.match(String((await example.nextOf(notice)).msg.payload), / Since the last notice there were 2 more\.$/);
    });
  });
}
