import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { watchStatus } from "../support/editor-status";
import { access, endpoint, type FlowNode, roster, token, webhookIn, withRecorder } from "../support/flows";
import { type FreshFlow, withFreshIds } from "../support/fresh-ids";
import { oneNodeRed } from "../support/one-node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { type Recorded, waitForRecorded } from "../support/recorded";
import { waitFor } from "../support/wait-for";

/** Sends any message to the door: the body of a request. */
const door: readonly FlowNode[] = [
  { id: "in", type: "http in", z: "tab", x: 100, y: 500, url: "", method: "post", wires: [["message"]] },
  {
    ...{ id: "message", type: "function", z: "tab", x: 250, y: 500, outputs: 2, wires: [["access"], ["answer"]] },
    func: "node.send([msg.payload, null]); node.send([null, { ...msg, payload: {} }]);",
  },
  { id: "answer", type: "http response", z: "tab", x: 400, y: 500, wires: [] },
];

const outputs = ["open", "refused", "changed"];

for (const platform of onePlatform) {
  describe(`a door, on Node-RED ${platform.name}`, function () {
    this.timeout(90_000);
    const nodeRed = oneNodeRed({ platform });
    let file: string;
    let url: string;
    let fresh: FreshFlow;
    let seen = 0;

    async function deploy(properties: Partial<FlowNode> = {}, others: readonly FlowNode[] = []): Promise<void> {
      file = join(nodeRed().userDir, `door-${randomUUID()}.jsonl`);
      url = `/scan-${randomUUID()}`;
      seen = 0;
      const received = webhookIn({ events: ["checkIn", "clientStatusChange"], wires: [["access"], ["access"], []] });
      fresh = withFreshIds([
        { id: "tab", type: "tab", label: "Test" },
        endpoint({ path: `/hapana-${randomUUID()}`, sites: [{ siteID: "manly", name: "Manly" }] }),
        ...[received, roster(), ...others],
        ...withRecorder(access(properties), file, outputs),
        ...door.map((node) => (node.id === "in" ? { ...node, url } : node)),
      ]);
      await nodeRed().setFlows(fresh.flow);
    }
    const isOfDoor = ({ type }: FlowNode) => type === "hapana-roster" || type === "hapana-access";
    const ownPath = () => String(fresh.flow.find(({ type }) => type === "hapana-endpoint")?.path);
    const hapana = async (event: string, body: object, headers: Readonly<Record<string, string>> = {}) => {
      const answer = await post(`${nodeRed().url}${ownPath()}/${event}`, {
        ...{ token, headers },
        body: { siteID: "manly", ...body },
      });
      assert.equal(answer.status, 200);
    };
    const send = async (message: object) => {
      assert.equal((await post(`${nodeRed().url}${url}`, { body: message })).status, 200);
    };
    const next = async (count = 1): Promise<Recorded[]> => {
      const recorded = await waitForRecorded(file, seen + count);
      seen += count;
      return recorded.slice(seen - count, seen);
    };
    const one = async (): Promise<Recorded> => {
      const [recorded] = await next();
      assert.ok(recorded);
      return recorded;
    };
    const accessIn = ({ msg }: Recorded) => msg.access as Record<string, unknown>;
    const payloadIn = ({ msg }: Recorded) => msg.payload as Record<string, unknown>;
    /** What is decided of something that was read: the output and the code. */
    const scanOnce = async (payload: unknown): Promise<string> => {
      await send({ payload });
      const recorded = await one();
      return `${recorded.output} ${accessIn(recorded).code}`;
    };
    /** As {@link scanOnce}, as soon as the roster has heard all that there is: after any deploy, it may be behind for a moment. */
    const scan = async (payload: unknown): Promise<string> => {
      for (;;) {
        const decided = await scanOnce(payload);
        if (!decided.includes("roster_loading")) return decided;
      }
    };
    /** Once the roster is loaded. */
    const ready = async (unknown: unknown = "?") => void (await scan(unknown));
    /** What is decided of a scan first, once the roster has heard all that there is; changes of access, and check-ins, are passed over. */
    const firstDecision = async (payload: unknown): Promise<string> => {
      for (;;) {
        await send({ payload });
        let recorded = await one();
        while (recorded.output === "changed" || recorded.msg.hapana !== undefined) recorded = await one();
        const { code } = accessIn(recorded);
        if (code !== "roster_loading") return `${recorded.output} ${code}`;
      }
    };
    const member = async (clientID: string, fobNumber: string, status = "activePackage") => {
      await hapana("clientStatusChange", { clientID, status, firstName: "Maria", lastName: "Lopez" });
      await hapana("checkIn", { clientID, fobNumber, checkInStatus: "Valid" });
    };

    it("opens for a fob that Hapana has named, and closes as soon as its client is suspended", async () => {
      await deploy();
      await ready();
      assert.equal(await scan("BC614E"), "refused unknown_credential");
      await member("c1", "12345678");
      const recorded = await next(2);
      const of = (output: string) => recorded.find((each) => each.output === output) as Recorded;
      assert.deepEqual(payloadIn(of("changed")), {
        ...{ action: "grant", credentials: ["12345678"] },
        client: { clientID: "c1", siteID: "manly", firstName: "Maria", lastName: "Lopez", status: "activePackage" },
      });
      assert.equal(accessIn(of("open")).code, "ok");
      await send({ payload: { RDM6300: { UID: "00:BC:61:4E" } }, extra: 1 });
      const opened = await one();
      assert.deepEqual([opened.output, opened.msg.payload, opened.msg.extra], ["open", true, 1]);
      const { asOf, ...said } = accessIn(opened);
      assert.ok(Date.parse(String(asOf)) > 0);
      assert.deepEqual(said, {
        ...{ decision: "allow", code: "ok", reason: "Welcome.", door: "Front", mode: "normal", test: false },
        client: { clientID: "c1", siteID: "manly", firstName: "Maria", lastName: "Lopez", status: "activePackage" },
        credential: "00:BC:61:4E",
      });
      assert.equal(await scan("0012345678"), "refused too_soon");
      await hapana("clientStatusChange", { clientID: "c1", status: "suspendedMembership" });
      assert.equal(payloadIn(await one()).action, "revoke");
      await send({ payload: "BC614E" });
      const refused = await one();
      assert.equal(refused.output, "refused");
      assert.match(String(refused.msg.payload), /does not open this door at the moment/);
      assert.equal((accessIn(refused).client as { status: string }).status, "suspendedMembership");
    });

    it("is locked down, opened to everybody and set to normal by a message, and stays so over a deploy", async () => {
      await deploy();
      await ready();
      await member("c1", "12345678");
      await next(2);
      await send({ topic: "lockdown" });
      assert.equal(await scan("1"), "refused locked_down");
      await nodeRed().setFlows(
        fresh.flow.map((node) => (node.type === "hapana-access" ? { ...node, name: "x" } : node)),
      );
      assert.equal(await scan("1"), "refused locked_down");
      await send({ topic: "open" });
      assert.equal(await scan("1"), "open open_mode");
      await send({ topic: "normal" });
      await ready();
      assert.equal(await scan("1"), "refused unknown_credential");
    });

    it("tells later whom it kept out while it was locked down, and who has what is no longer valid", async () => {
      await deploy();
      await ready();
      await member("c1", "12345678");
      await next(2);
      const status = watchStatus(nodeRed().port, fresh.idOf("access"));
      const mode = { door: fresh.idOf("access"), mode: "lockdown" };
      assert.equal((await post(`${nodeRed().url}/hapana-access/mode`, { body: mode })).status, 200);
      await send({ payload: "BC614E" });
      const kept = accessIn(await one());
      assert.deepEqual([kept.code, kept.mode, kept.client], ["locked_down", "lockdown", undefined]);
      await send({ topic: "normal" });
      await waitFor(
        () => /normal since \d/.test(status.status()) || undefined,
        () => status.status(),
      );
      status.close();
      await send({ topic: "import", payload: [{ credential: "9", name: "Cleaner", until: "2020-01-01" }] });
      await send({ payload: "9" });
      const over = await one();
      assert.equal(accessIn(over).code, "unknown_credential");
      assert.match(String(over.msg.payload), /no longer valid/);
      const decisions = async () => {
        const found = await fetch(`${nodeRed().url}/hapana-access/${fresh.idOf("roster")}/decisions?limit=2`);
        const { decisions: rows } = (await found.json()) as { decisions: Record<string, unknown>[] };
        return rows.map(({ code, isExpired, client }) => [code, isExpired, client]);
      };
      await waitFor(
        async () => (await decisions())[0]?.[0] === "unknown_credential" || undefined,
        () => "it was not noted",
      );
      assert.deepEqual(await decisions(), [
        ["unknown_credential", true, { clientID: "by hand: n9", firstName: "Cleaner" }],
        ["locked_down", undefined, { clientID: "c1", firstName: "Maria", lastName: "Lopez" }],
      ]);
    });

    it("takes a list, also as CSV, names what it could not read, and gives all grants", async () => {
      await deploy({ sites: ["manly"] });
      await ready();
      const list = [
        { credential: "7", name: "Ann Staff", kind: "staff" },
        { credential: "8", clientID: "c8", status: "activePackage", location: "Manly", until: "2099-12-31" },
        { credential: "9", kind: "boss" },
        { kind: "member" },
      ];
      await send({ topic: "import", payload: list });
      assert.deepEqual(
        (await next(2)).map(({ output }) => output),
        ["changed", "changed"],
      );
      await send({ topic: "import", payload: "fob;e-mail;status;Remarks\r\n10;kim@example.com;activePackage;\r\n" });
      await next();
      assert.equal(await scan(7), "open staff");
      assert.equal(await scan("8"), "open ok");
      assert.equal(await scan("9"), "refused unknown_credential");
      assert.equal(await scan("10"), "open ok");
      assert.match(nodeRed().log(), /Entry 3: the kind must be member, staff or blocked/);
      assert.match(nodeRed().log(), /ignored: Remarks/);
      await send({ topic: "export" });
      const grants = (await next(3)).map((each) => [each.output, payloadIn(each).action]);
      assert.deepEqual(
        grants,
        Array.from({ length: 3 }, () => ["changed", "grant"]),
      );
      await send({ topic: "clients" });
      const [all] = await next();
      const clients = all?.msg.payload as unknown as { email?: string; sites: { statuses: { status: string }[] }[] }[];
      const kim = clients.find(({ email }) => email === "kim@example.com");
      assert.deepEqual([all?.msg.topic, kim?.sites[0]?.statuses[0]?.status], ["clients", "activePackage"]);
    });

    it("knows what came before its roster was there", async () => {
      await deploy();
      const withoutRoster = fresh.flow.filter(({ type }) => type !== "hapana-roster" && type !== "hapana-access");
      await nodeRed().setFlows(withoutRoster);
      await hapana("checkIn", { clientID: "early", fobNumber: "555", checkInStatus: "Valid" });
      await hapana("clientStatusChange", { clientID: "early", status: "activePackage" });
      await hapana("clientStatusChange", { clientID: "late", status: "activePackage" });
      await hapana("checkIn", { clientID: "late", fobNumber: "666", checkInStatus: "Valid" });
      await hapana("clientStatusChange", { clientID: "late", status: "inactive" });
      const renamed = (value: unknown): unknown => (value === fresh.idOf("roster") ? "another-roster" : value);
      const added = fresh.flow.map((node) => ({ ...node, id: String(renamed(node.id)), roster: renamed(node.roster) }));
      await nodeRed().setFlows(added);
      const changes = (await next(3)).map((each) => [payloadIn(each).action, payloadIn(each).credentials]);
      assert.deepEqual(changes, [
        ["grant", ["555"]],
        ["grant", ["666"]],
        ["revoke", ["666"]],
      ]);
      assert.equal(await scan("555"), "open ok");
      assert.equal(await scan("666"), "refused status_not_allowed");
    });

    it("hears what came while its roster was disabled, before it lets anybody in", async () => {
      await deploy();
      await ready();
      await member("away", "777");
      await next(2);
      await nodeRed().setFlows(fresh.flow.filter((node) => !isOfDoor(node)));
      await hapana("clientStatusChange", { clientID: "away", status: "inactive" });
      await nodeRed().setFlows(fresh.flow);
      assert.equal(await firstDecision("777"), "refused status_not_allowed");
    });

    it("hears what came to its new endpoint before it was moved there, before it lets anybody in", async () => {
      const path = `/hapana-${randomUUID()}`;
      const other = endpoint({ id: "other", path });
      const received = webhookIn({ events: ["clientStatusChange"], wires: [[], []] });
      await deploy({}, [other, { ...received, id: "other-in", endpoint: "other" }]);
      await ready();
      await member("moved", "888");
      await next(2);
      const elsewhere = `${nodeRed().url}${path}/clientStatusChange`;
      const body = { clientID: "moved", siteID: "manly", status: "inactive" };
      assert.equal((await post(elsewhere, { token, body })).status, 200);
      await nodeRed().setFlows(
        fresh.flow.map((node) => (node.type === "hapana-roster" ? { ...node, endpoint: fresh.idOf("other") } : node)),
      );
      assert.equal(await firstDecision("888"), "refused status_not_allowed");
    });

    it("refuses who was suspended before kill -9, and had not been learnt by then", async () => {
      await deploy();
      await ready();
      await member("killed", "999");
      await next(2);
      await nodeRed().kill9();
      const folder = join(nodeRed().userDir, "hapana", "roster", fresh.idOf("roster"));
      renameSync(folder, `${folder}-away`);
      // Nothing can be opened here.
      writeFileSync(folder, "");
      await nodeRed().restart();
      await hapana("clientStatusChange", { clientID: "killed", status: "suspendedMembership" });
      await nodeRed().kill9();
      rmSync(folder);
      renameSync(`${folder}-away`, folder);
      await nodeRed().restart();
      assert.equal(await firstDecision("999"), "refused status_not_allowed");
    });

    it("lets nobody in by a test, and says that the door would open", async () => {
      await deploy();
      await ready();
      const test = { "x-hapana-test": "true" };
      await hapana("clientStatusChange", { clientID: "t", status: "activePackage" }, test);
      await hapana("checkIn", { clientID: "t", fobNumber: "77", checkInStatus: "Valid" }, test);
      const first = await one();
      assert.deepEqual([first.output, accessIn(first).code], ["refused", "test_only"]);
      assert.equal(await scan("77"), "refused test_only");
    });

    it("answers with what was set, and says in its status whom it has let in only where that is wanted", async () => {
      await deploy({
        ...{ openPayload: "on", openPayloadType: "str", refusePayload: "off", refusePayloadType: "str" },
        ...{ credentialProperty: "payload.deep.uid", showNames: true, gapSeconds: 0 },
      });
      await ready({ deep: { uid: "?" } });
      await member("c2", "222");
      await next(2);
      await send({ payload: { deep: { uid: "222" } } });
      assert.equal((await one()).msg.payload, "on");
      const editor = watchStatus(nodeRed().port, fresh.idOf("access"));
      await waitFor(
        () => (/^green dot: let in: Maria Lopez, ok \(.+\)$/.test(editor.status()) ? true : undefined),
        () => `the status is ${editor.status()}`,
      );
      editor.close();
      await send({ payload: { deep: { uid: "223" } } });
      assert.equal((await one()).msg.payload, "off");
    });

    it("refuses where its roster is missing, or its settings cannot be meant", async () => {
      await deploy({ roster: "" });
      assert.equal(await scanOnce("1"), "refused roster_loading");
      await deploy({ hours: [{ days: ["mon"], from: "25:99", to: "26:00" }] });
      await member("c3", "333");
      await next(1);
      assert.equal(await scanOnce("333"), "refused roster_loading");
    });
  });
}
