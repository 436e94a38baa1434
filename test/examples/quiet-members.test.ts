import assert from "node:assert/strict";
import { watchStatus } from "../support/editor-status";
import { oneNodeRed } from "../support/one-node-red";
import { onePlatform } from "../support/platforms";
import { rostersReady } from "../support/rosters-ready";
import { RunningExample } from "../support/running-example";
import { waitFor } from "../support/wait-for";

const name = "Quiet members";

for (const platform of onePlatform) {
  describe(`example "${name}" on Node-RED ${platform.name}`, function () {
    this.timeout(90_000);
    const nodeRed = oneNodeRed({ platform });

    it("lists the members who have not checked in for so long, with what is needed to call them, and nobody else", async () => {
      const environment = { DAYS: "0", NOTICE_TO: "desk@example.com" };
      const example = await RunningExample.deploy(nodeRed(), {
        ...{ name, environment, record: ["Your email", { name: "Ask the roster", outputs: ["", "", "clients"] }] },
      });
      await rostersReady(nodeRed());
      await example.send("clientStatusChange", { clientID: "c1", status: "activePackage" });
      await example.send("checkIn", { clientID: "c1", firstName: "Maria", lastName: "Example" });
      await example.send("clientStatusChange", { clientID: "c2", status: "inactive", firstName: "Left" });
      await example.send("clientStatusChange", { clientID: "c3", status: "activePackage", firstName: "New" });
      await fetch(`${nodeRed().url}/inject/${example.idOf("hapana_quiet_monday")}`, { method: "POST" });
      const { msg } = await example.nextOf("Your email");
      assert.deepEqual([msg.to, msg.topic], ["desk@example.com", "To call: 2 members have not checked in for 0 days"]);
      const text = String(msg.payload);
      assert.match(
        text,
        /- Maria Example, \+61491570156, alex@example\.com, .+, last check-in \d{4}-\d\d-\d\d \(0 days ago\)/,
      );
      assert.match(text, /- New .+no check-in seen, activePackage since \d{4}-\d\d-\d\d$/m);
      assert.doesNotMatch(text, /Left/);

      // Nobody is quiet for that long: no email, but whoever presses the button sees that the roster has answered.
      await example.redeployWith("DAYS", "14");
      await rostersReady(nodeRed());
      await fetch(`${nodeRed().url}/inject/${example.idOf("hapana_quiet_monday")}`, { method: "POST" });
      await example.nextOf("clients");
      const shown = watchStatus(nodeRed().port, example.idOf("hapana_quiet_who"));
      await waitFor(
        () => shown.status() === "grey dot: 0 of 2 quiet for 14 days" || undefined,
        () => `it shows: ${shown.status()}`,
      );
      shown.close();
      await example.redeployWith("DAYS", "0");
      await rostersReady(nodeRed());
      await fetch(`${nodeRed().url}/inject/${example.idOf("hapana_quiet_monday")}`, { method: "POST" });
      assert.match(String((await example.nextOf("Your email")).msg.topic), /for 0 days$/);
    });
  });
}
