import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { diskSource } from "../../src/inbox/level/disk-source";
import { LevelInbox } from "../../src/inbox/level/level-inbox";
import { watchStatus } from "../support/editor-status";
import { endpoint, type FlowNode, problem, token, webhookIn, withRecorder } from "../support/flows";
import { type FreshFlow, withFreshIds } from "../support/fresh-ids";
import { oneNodeRed } from "../support/one-node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { type Recorded, readRecorded, waitForRecorded } from "../support/recorded";
import { waitFor } from "../support/wait-for";

/** Of the clients whose name begins so, nothing can be made. */
const broken: FlowNode = {
  ...{ id: "broken", type: "function", z: "tab", x: 400, y: 160, name: "Broken", outputs: 1, wires: [[]] },
  func: 'if (msg.payload.clientID.startsWith("bad")) { throw new Error("no such client as " + msg.payload.email); } return msg;',
};

/** Milliseconds, as the node takes them. */
const minutes = (milliseconds: number) => milliseconds / 60_000;
const hours = (milliseconds: number) => milliseconds / (60 * 60_000);

/** More than the moment in which troubles are gathered: within it, nothing more is told. */
const longInterval = 1_000;

/** Changes a byte of what is stored, where it says this; no process may have it open. */
async function damage(folder: string, text: string): Promise<void> {
  // What is still in the log goes into a table, and what is known of its delivery into another.
  for (let time = 0; time < 2; time += 1) {
    const inbox = await LevelInbox.open(diskSource(folder), { storageChanged() {}, notice() {} });
    await inbox.claim("nobody", 1);
    await inbox.close();
  }
  for (const name of readdirSync(folder).filter((each) => each.endsWith(".ldb"))) {
    const bytes = readFileSync(join(folder, name));
    const at = bytes.indexOf(text);
    if (at < 0) continue;
    bytes[at] = (bytes[at] as number) ^ 1;
    writeFileSync(join(folder, name), bytes);
    return;
  }
  assert.fail("No table has it.");
}

