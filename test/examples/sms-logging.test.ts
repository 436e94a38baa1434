import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { definitionOf } from "../../src/events/catalog";
import { parseCsv } from "../support/csv";
import { waitForRows } from "../support/csv-file";
import { loadExample } from "../support/examples";
import { token } from "../support/flows";
import { withFreshIds } from "../support/fresh-ids";
import { oneNodeRed } from "../support/one-node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { type RecordedNode, RunningExample } from "../support/running-example";
import { allCoreNodes } from "../support/user-dir";
import { waitFor } from "../support/wait-for";

const name = "SMS logging";
const { sample } = definitionOf("outboundMessage");

for (const platform of onePlatform) {
  describe(`example "${name}" on Node-RED ${platform.name}`, function () {
    this.timeout(90_000);
    const home = mkdtempSync(join(tmpdir(), "node-red-hapana-home-"));
    const nodeRed = oneNodeRed({ platform, env: { HOME: home }, settings: allCoreNodes });
    after(() => rmSync(home, { recursive: true }));

    it("writes every SMS to one file, every email to another, and nothing else to either", async () => {
      const example = await RunningExample.deploy(nodeRed(), { name });
      const email = {
        ...{ messageId: "m2", communicationType: "Email", message: "<p>Hi</p>", subject: "Welcome" },
        ...{ emailTo: "alex@example.com", emailFrom: "studio@example.com" },
      };
      await example.send("outboundMessage", { messageId: "m1", communicationType: "SMS", message: "Hi Alex" });
      await example.send("outboundMessage", email);
      await example.send("outboundMessage", { messageId: "m3", communicationType: "fax", message: "neither" });
      await example.send("outboundMessage", { messageId: "m4", communicationType: "text", message: "Bye Alex" });
      const sms = await waitForRows(example.file("sms.csv"), 2);
      const emails = await waitForRows(example.file("emails.csv"), 1);
      assert.deepEqual(
        sms.map(({ messageId, phone, message }) => [messageId, phone, message]),
        [
          ["m1", sample.phone, "Hi Alex"],
          ["m4", sample.phone, "Bye Alex"],
        ],
      );
      assert.deepEqual(
        emails.map(({ messageId, emailTo, emailFrom, subject, message }) => [
          messageId,
          emailTo,
          emailFrom,
          subject,
          message,
        ]),
        [["m2", "alex@example.com", "studio@example.com", "Welcome", "<p>Hi</p>"]],
      );
      assert.equal(sms[0]?.clientID, sample.clientID);
      assert.match(sms[0]?.receivedAt ?? "", /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    });

    it("logs two messages of the same text without an id, and says of the second that it may be the first", async () => {
      const example = await RunningExample.deploy(nodeRed(), { name });
      const text = { messageId: null, communicationType: "sms", message: "See you at six" };
      for (let time = 0; time < 2; time += 1) await example.send("outboundMessage", text);
      const [first, second] = await waitForRows(example.file("sms.csv"), 2);
      assert.deepEqual([first?.possibleDuplicate, second?.possibleDuplicate], ["", first?.deliveryId]);
    });

    it("writes a row of the other file when the button of its test email is pressed", async () => {
      const example = await RunningExample.deploy(nodeRed(), { name });
      await example.press("hapana_sms_testEmail");
      const [email] = await waitForRows(example.file("emails-test.csv"), 1);
      assert.deepEqual([email?.subject, email?.emailTo], ["Welcome", "alex@example.com"]);
    });

    it("writes a row of a file of their own when its test button is pressed", async () => {
      const example = await RunningExample.deploy(nodeRed(), { name });
      await example.press("hapana_sms_test");
      const [row] = await waitForRows(example.file("sms-test.csv"), 1);
      assert.equal(row?.phone, sample.phone);
    });

    it("quotes commas, quotes and line breaks, and keeps a spreadsheet from running a formula, but leaves IDs and phone numbers as they are", async () => {
      const example = await RunningExample.deploy(nodeRed(), { name });
      const harmless = ['a, b; "c"', "one\r\ntwo\nthree", '"', "naïve 😀", "-5.50", "+61 491 570 156"];
      const ids = ["-bX9_a-Q", "+1 (555) 010-0100 ext 5", "0049/30-123", "00123456789012345678"];
      const formulas = ["=1+1", "+HYPERLINK()", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", " =1+1", "-1+1", "+A1&A2"];
      for (const message of [...harmless, ...ids, ...formulas]) await example.send("outboundMessage", { message });
      const rows = await waitForRows(example.file("sms.csv"), harmless.length + ids.length + formulas.length);
      assert.deepEqual(
        rows.map(({ message }) => message),
        [...harmless, ...ids, ...formulas.map((formula) => `'${formula}`)],
      );
      assert.equal(rows[0]?.phone, sample.phone);
    });

    it("writes the column names once, also over a restart", async () => {
      const example = await RunningExample.deploy(nodeRed(), { name });
      await example.send("outboundMessage", { message: "before" });
      await waitForRows(example.file("sms.csv"), 1);
      await example.settled();
      await example.nodeRed.restart();
      await example.send("outboundMessage", { message: "after" });
      await waitForRows(example.file("sms.csv"), 2);
      const records = parseCsv(readFileSync(example.file("sms.csv"), "utf8"));
      assert.equal(records.length, 3);
      assert.match(records[0]?.[0] ?? "", /receivedAt$/);
    });

    it("does not write a row twice when an event comes again", async () => {
      const once: RecordedNode = { name: "Not logged yet?", outputs: ["not yet", "logged already"] };
      const example = await RunningExample.deploy(nodeRed(), { name, record: [once] });
      await example.send("outboundMessage", { message: "once" });
      assert.equal((await example.next()).output, "not yet");
      await example.sendAgain();
      assert.equal((await example.next()).output, "logged already");
      await example.send("outboundMessage", { message: "marker" });
      const rows = await waitForRows(example.file("sms.csv"), 2);
      assert.deepEqual(
        rows.map(({ message }) => message),
        ["once", "marker"],
      );
    });

    it("writes the time on the clock of the studio, where one is set", async () => {
      const environment = { TIME_ZONE: "Pacific/Kiritimati" };
      const example = await RunningExample.deploy(nodeRed(), { name, record: ["Columns of an SMS"], environment });
      await example.send("outboundMessage", { message: "late" });
      const { receivedAt } = (await example.next()).msg.hapana;
      const [row] = await waitForRows(example.file("sms.csv"), 1);
      // Fourteen hours ahead of UTC, all year.
      const there = new Date(Date.parse(String(receivedAt)) + 14 * 60 * 60_000).toISOString();
      assert.equal(row?.receivedAt, there.slice(0, 19).replace("T", " "));
    });

    it("keeps its files in the home folder unless told otherwise", async () => {
      await nodeRed().setFlows(withFreshIds(loadExample(name)).flow);
      await post(`${nodeRed().url}/hapana/outboundMessage`, { token, body: sample });
      await waitFor(
        () => existsSync(join(home, "hapana/sms.csv")) || undefined,
        () => "no file in the home folder",
      );
    });
  });
}
