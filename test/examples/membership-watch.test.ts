import assert from "node:assert/strict";
import { oneNodeRed } from "../support/one-node-red";
import { onePlatform } from "../support/platforms";
import { type RecordedNode, RunningExample } from "../support/running-example";
import { readStates } from "../support/store";
import { waitFor } from "../support/wait-for";

const name = "Membership watch";
const notice = "Your notice";

for (const platform of onePlatform) {
  describe(`example "${name}" on Node-RED ${platform.name}`, function () {
    this.timeout(90_000);
    const nodeRed = oneNodeRed({ platform });

    it("sends a notice of a suspension and of a membership that ended, and of nothing else", async () => {
      const environment = { NOTICE_TO: "desk@example.com" };
      const example = await RunningExample.deploy(nodeRed(), { name, record: [notice], environment });
      for (const status of ["activePackage", null]) await example.send("clientStatusChange", { status });
      await example.send("clientStatusChange", {
        status: "suspendedMembership",
        firstName: "Alex",
        lastName: "Example",
      });
      const suspended = (await example.next()).msg;
      assert.deepEqual([suspended.to, suspended.topic], ["desk@example.com", "Suspended: Alex Example"]);
      assert.match(String(suspended.payload), /is now suspendedMembership/);

      await example.send("clientStatusChange", { status: "Inactive", firstName: null, lastName: null, clientID: "c9" });
      const ended = (await example.next()).msg;
      assert.equal(ended.topic, "Renewal: Client c9");
      assert.match(String(ended.payload), /is now Inactive/);
    });

    it("sends a notice when one of its test buttons is pressed that are there for it", async () => {
      const example = await RunningExample.deploy(nodeRed(), { name, record: [notice] });
      await example.press("hapana_watch_test_suspension");
      assert.match(String((await example.next()).msg.topic), /^Suspended: /);
      await example.press("hapana_watch_test_renewal");
      assert.match(String((await example.next()).msg.topic), /^Renewal: /);
    });

    it("sends a notice again that could not be sent: only what was sent counts as sent", async () => {
      const fails = {
        type: "function",
        func: `if (!msg.hapana.redelivered) throw new Error("no mail server"); return msg;`,
      };
      const example = await RunningExample.deploy(nodeRed(), {
        ...{ name, record: [notice] },
        change: (flow) =>
          flow.map((node) => (node.name === notice ? { ...node, ...fails, rules: undefined, outputs: 1 } : node)),
      });
      await example.send("clientStatusChange", { status: "inactive" });
      const webhook = example.idOf("hapana_watch_webhook");
      await waitFor(
        async () => ((await readStates(example.nodeRed, webhook)).failed.length > 0 ? true : undefined),
        () => "it has not failed",
      );
      await example.sendAgain();
      assert.equal((await example.next()).msg.hapana.redelivered, true);
    });

    it("sends a notice once, although the event comes again", async () => {
      const once: RecordedNode = { name: "Not sent yet?", outputs: ["not yet", "sent already"] };
      const example = await RunningExample.deploy(nodeRed(), { name, record: [once] });
      await example.send("clientStatusChange", { status: "inactive" });
      assert.equal((await example.next()).output, "not yet");
      await example.sendAgain();
      const { output, msg } = await example.next();
      assert.deepEqual([output, msg.hapana.redelivered], ["sent already", true]);
    });
  });
}