for (const platform of onePlatform) {
  describe(`a problem is told, on Node-RED ${platform.name}`, function () {
    this.timeout(90_000);
    const nodeRed = oneNodeRed({ platform });
    let file: string;
    let fresh: FreshFlow;
    let flow: FlowNode[];

    /** Deploys an endpoint, a webhook-in with a broken flow, and a problem node. */
    async function deploy(properties: Partial<FlowNode> = {}, others: readonly FlowNode[] = []): Promise<void> {
      file = join(nodeRed().userDir, `recorded-${randomUUID()}.jsonl`);
      const received = webhookIn({ name: "Check-ins", events: ["checkIn"], wires: [["broken"], []] });
      fresh = withFreshIds([
        { id: "tab", type: "tab", label: "Test" },
        ...[endpoint({ name: "Front desk", path: `/hapana-${randomUUID()}` }), received, broken],
        ...withRecorder(problem(properties), file, ["problem"]),
        ...others,
      ]);
      flow = fresh.flow;
      await nodeRed().setFlows(flow);
    }
    const change = (type: string, properties: Partial<FlowNode>) =>
      flow.map((node) => (node.type === type ? { ...node, ...properties } : node));
    const path = () => String(flow.find(({ type }) => type === "hapana-endpoint")?.path);
    const send = (clientID: string, bearer = token, fields = {}) =>
      post(`${nodeRed().url}${path()}/checkIn`, {
        token: bearer,
        body: { clientID, siteID: "s", email: "alex@example.com", ...fields },
      });
    const messages = async (count: number) => (await waitForRecorded(file, count)).map(({ msg }) => msg);
    const kinds = (recorded: readonly Recorded[]) => recorded.map(({ msg }) => msg.topic);
    /** Something else that is told later shows that nothing else was. */
    const refuse = async () => assert.equal((await send("c", "Bearer wrong")).status, 401);
    const says = async (pattern: RegExp) => {
      const editor = watchStatus(nodeRed().port, fresh.idOf("problem"));
      await waitFor(
        () => (pattern.test(editor.status()) ? true : undefined),
        () => `the status is ${editor.status()}`,
      );
      editor.close();
    };
    const front = () => ({ id: fresh.idOf("endpoint"), name: "Front desk" });

    it("where an event fails for good: in one message, however many there are, without personal data", async () => {
      await deploy();
      await says(/^green ring: no problem so far$/);
      const sent = await Promise.all(Array.from({ length: 30 }, (_, each) => send(`bad ${each}`)));
      const ids = sent.map((answer) => String(answer.json().deliveryId));
      await send("good");
      const [message] = await messages(1);
      const { deliveryIds = [], ...hapana } = (message?.hapana ?? {}) as { deliveryIds?: string[] };
      assert.deepEqual(hapana, {
        ...{ kind: "failed", count: 30, endpoint: front() },
        node: { id: fresh.idOf("webhook"), name: "Check-ins" },
      });
      assert.deepEqual([deliveryIds.length, deliveryIds.filter((id) => !ids.includes(id))], [20, []]);
      assert.equal(message?.topic, "failed");
      assert.match(String(message?.payload), /^Events at “Front desk” that failed in the flow of “Check-ins”: 30\. /);
      assert.doesNotMatch(JSON.stringify(message), /alex@example|bad \d/);
      await says(/^yellow dot: failed: 30 \(.+\)$/);
    });

    it("where requests are refused: counted, with the reason", async () => {
      await deploy();
      for (let each = 0; each < 3; each += 1) await refuse();
      const [message] = await messages(1);
      assert.deepEqual(
        [message?.topic, message?.hapana],
        ["refused", { kind: "refused", count: 3, endpoint: front() }],
      );
      assert.match(
        String(message?.payload),
        /^Requests refused at “Front desk”: 3 \(Hapana sent a wrong token: .+\)\.$/,
      );
    });

    it("where nothing has come for too long, looked for at a start, and not again before something has", async () => {
      await deploy({ silenceHours: hours(1), intervalMinutes: 0 });
      await send("good");
      await nodeRed().restart();
      const [message] = await messages(1);
      assert.deepEqual(message?.hapana, { kind: "silence", count: 1, endpoint: front() });
      assert.match(
        String(message?.payload),
        /^Nothing has arrived from Hapana at “Front desk” for 0 hours or more. The last/,
      );
      await nodeRed().restart();
      await refuse();
      assert.deepEqual(kinds(await waitForRecorded(file, 2)), ["silence", "refused"]);
    });

    it("where an event waits for a node that was disabled, and where a deploy leaves some so", async () => {
      await deploy({ kinds: ["unclaimed"] });
      await nodeRed().setFlows(change("hapana-webhook-in", { d: true }));
      const { deliveryId } = (await send("good")).json();
      const [message] = await messages(1);
      assert.deepEqual(message?.hapana, {
        ...{ kind: "unclaimed", count: 1, endpoint: front() },
        deliveryIds: [deliveryId],
      });
      assert.match(String(message?.payload), /that no node takes: 1\. They are kept waiting: /);
    });

    it("of several endpoints in one message, and of one only where only that is wanted", async () => {
      const second = endpoint({ id: "second", name: "Back door", path: `/hapana-${randomUUID()}` });
      await deploy({ intervalMinutes: minutes(longInterval) }, [second]);
      await refuse();
      await post(`${nodeRed().url}${second.path}`, { token: "Bearer wrong", body: {} });
      const [message] = await messages(1);
      assert.deepEqual(message?.hapana, {
        ...{ kind: "refused", count: 2 },
        endpoint: { id: "", name: "Front desk, Back door" },
      });
      flow = change("hapana-problem", { endpoint: fresh.idOf("second") });
      await nodeRed().setFlows(flow);
      await refuse();
      await post(`${nodeRed().url}${second.path}`, { token: "Bearer wrong", body: {} });
      const [, only] = await messages(2);
      assert.deepEqual(only?.hapana, {
        ...{ kind: "refused", count: 1 },
        endpoint: { id: fresh.idOf("second"), name: "Back door" },
      });
    });

    it("after the start, where it had not been told when Node-RED ended, or was killed; what was told is not", async () => {
      for (const end of ["SIGTERM", "SIGKILL"] as const) {
        await deploy({ intervalMinutes: minutes(5 * longInterval) });
        await send("bad, and told");
        await messages(1);
        // The interval begins: what fails now is told at its end, by whoever is there then.
        const { deliveryId } = (await send("bad, and not told")).json();
        const kept = join(nodeRed().userDir, "hapana", "problem-watches.json");
        await waitFor(
          () => (readFileSync(kept, "utf8").includes(String(deliveryId)) ? true : undefined),
          () => "it is not kept",
        );
        if (end === "SIGKILL") await nodeRed().kill9();
        await nodeRed().restart();
        const [, message] = await messages(2);
        assert.deepEqual([message?.topic, message?.hapana.deliveryIds], ["failed", [deliveryId]], end);
        if (process.platform !== "win32") assert.equal(statSync(kept).mode & 0o777, 0o600);
        assert.doesNotMatch(readFileSync(kept, "utf8"), /alex@example/);
      }
    });

    it("where a stored event cannot be read any more, because its place on the disk is damaged", async () => {
      await deploy({ kinds: ["storage"] });
      const keeping = { func: "return new Promise(() => {});" };
      await nodeRed().setFlows(flow.map((node) => (node.id === fresh.idOf("broken") ? { ...node, ...keeping } : node)));
      const filler = randomBytes(30_000).toString("base64");
      assert.equal((await send("good", token, { filler })).status, 200);
      await nodeRed().kill9();
      await damage(join(nodeRed().userDir, "hapana", "inbox"), filler.slice(9_000, 9_100));
      await nodeRed().restart();
      const [message] = await messages(1);
      assert.deepEqual(
        [message?.topic, message?.hapana],
        ["storage", { kind: "storage", count: 1, endpoint: front() }],
      );
      assert.match(String(message?.payload), /^Stored events that can no longer be read: 1\. /);
    });

    it("not silently never where hours, time zone or endpoint cannot be understood: in red, and the log says what to do", async () => {
      const faults: [Partial<FlowNode>, RegExp][] = [
        [{ timeZone: "Mars/Olympus" }, /^red ring: unknown time zone$/],
        [{ hours: [{ days: [], from: "06:00", to: "22:00" }] }, /^red ring: a time has no day$/],
        [{ hours: [{ days: ["mon"], from: "6 am", to: "22:00" }] }, /^red ring: a time cannot be read$/],
        [{ hours: "always" }, /^red ring: the hours cannot be read$/],
        [{ endpoint: "nobody" }, /^red ring: endpoint disabled or deleted$/],
        [{ kinds: [] }, /^yellow ring: nothing is ticked$/],
        [{ version: 99 }, /^red ring: saved by a newer version$/],
      ];
      for (const [properties, words] of faults) {
        await deploy(properties);
        await says(words);
      }
      assert.match(nodeRed().log(), /unknown time zone: “Mars\/Olympus”; .+ choose one/);
      // Nothing else suffers from it.
      await deploy({ timeZone: "Mars/Olympus", silenceHours: hours(1) });
      await refuse();
      await messages(1);
      assert.deepEqual(kinds(readRecorded(file)), ["refused"]);
    });
  });
}
