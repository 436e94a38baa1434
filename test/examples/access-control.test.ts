import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { definitionOf, type EventType } from "../../src/events/catalog";
import { loadExample, named } from "../support/examples";
import { type FlowNode, token, withRecorder } from "../support/flows";
import { type NodeRed, startNodeRed, stopAllNodeReds } from "../support/node-red";
import { platforms } from "../support/platforms";
import { post } from "../support/post";
import { readRecorded, waitForRecorded } from "../support/recorded";

const door = "Your door";
const refusal = "Refused, with the reason";

for (const platform of platforms) {
  describe(`example "Access control" on Node-RED ${platform.name}`, function () {
    this.timeout(90_000);
    let nodeRed: NodeRed;
    let seen = 0;

    afterEach(stopAllNodeReds);

    const recordedFile = () => join(nodeRed.userDir, "recorded.jsonl");

    /** Starts the example; what comes out of the named nodes is recorded. */
    const start = async (environment: Record<string, string> = {}, change = (flow: FlowNode[]) => flow) => {
      seen = 0;
      nodeRed = await startNodeRed({ platform });
      const flow = loadExample("Access control", {
        environment: { FOLDER: join(nodeRed.userDir, "access"), ...environment },
      });
      const recorders = new Set([door, refusal, "Keep the allow-list"].map((name) => named(flow, name).id));
      const recorded = flow.flatMap((node) =>
        recorders.has(node.id) ? withRecorder(node, recordedFile(), [String(node.name)]) : [node],
      );
      await nodeRed.setFlows(change(recorded));
    };
    const send = async (event: EventType, fields: object) => {
      const body = { ...definitionOf(event).sample, ...fields };
      const answer = await post(`${nodeRed.url}/hapana/${event}`, { token, body });
      assert.equal(answer.status, 200, answer.body);
      assert.equal(answer.json().status, "accepted");
    };
    /** What the flow does next. */
    const next = async () => {
      const recorded = (await waitForRecorded(recordedFile(), seen + 1))[seen];
      seen += 1;
      assert.ok(recorded);
      return recorded;
    };
    let visit = 0;
    const checkIn = async (fields: object) => {
      visit += 1;
      await send("checkIn", { barcode: `visit ${visit}`, ...fields });
      const { output, msg } = await next();
      return [output, msg.payload];
    };
    const changeStatus = async (fields: object) => {
      await send("clientStatusChange", fields);
      const { output, msg } = await next();
      assert.equal(output, "Keep the allow-list");
      return msg.payload.allowed;
    };

    it("opens the door when Hapana calls the check-in valid, in any case", async () => {
      await start();
      assert.deepEqual(await checkIn({ checkInStatus: "Valid" }), [door, "open"]);
      assert.deepEqual(await checkIn({ checkInStatus: "VALID" }), [door, "open"]);
      assert.deepEqual(await checkIn({ checkInStatus: " valid " }), [door, "open"]);
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
      assert.equal(await changeStatus({ status: "suspendedMembership" }), false);
      const suspended = [refusal, "The client's status is suspendedMembership."];
      assert.deepEqual(await checkIn({ checkInStatus: "Valid" }), suspended);
      assert.deepEqual(await checkIn({ checkInStatus: "Valid", clientID: "somebody else" }), [door, "open"]);
      assert.deepEqual(await checkIn({ checkInStatus: "Valid", siteID: "another location" }), [door, "open"]);

      await nodeRed.restart();
      assert.deepEqual(await checkIn({ checkInStatus: "Valid" }), suspended);
      assert.equal(await changeStatus({ status: "Active Package" }), true);
      assert.deepEqual(await checkIn({ checkInStatus: "Valid" }), [door, "open"]);
      assert.deepEqual(await checkIn({ checkInStatus: "Invalid", checkInMessage: "No class booked" }), [
        refusal,
        "No class booked",
      ]);
      assert.equal(await changeStatus({ status: "inactive" }), false);
      assert.deepEqual(await checkIn({ checkInStatus: "Valid" }), [refusal, "The client's status is inactive."]);
    });

    it("does not open the door for a check-in that comes again long after the client has left", async () => {
      await start({ TOO_OLD_AFTER_SECONDS: "1" }, (flow) => [
        ...flow.map((node) => (node.name === door ? withWire(node, "slow") : node)),
        {
          ...{ id: "slow", type: "delay", z: named(flow, door).z, x: 960, y: 300 },
          ...{ pauseType: "delay", timeout: "1", timeoutUnits: "hours", wires: [[]] },
        },
      ]);
      assert.deepEqual(await checkIn({ checkInStatus: "Valid" }), [door, "open"]);
      await nodeRed.kill9();
      await delay(1_000);
      await nodeRed.restart();
      const { output, msg } = await next();
      assert.deepEqual([output, msg.payload, msg.hapana.redelivered], [refusal, "The check-in is too old.", true]);
    });

    it("keeps the door closed when the allow-list cannot be read", async () => {
      await start();
      assert.equal(await changeStatus({ status: "suspendedMembership" }), false);
      writeFileSync(join(nodeRed.userDir, "access/allow-list.json"), "not a list");
      await send("checkIn", { checkInStatus: "Valid", barcode: "unreadable" });
      await delay(500);
      assert.equal(readRecorded(recordedFile()).length, seen);
    });
  });
}

function withWire(node: FlowNode, id: string): FlowNode {
  const [first = [], ...others] = node.wires as string[][];
  return { ...node, wires: [[...first, id], ...others] };
}
