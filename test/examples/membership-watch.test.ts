import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { oneNodeRed } from "../support/one-node-red";
import { onePlatform } from "../support/platforms";
import { RunningExample } from "../support/running-example";
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
      const fails = { type: "function", func: `throw new Error("no mail server");`, rules: undefined, outputs: 1 };
      const example = await RunningExample.deploy(nodeRed(), {
        ...{ name, record: ["Hapana webhook in"] },
        change: (flow) => flow.map((node) => (node.name === notice ? { ...node, ...fails } : node)),
      });
      await example.send("clientStatusChange", { status: "inactive" });
      await example.next();
      const webhook = example.idOf("hapana_watch_webhook");
      await waitFor(
        async () => ((await readStates(example.nodeRed, webhook)).failed.length > 0 ? true : undefined),
        () => "it has not failed",
      );
      assert.equal(existsSync(example.file("notices-sent.txt")), false);
    });

    it("notes a notice once it is sent", async () => {
      const example = await RunningExample.deploy(nodeRed(), { name, record: [notice] });
      await example.send("clientStatusChange", { status: "inactive", clientID: "c5" });
      await example.next();
      const noted = await waitFor(
        () => (existsSync(example.file("notices-sent.txt")) ? true : undefined),
        () => "it is not noted",
      );
      assert.ok(noted);
      assert.match(readFileSync(example.file("notices-sent.txt"), "utf8"), / c5\n$/);
    });

    it("sends a notice once, although the event comes again after a crash", async () => {
      const example = await RunningExample.deploy(nodeRed(), {
        ...{ name, record: ["Hapana webhook in", notice], slowAfter: [notice] },
      });
      await example.send("clientStatusChange", { status: "inactive", lastName: "One" });
      const outputs = [await example.next(), await example.next()].map(({ output }) => output).sort();
      assert.deepEqual(outputs, ["Hapana webhook in", notice].sort());
      await example.nodeRed.kill9();
      await example.nodeRed.restart();
      const again = await example.next();
      assert.deepEqual([again.output, again.msg.hapana.redelivered], ["Hapana webhook in", true]);
      await example.send("clientStatusChange", { status: "inactive", lastName: "Two" });
      const topics = [await example.next(), await example.next()]
        .filter(({ output }) => output === notice)
        .map(({ msg }) => msg.topic);
      assert.deepEqual(topics, ["Renewal: Alex Two"]);
    });
  });
}
