import assert from "node:assert/strict";
import { appendFileSync, readdirSync } from "node:fs";
import { oneNodeRed } from "../support/one-node-red";
import { onePlatform } from "../support/platforms";
import { type RecordedNode, RunningExample } from "../support/running-example";
import { waitFor } from "../support/wait-for";

const name = "Attendance board";

for (const platform of onePlatform) {
  describe(`example "${name}" on Node-RED ${platform.name}`, function () {
    this.timeout(90_000);
    const nodeRed = oneNodeRed({ platform });
    let example: RunningExample;

    const open = async () => {
      const response = await fetch(`${example.nodeRed.url}/attendance`);
      assert.equal(response.status, 200);
      assert.match(response.headers.get("content-type") ?? "", /^text\/html/);
      return response.text();
    };
    const openWhen = (total: number) =>
      waitFor(
        async () => {
          const page = await open();
          return page.includes(`${total} checked in`) ? page : undefined;
        },
        () => `the page does not say "${total} checked in"`,
      );
    /** The rows of the table, cell by cell. */
    const rowsOf = (page: string) =>
      [...page.matchAll(/<tr>(<td.*?)<\/tr>/g)].map(([, row = ""]) =>
        [...row.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, cell]) => cell),
      );

    it("shows today's check-ins per class, in the order in which they start, with no names", async () => {
      example = await RunningExample.deploy(nodeRed(), { name, environment: { STUDIO_NAME: "Harbour Yoga" } });
      assert.match(await open(), /Nobody has checked in yet today/);

      const yoga = {
        sessionName: "Yoga & <Breath>",
        sessionStartTime: "2026-04-12 06:00:00 PM",
        sessionInstructor: "Robin",
      };
      const spin = { sessionName: "Spin", sessionStartTime: "07:30", sessionInstructor: "Kim" };
      await example.send("checkIn", { ...yoga, clientID: "c1", lastName: "Secretive" });
      await example.send("checkIn", { ...yoga, clientID: "c2" });
      await example.send("checkIn", { ...spin, clientID: "c3" });
      await example.send("checkIn", { ...spin, clientID: "c4", checkInStatus: "Invalid" });
      const visit = { sessionName: null, sessionStartTime: null, sessionInstructor: null, sessionType: null };
      await example.send("checkIn", { ...visit, clientID: "c5" });

      const page = await openWhen(4);
      assert.match(page, /Today at Harbour Yoga/);
      assert.deepEqual(rowsOf(page), [
        ["General check-in", "", "", "", "1", "0"],
        ["Spin", "07:30", "Kim", "", "1", "1"],
        ["Yoga &amp; &lt;Breath&gt;", "06:00 PM", "Robin", "", "2", "0"],
      ]);
      assert.doesNotMatch(page, /Secretive|Alex|c1/);

      await example.settled();
      await example.nodeRed.restart();
      assert.deepEqual(rowsOf(await open()).length, 3);
    });

    it("does not count a scan twice that may be the one before, and shows it", async () => {
      example = await RunningExample.deploy(nodeRed(), { name });
      const scan = { clientID: "c8", checkInTime: "2026-04-12 17:52", sessionName: "Pilates" };
      for (let time = 0; time < 2; time += 1) await example.send("checkIn", scan);
      const page = await waitFor(
        async () => {
          const shown = await open();
          return shown.includes("maybe") ? shown : undefined;
        },
        () => "the second is not shown",
      );
      assert.equal(rowsOf(page)[0]?.[4], "1 (maybe +1)");
    });

    it("marks the check-ins of its test button, and does not count them at the top", async () => {
      example = await RunningExample.deploy(nodeRed(), { name });
      await example.press("hapana_board_test");
      await waitFor(
        async () => (/\(test\)<\/td>/.test(await open()) ? true : undefined),
        () => "the page does not show the test",
      );
      assert.match(await open(), /<p>0 checked in/);
    });

    it("counts a check-in once, although it comes again", async () => {
      const once: RecordedNode = { name: "Not noted yet?", outputs: ["not yet", "noted already"] };
      example = await RunningExample.deploy(nodeRed(), { name, record: [once] });
      await example.send("checkIn", { clientID: "c1" });
      await openWhen(1);
      await example.sendAgain();
      await example.nextOf("noted already");
      await example.send("checkIn", { clientID: "c2" });
      assert.match(await openWhen(2), /2 checked in/);
    });

    it("goes on after a power cut in the middle of a line", async () => {
      example = await RunningExample.deploy(nodeRed(), { name });
      await example.send("checkIn", { clientID: "c1" });
      await openWhen(1);
      const [file = ""] = readdirSync(example.file(""));
      appendFileSync(example.file(file), '{"valid":true,"site":"');
      assert.match(await open(), /1 checked in/);
      for (const clientID of ["c2", "c3"]) await example.send("checkIn", { clientID });
      // What came right behind the cut is lost with it, and no more.
      await openWhen(2);
    });
  });
}
