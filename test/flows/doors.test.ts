import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { definitionOf, type EventType } from "../../src/events/catalog";
import { assertAccepted } from "../support/answers";
import { type Broker, startBroker } from "../support/broker";
import { endpoint, type FlowNode, token, withRecorder } from "../support/flows";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { type RecordedMessage, waitForRecorded } from "../support/recorded";
import { rostersReady } from "../support/rosters-ready";
import { allCoreNodes } from "../support/user-dir";
import { waitFor } from "../support/wait-for";

/** Of a Shelly of the second generation or later. */
const pulse = "/rpc/Switch.Set?id=0&on=true&toggle_after=5";

const roster: FlowNode = { id: "roster", type: "hapana-roster", name: "", endpoint: "endpoint", forgetAfterDays: 365 };

const mqttIn = (topic: string, to: string): FlowNode => ({
  ...{ id: `in ${topic}`, type: "mqtt in", z: "tab", topic, qos: "0", datatype: "utf8", broker: "broker" },
  ...{ nl: false, rap: true, rh: 0, inputs: 0, wires: [[to]] },
});

const access = (id: string, door: string, to: string, more: object = {}): FlowNode => ({
  ...{ id, type: "hapana-access", z: "tab", name: "", roster: "roster", door, gapSeconds: 0 },
  ...{ openPayload: "on", openPayloadType: "str", wires: [[to], [], []], ...more },
});

/** A door with an MQTT reader and an MQTT relay, and one with an HTTP relay; both have one roster. */
const doors = (port: number, relayUrl: string, file: string): FlowNode[] => [
  { id: "tab", type: "tab", label: "Doors" },
  endpoint(),
  roster,
  { id: "broker", type: "mqtt-broker", name: "", broker: "127.0.0.1", port, keepalive: "60", cleansession: true },
  mqttIn("front/reader", "front"),
  mqttIn("back/reader", "back"),
  {
    ...{ id: "listen", type: "inject", z: "tab", topic: "kept/reader", wires: [["late reader"]] },
    props: [
      { p: "topic", vt: "str" },
      { p: "action", v: "subscribe", vt: "str" },
    ],
  },
  { ...mqttIn("", "front"), id: "late reader", inputs: 1 },
  // As a command's topic is the message's, a broker's topics of the same names can be wired as they are.
  ...["lockdown", "open", "normal"].map((command) => mqttIn(command, "front")),
  ...withRecorder(access("front", "Front", "front relay"), file, ["open", "refused", "changed"]),
  ...withRecorder(access("back", "Back", "back relay"), file, ["open", "refused"]),
  { id: "front relay", type: "mqtt out", z: "tab", topic: "front/relay", qos: "0", broker: "broker", wires: [] },
  { ...{ id: "back relay", type: "http request", z: "tab", method: "GET", ret: "txt" }, url: relayUrl, wires: [[]] },
];

