import assert from "node:assert/strict";
import { waitForRows } from "../support/csv-file";
import { oneNodeRed } from "../support/one-node-red";
import { onePlatform } from "../support/platforms";
import { type RecordedNode, RunningExample } from "../support/running-example";
import { allCoreNodes } from "../support/user-dir";

const name = "Purchase ledger";

/** The file of the month that it is now on this machine. */
function fileOfThisMonth(): string {
  const now = new Date();
  return `purchases-${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, "0")}.csv`;
}

for (const platform of onePlatform) {
  describe(`example "${name}" on Node-RED ${platform.name}`, function () {
    this.timeout(90_000);
    const nodeRed = oneNodeRed({ platform, settings: allCoreNodes });

    it("enters every purchase into its month's file, with the amount as a number", async () => {
      const example = await RunningExample.deploy(nodeRed(), { name });
      await example.send("packagePurchased", {
        clientID: "c1",
        amount: "$1,249.50",
        packageName: 'Ten "Class" Pass, Gold',
      });
      await example.send("packagePurchased", { clientID: "c2", amount: -20, lastName: "=HYPERLINK()" });
      const rows = await waitForRows(example.file(fileOfThisMonth()), 2);
      assert.deepEqual(
        rows.map(({ clientID, amount, packageName, toCheck }) => [clientID, amount, packageName, toCheck]),
        [
          ["c1", "1249.5", 'Ten "Class" Pass, Gold', ""],
          ["c2", "-20", "Ten Class Pass", ""],
        ],
      );
      assert.equal(rows[1]?.lastName, "'=HYPERLINK()");
    });

    it("says which purchase has to be looked up because its amount cannot be read", async () => {
      const example = await RunningExample.deploy(nodeRed(), { name });
      await example.send("packagePurchased", { amount: "on the house" });
      const [row] = await waitForRows(example.file(fileOfThisMonth()), 1);
      assert.deepEqual([row?.amount, row?.toCheck], ["", "amount is not a number"]);
    });

    it("enters two equal purchases, and says of the second that it may be the first: a sale not entered is never seen", async () => {
      const example = await RunningExample.deploy(nodeRed(), { name });
      for (let time = 0; time < 2; time += 1) await example.send("packagePurchased", { clientID: "c7", amount: 12 });
      const [first, second] = await waitForRows(example.file(fileOfThisMonth()), 2);
      assert.deepEqual([first?.toCheck, second?.clientID], ["", "c7"]);
      assert.equal(second?.toCheck, `may be the same purchase as ${first?.deliveryId}`);
    });

    it("enters a purchase once, although it comes again", async () => {
      const once: RecordedNode = { name: "Not entered yet?", outputs: ["not yet", "entered already"] };
      const example = await RunningExample.deploy(nodeRed(), { name, record: [once] });
      await example.send("packagePurchased", { clientID: "c1" });
      assert.equal((await example.next()).output, "not yet");
      await example.sendAgain();
      assert.equal((await example.next()).output, "entered already");
      await example.send("packagePurchased", { clientID: "c2" });
      const rows = await waitForRows(example.file(fileOfThisMonth()), 2);
      assert.deepEqual(
        rows.map(({ clientID }) => clientID),
        ["c1", "c2"],
      );
    });
  });
}
