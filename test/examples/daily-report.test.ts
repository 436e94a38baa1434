import assert from "node:assert/strict";
import { readdirSync, renameSync } from "node:fs";
import { oneNodeRed } from "../support/one-node-red";
import { onePlatform } from "../support/platforms";
import { type RecordedNode, RunningExample } from "../support/running-example";

const name = "Daily report";
const email = "Your email";

for (const platform of onePlatform) {
  describe(`example "${name}" on Node-RED ${platform.name}`, function () {
    this.timeout(90_000);
    const nodeRed = oneNodeRed({ platform });
    let example: RunningExample;
    const report = async (id: string) => {
      await fetch(`${nodeRed().url}/inject/${example.idOf(`hapana_report_${id}`)}`, { method: "POST" });
      return (await example.nextOf(email)).msg;
    };
    const start = async (record: readonly RecordedNode[] = []) => {
      example = await RunningExample.deploy(nodeRed(), {
        ...{ name, environment: { STUDIO_NAME: "Harbour Yoga", REPORT_TO: "boss@example.com" } },
        record: [email, ...record],
      });
    };

    it("tells a day in numbers, for each location and in all, without a name", async () => {
      await start();
      const at = (siteID: string, clientID: string) => ({ siteID, clientID, lastName: "Secretive" });
      for (const clientID of ["c1", "c2"]) await example.send("checkIn", at("Manly", clientID));
      await example.send("checkIn", { ...at("Manly", "c3"), checkInStatus: "Invalid" });
      await example.send("packagePurchased", { ...at("Manly", "c1"), amount: 0.1 });
      await example.send("packagePurchased", { ...at("Manly", "c2"), amount: 0.2 });
      await example.send("packagePurchased", { ...at("Bondi", "c4"), amount: "on the house" });
      await example.send("accountCreated", at("Bondi", "c4"));
      await example.send("clientStatusChange", { ...at("Bondi", "c5"), status: "inactive" });
      await example.settled();
      const today = await report("now");
      assert.match(String(today.topic), /^Harbour Yoga: \d{4}-\d\d-\d\d$/);
      assert.equal(today.to, "boss@example.com");
      const text = [
        ...["Bondi", "  Check-ins: 0", "  Purchases: 1, 0.00 in all, 1 without an amount", "  New clients: 1"],
        ...["  Changes of status: 1 (inactive 1)", ""],
        ...["Manly", "  Check-ins: 2, and 1 refused", "  Purchases: 2, 0.30 in all", "  New clients: 0"],
        ...["  Changes of status: 0", ""],
        ...["All locations", "  Check-ins: 2, and 1 refused", "  Purchases: 3, 0.30 in all, 1 without an amount"],
        ...["  New clients: 1", "  Changes of status: 1 (inactive 1)"],
      ].join("\n");
      assert.equal(today.payload, text);

      // The morning after.
      const [file = ""] = readdirSync(example.file(""));
      const day = new Date(Date.parse(file.slice("events-".length, -".jsonl".length)) - 24 * 60 * 60_000);
      renameSync(example.file(file), example.file(`events-${day.toISOString().slice(0, 10)}.jsonl`));
      assert.equal((await report("morning")).payload, text);
      assert.match(String((await report("now")).payload), /^Nothing has happened\n {2}Check-ins: 0/);
    });

    it("counts neither what comes again, nor what may be another once more, nor tests, and says how many", async () => {
      await start([{ name: "Not counted yet?", outputs: ["not yet", "counted already"] }]);
      for (let time = 0; time < 2; time += 1) await example.send("packagePurchased", { clientID: "c7", amount: 12 });
      await example.press("hapana_report_test");
      await example.sendAgain();
      for (let time = 0; time < 3; time += 1) await example.nextOf("counted already");
      const text = String((await report("now")).payload);
      assert.match(text, /Purchases: 1, 12\.00 in all/);
      assert.match(text, /may be others once more: 1\n\nTests, not counted: 1$/);
    });
  });
}