for (const platform of onePlatform) {
  describe(`doors on Node-RED ${platform.name}`, function () {
    this.timeout(90_000);
    let broker: Broker;
    let relay: Server;
    let relayUrl: string;
    const pulses: string[] = [];
    let nodeRed: NodeRed;
    let file: string;
    let seen = 0;

    before(async () => {
      broker = await startBroker();
      relay = createServer(({ url = "" }, response) => {
        pulses.push(url);
        response.end("{}");
      }).listen(0, "127.0.0.1");
      await once(relay, "listening");
      relayUrl = `http://127.0.0.1:${(relay.address() as AddressInfo).port}${pulse}`;
      nodeRed = await startNodeRed({ platform, settings: { ...allCoreNodes, runtimeState: { enabled: true } } });
      file = join(nodeRed.userDir, "recorded.jsonl");
      await nodeRed.setFlows(doors(broker.port, relayUrl, file));
      await listening();
    });
    after(async () => {
      await nodeRed?.stop();
      relay?.close();
      relay?.closeAllConnections();
      await broker?.close();
    });

    const listening = async () => {
      for (const topic of ["front/reader", "back/reader", "lockdown", "normal"]) await broker.subscribed(topic);
    };
    const send = async (event: EventType, fields: object) => {
      const body = { ...definitionOf(event).sample, ...fields };
      assertAccepted(await post(`${nodeRed.url}/hapana/${event}`, { token, body }));
    };
    const next = async () => {
      const all = await waitForRecorded(file, seen + 1);
      const recorded = all[seen];
      assert.ok(recorded);
      seen += 1;
      return recorded;
    };
    const codeOf = ({ access }: RecordedMessage) => (access as { code: string }).code;
    /** What a door decides about what its reader has read. */
    const scan = async (door: string, read: unknown) => {
      await broker.publish(`${door}/reader`, typeof read === "string" ? read : JSON.stringify(read));
      const { node, output, msg } = await next();
      assert.equal(node, door);
      return [output, codeOf(msg)];
    };
    /** What a door decides as soon as it does, however early it is asked after a start. */
    const firstDecision = async (door: string, read: string) => {
      while (true) {
        await broker.publish(`${door}/reader`, read);
        let recorded = await next();
        while (recorded.output === "changed") recorded = await next();
        const code = codeOf(recorded.msg);
        if (code !== "roster_loading") return [recorded.output, code];
      }
    };
    const flows = async (state: "start" | "stop") => {
      const headers = { "content-type": "application/json" };
      await fetch(`${nodeRed.url}/flows/state`, { method: "POST", headers, body: JSON.stringify({ state }) });
    };
    const changed = async (event: EventType, fields: object) => {
      await send(event, fields);
      const { output, msg } = await next();
      assert.equal(output, "changed");
      return [msg.topic, msg.payload.credentials];
    };
    /** Somebody with a fob and a membership. */
    const welcome = async (clientID: string, fobNumber: string) => {
      await send("checkIn", { clientID, fobNumber, barcode: undefined });
      const granted = await changed("clientStatusChange", { clientID, status: "activePackage" });
      assert.deepEqual(granted, ["grant", [fobNumber]]);
    };

    it("a fob at the reader pulses a relay by MQTT, at another door one by HTTP, and an unknown fob does neither", async () => {
      await welcome("maria", "12345678");
      const read = JSON.stringify({ Time: "2026-04-12T07:52:10", RDM6300: { UID: "00BC614E" } });
      assert.deepEqual(await firstDecision("front", read), ["open", "ok"]);
      assert.equal(await broker.next("front/relay"), "on");
      assert.deepEqual(await scan("front", { RDM6300: { UID: "00BC614F" } }), ["refused", "unknown_credential"]);
      assert.deepEqual(await scan("back", "00-BC-61-4E"), ["open", "ok"]);
      const asked = await waitFor(
        () => pulses[0],
        () => "the relay was not asked",
      );
      assert.equal(asked, pulse);
      assert.deepEqual(await scan("back", "1"), ["refused", "unknown_credential"]);
      assert.deepEqual([broker.published.length, pulses.length], [1, 1]);
    });

    it("a suspension closes the door, also where Node-RED is killed as soon as Hapana has its answer", async () => {
      await welcome("peter", "2222");
      assert.deepEqual(await scan("front", "2222"), ["open", "ok"]);
      assert.equal(await broker.next("front/relay"), "on");
      await send("clientStatusChange", { clientID: "peter", status: "suspendedMembership" });
      await nodeRed.kill9();
      await nodeRed.restart();
      await listening();
      assert.deepEqual(await firstDecision("front", "2222"), ["refused", "status_not_allowed"]);
    });

    it("a door does not decide before the roster has heard all that came while the flows did not run", async () => {
      await welcome("noor", "7777");
      await flows("stop");
      const others = Array.from({ length: 1_000 }, (_, index) => ({ clientID: `other ${index}`, status: "inactive" }));
      const suspension = { clientID: "noor", status: "suspendedMembership" };
      await Promise.all(others.map((fields) => send("clientStatusChange", fields)));
      await send("clientStatusChange", suspension);
      await flows("start");
      await listening();
      assert.deepEqual(await firstDecision("front", "7777"), ["refused", "status_not_allowed"]);
    });

    it("what a broker has kept for whoever comes later opens no door", async () => {
      await welcome("anna", "3333");
      await broker.publish("kept/reader", "3333", true);
      await fetch(`${nodeRed.url}/inject/listen`, { method: "POST" });
      const { output, msg } = await next();
      assert.deepEqual([output, codeOf(msg)], ["refused", "redelivered"]);
      assert.deepEqual(await scan("front", "3333"), ["open", "ok"]);
      assert.equal(await broker.next("front/relay"), "on");
    });

    it("a lockdown lasts over a restart, at its own door; and after it, the door decides without having heard of Hapana since", async () => {
      await welcome("lee", "4444");
      await broker.publish("lockdown", "");
      await broker.publish("front/reader", "4444");
      const { msg } = await next();
      assert.equal(codeOf(msg), "locked_down");
      assert.deepEqual(await scan("back", "4444"), ["open", "ok"]);
      await nodeRed.restart();
      await listening();
      assert.deepEqual(await firstDecision("front", "4444"), ["refused", "locked_down"]);
      await rostersReady(nodeRed);
      await broker.publish("normal", "");
      assert.deepEqual(await scan("front", "4444"), ["open", "ok"]);
      assert.equal(await broker.next("front/relay"), "on");
    });

    it("a roster that was disabled learns who was suspended meanwhile, as soon as it is back", async () => {
      await welcome("kim", "8888");
      const flow = doors(broker.port, relayUrl, file);
      await nodeRed.setFlows(flow.map((node) => (node.id === "roster" ? { ...node, d: true } : node)));
      await send("clientStatusChange", { clientID: "kim", status: "suspendedMembership" });
      await nodeRed.setFlows(flow);
      await listening();
      await waitFor(
        async () => (await firstDecision("front", "8888"))[1] === "status_not_allowed" || undefined,
        () => "she still comes in",
      );
    });

    it("a list is imported by a message, and exported to a controller", async () => {
      const csv = "fob;name;kind;until\n5555;Sam Lee;staff;\n6666;Old Fob;staff;2020-01-01\n";
      await nodeRed.setFlows([
        ...doors(broker.port, relayUrl, file),
        mqttIn("import", "front"),
        mqttIn("export", "front"),
      ]);
      await broker.subscribed("export");
      assert.deepEqual(await firstDecision("back", "1"), ["refused", "unknown_credential"]);
      await broker.publish("import", csv);
      const { output, msg } = await next();
      assert.deepEqual([output, msg.topic, msg.payload.credentials], ["changed", "grant", ["5555"]]);
      assert.deepEqual(await scan("front", "5555"), ["open", "staff"]);
      assert.deepEqual(await scan("front", "6666"), ["refused", "unknown_credential"]);
      await broker.publish("export", "");
      const exported = [await next(), await next(), await next(), await next()].map(
        ({ msg }) => msg.payload.credentials,
      );
      assert.deepEqual(exported.flat().sort(), ["12345678", "3333", "4444", "5555"]);
    });
  });
}
