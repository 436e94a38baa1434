import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { endpoint, type FlowNode, recordedFlow, token } from "../support/flows";
import { type NodeRed, type StartOptions, startNodeRed, stopAllNodeReds } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { readRecorded } from "../support/recorded";
import { makeUserDir } from "../support/user-dir";
import { waitFor } from "../support/wait-for";

const missing: FlowNode = { id: "missing", type: "a-node-that-nobody-has", z: "tab", x: 1, y: 1, wires: [] };

/** As Node-RED writes it. */
const variable = (name: string) => ["$", "{", name, "}"].join("");

for (const platform of onePlatform) {
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

    const runtimeState = { enabled: true, ui: true };

    async function set({ url }: NodeRed, state: "start" | "stop"): Promise<void> {
      const headers = { "content-type": "application/json" };
      const response = await fetch(`${url}/flows/state`, { method: "POST", headers, body: JSON.stringify({ state }) });
      assert.equal(response.status, 200);
    }

    /** Nothing starts then, which `setFlows` waits for. */
    async function deploy({ url }: NodeRed, flows: readonly FlowNode[]): Promise<void> {
      const headers = { "content-type": "application/json", "node-red-api-version": "v2" };
      const response = await fetch(`${url}/flows`, { method: "POST", headers, body: JSON.stringify({ flows }) });
      assert.equal(response.status, 200);
    }

    async function statusOf({ url }: NodeRed, given: string): Promise<number> {
      const body = { clientID: `with ${given} at ${performance.now()}`, siteID: "s" };
      return (await post(`${url}/hapana/checkIn`, { token: given, body })).status;
    }

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
      const settings = { runtimeState };
      const nodeRed = await start({ flows: recordedFlow(file), settings });
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
      await deploy(stopped, next);
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
        () => /\[info\] \[hapana-endpoint:Odd\] unknown authentication: /.test(stopped.log()) || undefined,
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
      assert.doesNotMatch(safe.log(), /no value here for/);
    });

    it("where a node is not installed, a wrong setting still lets nobody in, and a variable is filled in", async () => {
      const flows = recordedFlow(file, {
        endpoint: { path: `/${variable("STUDIO")}`, credentials: { headerValue: `Bearer ${variable("TOKEN")}` } },
      });
      const env = { STUDIO: "north", TOKEN: "filled-in" };
      const whole = await start({ flows, env });
      await whole.stop();
      const nodeRed = await start({ env });
      await deploy(nodeRed, [...flows, missing, endpoint({ id: "odd", path: "/odd", auth: "magic" })]);
      await nodeRed.stop();
      const broken = await start({ env, notRunning: /missing types/ });
      await isStored(broken, "Bearer filled-in", "/north/checkIn");
      const odd = await post(`${broken.url}/odd`, { token, body: { clientID: "c", siteID: "s" } });
      assert.equal(odd.status, 503);
      await broken.setFlows(flows);
      await comesOut();
    });

    it("both tokens of a rotation are let in that is deployed meanwhile, also after a restart", async () => {
      const nodeRed = await start({ flows: recordedFlow(file), settings: { runtimeState } });
      await set(nodeRed, "stop");
      const next = "Bearer the-next-token";
      const kept = await post(`${nodeRed.url}/hapana-endpoint/endpoint/keep/headerValue`, { body: { next } });
      assert.equal(kept.status, 204);
      await deploy(nodeRed, recordedFlow(file, { endpoint: { credentials: { headerValue: next } } }));
      await isStored(nodeRed, next);
      await isStored(nodeRed, token);
      await nodeRed.stop();
      const stopped = await start({ settings: { runtimeState }, notRunning: /Stopped flows/ });
      await isStored(stopped, next);
      await isStored(stopped, token);
      const seen = await (await fetch(`${stopped.url}/hapana-endpoint/endpoint/sightings`)).json();
      assert.ok(seen?.token.used && seen.previousToken.used, "the editor is told that both are in use");
      await set(stopped, "start");
      await comesOut();
    });

    it("an endpoint on a disabled tab lets nobody in: nothing would come out of it", async () => {
      const disabled: FlowNode = { id: "off", type: "tab", label: "Off", disabled: true };
      const flows = [...recordedFlow(file), disabled, endpoint({ id: "other", z: "off", path: "/off" })];
      const first = await start({ flows });
      const offStatus = async ({ url }: NodeRed) =>
        (await post(`${url}/off`, { token, body: { clientID: "c", siteID: "s" } })).status;
      assert.equal(await offStatus(first), 404);
      await first.stop();
      const safe = await start({ settings: { safeMode: true }, notRunning: /safe mode/ });
      assert.equal(await offStatus(safe), 404);
      await isStored(safe);
    });

    describe("an endpoint in a subflow", () => {
      const flowsWith = (headerValue = token, instances = ["one"]): FlowNode[] => [
        ...recordedFlow(file)
          .filter(({ id }) => id !== "tab")
          .map((node) => ({ ...node, z: "inner" }))
          .map((node) => (node.type === "hapana-endpoint" ? { ...node, credentials: { headerValue } } : node)),
        { id: "tab", type: "tab", label: "Studio" },
        { id: "inner", type: "subflow", name: "Inner", in: [], out: [] },
        { id: "outer", type: "subflow", name: "Outer", in: [], out: [] },
        { id: "within", type: "subflow:inner", z: "outer", x: 100, y: 100, wires: [] },
        ...instances.map((id) => ({ id, type: "subflow:outer", z: "tab", x: 100, y: 100, wires: [] })),
      ];

      it("receives as well, and what it has received comes out", async () => {
        const first = await start({ flows: flowsWith() });
        await isStored(first);
        await first.stop();
        const safe = await start({ settings: { safeMode: true }, notRunning: /safe mode/ });
        await isStored(safe);
        await safe.stop();
        await start({});
        await comesOut();
      });

      it("lets nobody in by a token that is changed meanwhile, nor once its instance is deleted", async () => {
        const nodeRed = await start({ flows: flowsWith(), settings: { runtimeState } });
        await set(nodeRed, "stop");
        assert.equal(await statusOf(nodeRed, token), 200);
        await deploy(nodeRed, flowsWith("Bearer next"));
        assert.equal(await statusOf(nodeRed, token), 401);
        assert.equal(await statusOf(nodeRed, "Bearer next"), 200);
        await deploy(nodeRed, flowsWith("Bearer next", []));
        assert.equal(await statusOf(nodeRed, "Bearer next"), 404);
      });
    });

    it("an endpoint in a subflow has its instance's, group's and tab's variables, and all flows', as if they ran", async () => {
      const set = (name: string, value: string, type = "str") => ({ name, value, type });
      const inSubflow = (id: string, headerValue: string) =>
        endpoint({ id, z: "inner", path: `/${id}/${variable("STUDIO")}`, credentials: { headerValue } });
      const secret = (name: string) => `Bearer ${variable(name)}`;
      const flows: FlowNode[] = [
        { id: "tab", type: "tab", env: [set("OF_TAB", "tab", "cred")], credentials: { OF_TAB: "secret-of-the-tab" } },
        { id: "group", type: "group", z: "tab", nodes: ["north"], env: [set("LENT", "OF_TAB", "env")], x: 1, y: 1 },
        {
          ...{ id: "inner", type: "subflow", name: "Inner", in: [], out: [] },
          ...{ env: [set("STUDIO", "nowhere"), set("NUMBER", "0815", "num"), set("OWN", "", "cred")] },
          credentials: { OWN: "the template's" },
        },
        { id: "outer", type: "subflow", name: "Outer", in: [], out: [], env: [set("STUDIO", "outside")] },
        {
          ...{ id: "within", type: "subflow:inner", z: "outer", x: 100, y: 100, wires: [] },
          env: [set("STUDIO", "STUDIO", "env"), set("OWN", "", "cred")],
        },
        ...["north", "south"].map((studio) => ({
          ...{ id: studio, type: "subflow:outer", z: "tab", x: 100, y: 100, wires: [] },
          ...(studio === "north" && { g: "group" }),
          env: [set("STUDIO", studio)],
        })),
        {
          ...{
            id: "all",
            type: "global-config",
            env: [set("OF_ALL", "", "cred"), set("COMPUTED", '"a" & "b"', "jsonata")],
          },
          credentials: { map: { OF_ALL: "secret-of-all" } },
        },
        ...["LENT", "NUMBER", "OWN", "OF_ALL", "COMPUTED", "HIDDEN", "SYSTEM"].map((name) =>
          inSubflow(name, secret(name)),
        ),
      ];
      const env = { LENT: "of-the-system", COMPUTED: "of-the-system", HIDDEN: "hidden", SYSTEM: "of-the-system" };
      const tokens = [
        ...["secret-of-the-tab", "815", "the template's", "secret-of-all", "ab", "hidden"],
        ...["of-the-system", "outside", "nowhere"],
      ];
      const whoGetsIn = async ({ url }: NodeRed) => {
        const found = [];
        for (const path of ["LENT", "NUMBER", "OWN", "OF_ALL", "COMPUTED", "HIDDEN", "SYSTEM"])
          for (const studio of ["north", "south", "outside", "nowhere"])
            for (const given of tokens) {
              const { status } = await post(`${url}/${path}/${studio}`, {
                token: `Bearer ${given}`,
                body: { siteID: "s" },
              });
              if (status === 200) found.push(`${path} ${studio} ${given}`);
            }
        return found;
      };
      const settings = { envVarExcludes: ["HIDDEN"] };
      const whole = await start({ flows, env, settings });
      const running = await whoGetsIn(whole);
      assert.deepEqual(running, [
        ...["LENT north secret-of-the-tab", "LENT south of-the-system"],
        ...["NUMBER north 815", "NUMBER south 815"],
        ...["OWN north the template's", "OWN south the template's"],
        ...["OF_ALL north secret-of-all", "OF_ALL south secret-of-all"],
        ...["COMPUTED north ab", "COMPUTED south ab"],
        ...["SYSTEM north of-the-system", "SYSTEM south of-the-system"],
      ]);
      await whole.stop();
      const safe = await start({ env, settings: { ...settings, safeMode: true }, notRunning: /safe mode/ });
      assert.deepEqual(
        await whoGetsIn(safe),
        running.filter((found) => !found.startsWith("COMPUTED")),
        "what only Node-RED can tell lets nobody in, nor does the system's variable of the same name",
      );
    });

    it("a variable that is changed meanwhile is not believed in its old value", async () => {
      const flowsWith = (value: string): FlowNode[] => [
        ...recordedFlow(file, { endpoint: { credentials: { headerValue: `Bearer ${variable("TOKEN")}` } } }),
        { id: "variables", type: "global-config", env: [{ name: "TOKEN", value, type: "str" }] },
      ];
      const nodeRed = await start({ flows: flowsWith("leaked"), settings: { runtimeState } });
      await set(nodeRed, "stop");
      assert.equal(await statusOf(nodeRed, "Bearer leaked"), 200);
      await deploy(nodeRed, flowsWith("changed"));
      assert.equal(await statusOf(nodeRed, "Bearer leaked"), 401);
      assert.equal(await statusOf(nodeRed, "Bearer changed"), 200);
    });
  });
}
