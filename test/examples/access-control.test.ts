import assert from "node:assert/strict";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { watchStatus } from "../support/editor-status";
import { oneNodeRed } from "../support/one-node-red";
import { onePlatform } from "../support/platforms";
import { type ExampleOptions, RunningExample } from "../support/running-example";
import { waitFor } from "../support/wait-for";

const name = "Access control";
const door = "Your door";
const refusal = "Refused, with the reason";
const allowList = "Keep the allow-list";

for (const platform of onePlatform) {
  describe(`example "${name}" on Node-RED ${platform.name}`, function () {
    this.timeout(90_000);
    const nodeRed = oneNodeRed({ platform });
    let example: RunningExample;
    let visit = 0;

    const start = async (options: Partial<ExampleOptions> = {}) => {
      example = await RunningExample.deploy(nodeRed(), { name, record: [door, refusal, allowList], ...options });
    };
    /** What became of a check-in: the node that it came to, and the payload there. */
    const checkIn = async (fields: object) => {
      visit += 1;
      await example.send("checkIn", { barcode: `visit ${visit}`, ...fields });
      const { output, msg } = await example.next();
      return [output, msg.payload];
    };
    const changeStatus = async (status: string) => {
      await example.send("clientStatusChange", { status });
      const { output, msg } = await example.next();
      assert.equal(output, allowList);
      return msg.payload.allowed;
    };

    it("opens the door when Hapana calls the check-in valid, in any case", async () => {
      await start();
      assert.deepEqual(await checkIn({ checkInStatus: "Valid" }), [door, "open"]);
      assert.deepEqual(await checkIn({ checkInStatus: "VALID" }), [door, "open"]);
      assert.deepEqual(await checkIn({ checkInStatus: " valid " }), [door, "open"]);
    });

    it("opens the door when its test button is pressed, twice in a row too", async () => {
      await start();
      await example.press("hapana_access_test");
      await example.press("hapana_access_test");
      const visits = [await example.next(), await example.next()];
      for (const { output, msg } of visits) assert.deepEqual([output, msg.hapana.test], [door, true]);
    });

    it("refuses the check-in that is there to try a refusal with", async () => {
      await start();
      await example.press("hapana_access_refusal");
      const { output, msg } = await example.next();
      assert.deepEqual([output, msg.payload, msg.hapana.test], [refusal, "The package has expired.", true]);
    });

    it("refuses the test client once it is suspended", async () => {
      await start();
      await example.press("hapana_access_suspended");
      assert.equal((await example.next()).output, door);
      await example.press("hapana_access_suspension");
      assert.equal((await example.next()).msg.payload.allowed, false);
      await example.press("hapana_access_suspended");
      const { output, msg } = await example.next();
      assert.deepEqual([output, msg.payload], [refusal, "The client's status is suspendedMembership."]);
      // Tests have a list of their own: who is let in for real, they do not change.
      const real = { clientID: "test client", siteID: "test location", checkInStatus: "Valid" };
      assert.deepEqual(await checkIn(real), [door, "open"]);
      assert.equal(existsSync(example.file("allow-list.json")), false);
    });

    it("refuses any other check-in, with the reason", async () => {
      await start();
      const expired = { checkInStatus: "Invalid", checkInMessage: "Package expired" };
      assert.deepEqual(await checkIn(expired), [refusal, "Package expired"]);
      const without = { checkInStatus: "Invalid", checkInMessage: undefined };
      assert.deepEqual(await checkIn(without), [refusal, "Hapana calls the check-in Invalid."]);
      const empty = { checkInStatus: null, checkInMessage: null };
      assert.deepEqual(await checkIn(empty), [refusal, "Hapana calls the check-in nothing at all."]);
      assert.equal((await checkIn({ checkInStatus: "not valid" }))[0], refusal);
    });

    it("refuses a client whom a status change has suspended, until another lets them in; also over a restart", async () => {
      await start();
      assert.equal(await changeStatus("suspendedMembership"), false);
      const suspended = [refusal, "The client's status is suspendedMembership."];
      assert.deepEqual(await checkIn({ checkInStatus: "Valid" }), suspended);
      assert.deepEqual(await checkIn({ checkInStatus: "Valid", clientID: "somebody else" }), [door, "open"]);
      assert.deepEqual(await checkIn({ checkInStatus: "Valid", siteID: "another location" }), [door, "open"]);

      await example.nodeRed.restart();
      assert.deepEqual(await checkIn({ checkInStatus: "Valid" }), suspended);
      assert.equal(await changeStatus("Active Package"), true);
      assert.deepEqual(await checkIn({ checkInStatus: "Valid" }), [door, "open"]);
      const unbooked = { checkInStatus: "Invalid", checkInMessage: "No class booked" };
      assert.deepEqual(await checkIn(unbooked), [refusal, "No class booked"]);
      assert.equal(await changeStatus("inactive"), false);
      assert.deepEqual(await checkIn({ checkInStatus: "Valid" }), [refusal, "The client's status is inactive."]);
    });

    it("shows at the front desk what was decided, why, for which class and when, and nobody's name", async () => {
      await start();
      const watched = watchStatus(example.nodeRed.port, example.idOf("hapana_access_decide"));
      const status = async (fields: object) => {
        const before = watched.status();
        await checkIn(fields);
        return waitFor(
          () => (watched.status() === before ? undefined : watched.status()),
          () => `the status stays "${before}"`,
        );
      };
      const visitor = { firstName: "Alexandra", checkInMessage: "Alexandra's package expired" };
      const valid = await status({
        ...visitor,
        checkInStatus: "Valid",
        sessionName: "Vinyasa Flow for Beginners and Others",
      });
      assert.match(valid, /^green dot: open: Valid, Vinyasa Flow for Beginn…, \d\d:\d\d$/);
      const invalid = await status({ ...visitor, checkInStatus: "Invalid", sessionName: undefined });
      assert.match(invalid, /^red ring: refused: Invalid, \d\d:\d\d$/);
      await changeStatus("suspendedMembership");
      const suspended = await status({ ...visitor, checkInStatus: "Valid", sessionName: "Yoga" });
      assert.match(suspended, /^red ring: refused: suspendedMembership, Yoga, \d\d:\d\d$/);
      watched.close();
    });

    it("does not open the door for a check-in that comes again long after the client has left", async () => {
      await start({ slowAfter: [door] });
      assert.deepEqual(await checkIn({ checkInStatus: "Valid" }), [door, "open"]);
      const openedAt = Date.now();
      await example.nodeRed.kill9();
      // So that "long" is over before Node-RED has come back, and need not be waited for.
      example.setForNextStart("MAX_AGE_SECONDS", "0.1");
      await waitFor(
        () => Date.now() - openedAt > 100 || undefined,
        () => "the clock stands still",
      );
      await example.nodeRed.restart();
      const { output, msg } = await example.next();
      assert.deepEqual([output, msg.payload, msg.hapana.redelivered], [refusal, "The check-in is too old.", true]);
    });

    it("keeps the door closed when the allow-list cannot be read", async () => {
      await start({ record: [door, refusal, allowList, "When something goes wrong"] });
      assert.equal(await changeStatus("suspendedMembership"), false);
      writeFileSync(example.file("allow-list.json"), "not a list");
      assert.equal((await checkIn({ checkInStatus: "Valid" }))[0], "When something goes wrong");
      rmSync(example.file("allow-list.json"));
      await example.send("checkIn", { checkInStatus: "Valid", clientID: "who comes next" });
      const { output, msg } = await example.next();
      assert.deepEqual([output, (msg.decision as { clientID: string }).clientID], [door, "who comes next"]);
    });
  });
}
