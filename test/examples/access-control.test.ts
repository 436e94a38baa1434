import assert from "node:assert/strict";
import { oneNodeRed } from "../support/one-node-red";
import { onePlatform } from "../support/platforms";
import { type ExampleOptions, RunningExample } from "../support/running-example";

const name = "Access control";
const access = { name: "May the client come in?", outputs: ["Open", "Refused", "Access changed"] };

for (const platform of onePlatform) {
  describe(`example "${name}" on Node-RED ${platform.name}`, function () {
    this.timeout(90_000);
    const nodeRed = oneNodeRed({ platform });
    let example: RunningExample;
    let visit = 0;

    const start = async (options: Partial<ExampleOptions> = {}) => {
      example = await RunningExample.deploy(nodeRed(), { name, record: [access], ...options });
      await roster();
    };
    /** A roster that is just being opened lets nobody in. */
    const roster = async () => {
      for (let code = "roster_loading"; code === "roster_loading"; ) {
        await example.send("checkIn", {
          clientID: "nobody",
          checkInTime: `${performance.now()}`,
          checkInStatus: "Invalid",
        });
        const { output, msg } = await example.next();
        if (output !== "Access changed") code = (msg.access as { code: string }).code;
      }
    };
    /** What became of a check-in: the output that it came out of, and the payload there. */
    const checkIn = async (fields: object) => {
      visit += 1;
      await example.send("checkIn", { barcode: `visit ${visit}`, ...fields });
      return decided();
    };
    const decided = async () => {
      let { output, msg } = await example.next();
      while (output === "Access changed") ({ output, msg } = await example.next());
      return [output, msg.payload];
    };
    const press = async (id: string) => {
      await example.press(id);
      return decided();
    };
    const valid = { checkInStatus: "Valid" };

    it("opens the door when Hapana calls the check-in valid", async () => {
      await start();
      assert.deepEqual(await checkIn(valid), ["Open", "open"]);
      assert.deepEqual(await checkIn({ checkInStatus: " VALID " }), ["Open", "open"]);
    });

    it("opens no door when a test button is pressed, and says what it would have done", async () => {
      await start();
      assert.deepEqual(await press("hapana_access_test"), ["Refused", "This was a test: the door would open."]);
      const refusal = "Hapana did not accept the check-in: The package has expired.";
      assert.deepEqual(await press("hapana_access_refusal"), ["Refused", refusal]);
    });

    it("refuses the test client once it is suspended, and nobody else", async () => {
      await start();
      assert.deepEqual(await press("hapana_access_suspended"), ["Refused", "This was a test: the door would open."]);
      await example.press("hapana_access_suspension");
      const closed = "Your membership does not open this door at the moment. Please speak to the front desk.";
      assert.deepEqual(await press("hapana_access_suspended"), ["Refused", closed]);
      const real = { clientID: "test client", siteID: "test location", ...valid };
      assert.deepEqual(await checkIn(real), ["Open", "open"]);
    });

    it("refuses any other check-in, with a reason that can be said at the door", async () => {
      await start();
      const expired = { checkInStatus: "Invalid", checkInMessage: "Package expired" };
      assert.deepEqual(await checkIn(expired), ["Refused", "Hapana did not accept the check-in: Package expired"]);
      const silent = ["Refused", "Hapana did not accept the check-in. Please speak to the front desk."];
      assert.deepEqual(await checkIn({ checkInStatus: null, checkInMessage: null }), silent);
      assert.equal((await checkIn({ checkInStatus: "not valid" }))[0], "Refused");
    });

    it("refuses whom a status change has suspended, until another lets them in; also over a restart", async () => {
      await start();
      await example.send("clientStatusChange", { status: "activePackage" });
      assert.deepEqual(await checkIn(valid), ["Open", "open"]);
      await example.send("clientStatusChange", { status: "suspendedMembership" });
      const suspended = await checkIn(valid);
      assert.equal(suspended[0], "Refused");
      assert.deepEqual(await checkIn({ ...valid, clientID: "somebody else" }), ["Open", "open"]);

      await example.nodeRed.restart();
      await roster();
      assert.deepEqual(await checkIn(valid), suspended);
      await example.send("clientStatusChange", { status: "Active Package" });
      assert.deepEqual(await checkIn(valid), suspended);
      await example.send("clientStatusChange", { status: "activePackage" });
      assert.deepEqual(await checkIn(valid), ["Open", "open"]);
    });

    it("opens no door for a check-in that comes again after Node-RED has ended", async () => {
      await start({ slowAfter: [access.name] });
      assert.deepEqual(await checkIn(valid), ["Open", "open"]);
      await example.nodeRed.kill9();
      await example.nodeRed.restart();
      const { output, msg } = await example.next();
      assert.deepEqual([output, msg.hapana.redelivered], ["Refused", true]);
      assert.match(String((msg.access as { code: string }).code), /^(redelivered|too_old|roster_loading)$/);
    });
  });
}
