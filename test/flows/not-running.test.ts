import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { endpoint, type FlowNode, recordedFlow, token } from "../support/flows";
import { type NodeRed, type StartOptions, startNodeRed, stopAllNodeReds } from "../support/node-red";
import { everyPlatform } from "../support/platforms";
import { post } from "../support/post";
import { readRecorded } from "../support/recorded";
import { makeUserDir } from "../support/user-dir";
import { waitFor } from "../support/wait-for";

const missing: FlowNode = { id: "missing", type: "a-node-that-nobody-has", z: "tab", x: 1, y: 1, wires: [] };

/** As Node-RED writes it. */
const variable = (name: string) => ["$", "{", name, "}"].join("");

for (const platform of everyPlatform) {
  describe(`while the flows of Node-RED ${platform.name} do not run`, function () {
    this.timeout(60_000);
    afterEach(stopAllNodeReds);

    let userDir: string;
    let file: string;
    let sent: string[];
    beforeEach(() => {
      userDir = makeUserDir();
      file = join(userDir, "recorded.jsonl");
      sent = [];
    });

    const start = (options: StartOptions) => startNodeRed({ platform, userDir, ...options });

    async function isStored({ url }: NodeRed, given = token, path = "/hapana/checkIn"): Promise<void> {
      const began = performance.now();
      sent.push(`client-${sent.length}`);
      const body = { clientID: sent.at(-1), siteID: "s" };
      assert.equal((await post(`${url}${path}`, { token: "Bearer wrong", body })).status, 401);
      assert.equal((await post(`${url}${path}`, { token: given, body })).status, 200);
      assert.ok(performance.now() - began < 5_000, "it is not held");
    }

    /** What is in the flow when Node-RED ends may come twice. */
    async function comesOut(): Promise<void> {
      const recorded = () => new Set(readRecorded(file).map(({ msg }) => String(msg.payload.clientID)));
      await waitFor(
        () => (sent.every((client) => recorded().has(client)) ? true : undefined),
        () => [...recorded()].join(),
      );
    }

    it("in safe mode, events are stored, also where nothing is known of the last run, and come out once they run", async () => {
      const first = await start({ flows: recordedFlow(file) });
      await isStored(first);
      await first.stop();
      rmSync(join(userDir, "hapana", "paths.json"));
      const safe = await start({ settings: { safeMode: true }, notRunning: /safe mode/ });
      await isStored(safe);
      await safe.stop();
      await start({});
      await comesOut();
    });

    it("after the flows were stopped, over a restart, with what was deployed meanwhile", async () => {
      const settings = { runtimeState: { enabled: true, ui: true } };
      const nodeRed = await start({ flows: recordedFlow(file), settings });
      const set = async ({ url }: NodeRed, state: string) => {
        const headers = { "content-type": "application/json" };
        const response = await fetch(`${url}/flows/state`, {
          method: "POST",
          headers,
          body: JSON.stringify({ state }),
        });
        assert.equal(response.status, 200);
      };
      await set(nodeRed, "stop");
      await isStored(nodeRed);
      await nodeRed.stop();
      const stopped = await start({ settings, notRunning: /Stopped flows/ });
      await isStored(stopped);
      const next = recordedFlow(file).map((node) =>
        node.type === "hapana-endpoint"
          ? endpoint({ path: "/next", credentials: { headerValue: "Bearer next" } })
          : node,
      );
      const deployed = await fetch(`${stopped.url}/flows`, {
        method: "POST",
        headers: { "content-type": "application/json", "node-red-api-version": "v2" },
        body: JSON.stringify({ flows: next }),
      });
      assert.equal(deployed.status, 200);
      await isStored(stopped, "Bearer next", "/next");
      await set(stopped, "start");
      await comesOut();
    });

    it("what is refused is told in the log, and what keeps an endpoint from letting anybody in", async () => {
      const settings = { runtimeState: { enabled: true, ui: true } };
      const magic = endpoint({ id: "odd", name: "Odd", path: "/odd", auth: "magic" });
      const nodeRed = await start({ flows: [...recordedFlow(file), magic], settings });
      await fetch(`${nodeRed.url}/flows/state`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ state: "stop" }),
      });
      const told = /\[warn\] \[hapana-endpoint:Test endpoint\] Hapana sent a wrong token/g;
      const count = () => nodeRed.log().match(told)?.length ?? 0;
      await isStored(nodeRed);
      await isStored(nodeRed);
      await waitFor(
        () => count() || undefined,
        () => nodeRed.log(),
      );
      assert.equal(count(), 1, "the first of its minute");
      await nodeRed.stop();
      const stopped = await start({ settings, notRunning: /Stopped flows/ });
      await waitFor(
        () => /\[info\] \[hapana-endpoint:Odd\] it is not understood how/.test(stopped.log()) || undefined,
        () => stopped.log(),
      );
    });

    it("also one whose token is a variable of the tab that it belongs to lets Hapana in", async () => {
      const settings = { runtimeState: { enabled: true, ui: true } };
      const own = { z: "tab", credentials: { headerValue: `Bearer ${variable("TOKEN")}` } };
      const flows = recordedFlow(file, { endpoint: own }).map((node) =>
        node.type === "tab" ? { ...node, env: [{ name: "TOKEN", value: "of-the-tab", type: "str" }] } : node,
      );
      const running = await start({ flows, settings });
      await isStored(running, "Bearer of-the-tab");
      await running.stop();
      const safe = await start({ settings: { ...settings, safeMode: true }, notRunning: /safe mode/ });
      await isStored(safe, "Bearer of-the-tab");
      assert.doesNotMatch(safe.log(), /is not set for this endpoint/);
    });

    it("where a node is not installed, a wrong setting still lets nobody in, and a variable is filled in", async () => {
      const flows = recordedFlow(file, {
        endpoint: { path: `/${variable("STUDIO")}`, credentials: { headerValue: `Bearer ${variable("TOKEN")}` } },
      });
      const env = { STUDIO: "north", TOKEN: "filled-in" };
      const whole = await start({ flows, env });
      await whole.stop();
      const nodeRed = await start({ env });
      await fetch(`${nodeRed.url}/flows`, {
        method: "POST",
        headers: { "content-type": "application/json", "node-red-api-version": "v2" },
        body: JSON.stringify({
          flows: [
            ...[...flows, missing, endpoint({ id: "odd", path: "/odd", auth: "magic" })],
            ...[{ id: "off", type: "tab", disabled: true }, endpoint({ id: "other", path: "/off", z: "off" })],
          ],
        }),
      });
      await nodeRed.stop();
      const broken = await start({ env, notRunning: /missing types/ });
      await isStored(broken, "Bearer filled-in", "/north/checkIn");
      const odd = await post(`${broken.url}/odd`, { token, body: { clientID: "c", siteID: "s" } });
      assert.equal(odd.status, 503);
      const off = await post(`${broken.url}/off`, { token, body: { clientID: "c", siteID: "s" } });
      assert.equal(off.status, 404, "its flow is disabled");
      await broken.setFlows(flows);
      await comesOut();
    });
  });
}
