import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { definitionOf } from "../../src/events/catalog";
import { parseCsv, parseCsvRows } from "../support/csv";
import { loadExample, named } from "../support/examples";
import { type FlowNode, token, withRecorder } from "../support/flows";
import { type NodeRed, startNodeRed, stopAllNodeReds } from "../support/node-red";
import { platforms } from "../support/platforms";
import { post } from "../support/post";
import { waitForRecorded } from "../support/recorded";
import { waitFor } from "../support/wait-for";

const { sample } = definitionOf("outboundMessage");

for (const platform of platforms) {
  describe(`example "SMS logging" on Node-RED ${platform.name}`, function () {
    this.timeout(90_000);
    let nodeRed: NodeRed;
    let count = 0;

    afterEach(stopAllNodeReds);

    const send = async (fields: object) => {
      count += 1;
      const body = { ...sample, messageId: `m${count}`, ...fields };
      const answer = await post(`${nodeRed.url}/hapana/outboundMessage`, { token, body });
      assert.equal(answer.status, 200, answer.body);
    };
    const file = (name: string) => join(nodeRed.userDir, "log", name);
    const rows = (name: string, atLeast: number) =>
      waitFor(
        () => {
          const read = existsSync(file(name)) ? parseCsvRows(readFileSync(file(name), "utf8")) : [];
          return read.length >= atLeast ? read : undefined;
        },
        () => `${name} has fewer than ${atLeast} rows. Log:\n${nodeRed.log()}`,
      );
    const start = async (change: (flow: FlowNode[]) => FlowNode[] = (flow) => flow) => {
      nodeRed = await startNodeRed({ platform });
      const environment = { FOLDER: join(nodeRed.userDir, "log") };
      await nodeRed.setFlows(change(loadExample("SMS logging", { environment })));
    };

    it("writes every SMS to one file, every email to another, and nothing else to either", async () => {
      await start();
      await send({ communicationType: "SMS", message: "Hi Alex" });
      await send({
        communicationType: "Email",
        message: "<p>Hi</p>",
        emailTo: "alex@example.com",
        emailFrom: "studio@example.com",
        subject: "Welcome",
      });
      await send({ communicationType: "fax", message: "neither" });
      await send({ communicationType: "text", message: "Bye Alex" });
      const sms = await rows("sms.csv", 2);
      const emails = await rows("emails.csv", 1);
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
      assert.match(sms[0]?.receivedAt ?? "", /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    });

    it("quotes commas, quotes and line breaks, and keeps a spreadsheet from running a formula", async () => {
      await start();
      const harmless = ['a, b; "c"', "one\r\ntwo\nthree", '"', "naïve 😀", "-5.50", "+61 491 570 156"];
      const formulas = ["=1+1", "+HYPERLINK()", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1"];
      for (const message of [...harmless, ...formulas]) await send({ message });
      const read = await rows("sms.csv", harmless.length + formulas.length);
      assert.deepEqual(
        read.map(({ message }) => message),
        [...harmless, ...formulas.map((formula) => `'${formula}`)],
      );
      assert.equal(read[0]?.phone, sample.phone);
    });

    it("writes the column names once, also over a restart", async () => {
      await start();
      await send({ message: "before" });
      await rows("sms.csv", 1);
      await nodeRed.restart();
      await send({ message: "after" });
      await rows("sms.csv", 2);
      const records = parseCsv(readFileSync(file("sms.csv"), "utf8"));
      assert.equal(records.length, 3);
      assert.match(records[0]?.[0] ?? "", /receivedAt$/);
    });

    it("does not write a row twice when an event comes again after a crash", async () => {
      await start(withSlowEnd);
      await send({ message: "once" });
      await rows("sms.csv", 1);
      await nodeRed.kill9();
      await nodeRed.restart();
      const seen = await waitForRecorded(recordedFile(), 2);
      assert.deepEqual(
        seen.map(({ msg }) => [msg.payload.message, msg.hapana.redelivered]),
        [
          ["once", false],
          ["once", true],
        ],
      );
      await send({ message: "marker" });
      const read = await rows("sms.csv", 2);
      assert.deepEqual(
        read.map(({ message }) => message),
        ["once", "marker"],
      );
    });

    it("keeps its files in the home folder unless told otherwise", async () => {
      const home = mkdtempSync(join(tmpdir(), "node-red-hapana-home-"));
      try {
        nodeRed = await startNodeRed({ platform, flows: loadExample("SMS logging"), env: { HOME: home } });
        await send({ message: "at home" });
        await waitFor(
          () => existsSync(join(home, "hapana/sms.csv")) || undefined,
          () => "no file in the home folder",
        );
      } finally {
        rmSync(home, { recursive: true });
      }
    });

    const recordedFile = () => join(nodeRed.userDir, "recorded.jsonl");

    /** The flow is still at work when the crash comes: a slow node stands after the one that writes the row. */
    function withSlowEnd(flow: FlowNode[]): FlowNode[] {
      const { id, z, wires } = named(flow, "Add to the CSV file");
      const [next = []] = wires as string[][];
      const slow = {
        id: "slow",
        type: "delay",
        z,
        x: 960,
        y: 160,
        pauseType: "delay",
        timeout: "1",
        timeoutUnits: "hours",
      };
      return [
        ...flow.flatMap((node) => {
          if (node.id === id) return [{ ...node, wires: [[...next, slow.id]] }];
          return node.type === "hapana-webhook-in" ? withRecorder(node, recordedFile()) : [node];
        }),
        { ...slow, wires: [[]] },
      ];
    }
  });
}
