import assert from "node:assert/strict";
import { definitionOf } from "../../src/events/catalog";
import { assertAccepted, assertRefused } from "../support/answers";
import { endpoint, type FlowNode, recordedFlow, token, webhookIn, withRecorder } from "../support/flows";
import { stopAllNodeReds } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { type RecordingNodeRed, startRecording } from "../support/recording";
import { waitFor } from "../support/wait-for";

/** A page of somebody else's, made with Node-RED's own nodes: it answers what it was sent. */
function page(method: string, url: string): FlowNode[] {
  const id = `${method} ${url}`;
  return [
    { id, type: "http in", z: "tab", x: 100, y: 700, url, method, wires: [[`${id} response`]] },
    { id: `${id} response`, type: "http response", z: "tab", x: 300, y: 700, statusCode: "203", wires: [] },
  ];
}

for (const platform of onePlatform) {
  describe(`an endpoint and its neighbours, on Node-RED ${platform.name}`, function () {
    this.timeout(60_000);
    let nodeRed: RecordingNodeRed;
    let file = "";
    let count = 0;
    before(async () => {
      nodeRed = await startRecording({ platform }, (recorded) => {
        file = recorded;
        return recordedFlow(recorded);
      });
    });
    after(stopAllNodeReds);

    const checkIn = () => {
      count += 1;
      return { ...definitionOf("checkIn").sample, clientID: `client ${count}` };
    };
    const accepts = async (path: string, withToken = token) => {
      assertAccepted(await post(`${nodeRed.url}${path}`, { token: withToken, body: checkIn() }));
      const [recorded] = await nodeRed.next(1);
      return recorded?.node;
    };
    const warnings = (path: string) =>
      nodeRed
        .log()
        .split("\n")
        .filter((line) => line.includes(`An “http in” node also uses the path ${path}. `)).length;

    it("leaves Node-RED's own routes as they are", async () => {
      for (const path of ["/", "/settings", "/flows", "/nodes", "/icons", "/red/red.min.js"]) {
        assert.equal((await fetch(`${nodeRed.url}${path}`)).status, 200, path);
      }
      assert.equal((await fetch(`${nodeRed.url}/no-such-page`)).status, 404);
      const deploy = await fetch(`${nodeRed.url}/flows`, {
        method: "POST",
        body: "{",
        headers: { "content-type": "application/json" },
      });
      assert.equal(deploy.status, 400);
    });

    it("leaves other nodes' pages as they are: their bodies are parsed, also beside and below its path", async () => {
      await nodeRed.setFlows([
        ...recordedFlow(file),
        ...page("post", "/other"),
        ...page("post", "/hapana/deep/er"),
        ...page("get", "/hapana/page"),
        ...page("put", "/hapanas"),
      ]);
      const body = { any: "thing", big: "x".repeat(2_000_000) };
      for (const [method, path] of [
        ["POST", "/other"],
        ["POST", "/hapana/deep/er"],
        ["PUT", "/hapanas"],
      ] as const) {
        const answer = await post(`${nodeRed.url}${path}`, { method, body });
        assert.equal(answer.status, 203, path);
        assert.deepEqual(answer.json(), body);
      }
      assert.equal((await post(`${nodeRed.url}/hapana/page?a=1`, { method: "GET" })).body, '{"a":"1"}');
      await accepts("/hapana/checkIn");
      assert.doesNotMatch(nodeRed.log(), /An “http in” node/);
    });

    it("wins over an http in node on the same path, and says so once", async () => {
      const flow = [
        ...recordedFlow(file),
        ...page("post", "/hapana"),
        ...page("post", "hapana/checkIn"),
        ...page("get", "/Hapana/"),
      ];
      await nodeRed.setFlows(flow);
      await accepts("/hapana");
      await accepts("/hapana/checkIn");
      assertRefused(await post(`${nodeRed.url}/hapana`, { body: {} }), 401, "unauthorized");
      assert.deepEqual([warnings("/hapana"), warnings("/hapana/checkIn"), warnings("/Hapana")], [1, 1, 1]);

      // As the editor sends it: secrets that were not changed are left out, so that the endpoint's node stays.
      const unchanged = flow.map(({ credentials: _, ...node }) => node as FlowNode);
      await nodeRed.setFlows([...unchanged, ...page("post", "/another")], "nodes");
      assert.deepEqual([warnings("/hapana"), warnings("/hapana/checkIn")], [1, 1]);
      await nodeRed.setFlows(recordedFlow(file), "nodes");
      await accepts("/hapana");
      await nodeRed.setFlows(recordedFlow(file));
      await accepts("/hapana/checkIn");
    });

    it("does not warn of an http in node that is switched off", async () => {
      const [httpIn, ...rest] = page("post", "/hapana/clientUpdated");
      await nodeRed.setFlows([...recordedFlow(file), { ...(httpIn as FlowNode), d: true }, ...rest]);
      assert.equal(warnings("/hapana/clientUpdated"), 0);
    });

    it("keeps its path from a second endpoint, which says who has it and takes over when the first is deleted", async () => {
      const first = [endpoint({ name: "First" }), ...withRecorder(webhookIn(), file)];
      const tab: FlowNode = { id: "tab", type: "tab", label: "Test" };
      const second = [
        endpoint({ id: "second", name: "Second", path: "/HAPANA/", credentials: { headerValue: "Bearer second" } }),
        ...withRecorder(webhookIn({ id: "second-webhook", endpoint: "second" }), file),
      ];
      await nodeRed.setFlows([tab, ...first, ...second]);
      assert.match(
        nodeRed.log(),
        /\[error\] \[hapana-endpoint:Second\] another endpoint has this path: choose “First”/,
      );
      assert.equal(await accepts("/hapana"), "webhook");
      assertRefused(
        await post(`${nodeRed.url}/hapana`, { token: "Bearer second", body: checkIn() }),
        401,
        "unauthorized",
      );

      await nodeRed.setFlows([tab, ...second], "nodes");
      assert.equal(await accepts("/hapana", "Bearer second"), "second-webhook");
      assertRefused(await post(`${nodeRed.url}/hapana`, { token, body: checkIn() }), 401, "unauthorized");

      await nodeRed.setFlows([tab, ...first, ...second]);
      assert.match(
        nodeRed.log(),
        /\[error\] \[hapana-endpoint:First\] another endpoint has this path: choose “Second”/,
      );
      assert.equal(await accepts("/hapana", "Bearer second"), "second-webhook");
      await nodeRed.setFlows([
        tab,
        ...first,
        ...second.map((node) => (node.id === "second" ? { ...node, path: "/b" } : node)),
      ]);
      assert.equal(await accepts("/hapana"), "webhook");
      assert.equal(await accepts("/b", "Bearer second"), "second-webhook");
    });

    it("answers at its own path where that is another's address for an event, in whatever order they come, and the other says so", async () => {
      const tab: FlowNode = { id: "tab", type: "tab", label: "Test" };
      const whole = [endpoint({ name: "Whole" }), ...withRecorder(webhookIn(), file)];
      const scans = [
        endpoint({
          id: "scans",
          name: "Scans",
          path: "/hapana/check-in",
          credentials: { headerValue: "Bearer scans" },
        }),
        ...withRecorder(webhookIn({ id: "scans-webhook", endpoint: "scans" }), file),
      ];
      const said = "[warn] [hapana-endpoint:Whole] The endpoint “Scans” has the path /hapana/check-in.";
      const lines = () => nodeRed.log().split(said).length - 1;
      for (const [index, order] of [
        [...whole, ...scans],
        [...scans, ...whole],
      ].entries()) {
        await nodeRed.setFlows([tab, ...order]);
        assert.equal(lines(), index + 1);
        assert.equal(await accepts("/Hapana/check-in", "Bearer scans"), "scans-webhook");
        assertRefused(await post(`${nodeRed.url}/hapana/check-in`, { token, body: checkIn() }), 401, "unauthorized");
        assert.equal(await accepts("/hapana/checkIn"), "webhook");
      }
    });

    it("says nothing of an endpoint that had its path and is disabled by the same deploy", async () => {
      const first = [endpoint({ name: "First" }), ...withRecorder(webhookIn(), file)];
      const tab: FlowNode = { id: "tab", type: "tab", label: "Test" };
      const second = [
        endpoint({ id: "second", name: "Second", credentials: { headerValue: "Bearer second" } }),
        ...withRecorder(webhookIn({ id: "second-webhook", endpoint: "second" }), file),
      ];
      await nodeRed.setFlows([tab, ...first]);
      const from = nodeRed.log().length;
      await nodeRed.setFlows([tab, { ...(first[0] as FlowNode), d: true }, ...second]);
      assert.equal(await accepts("/hapana", "Bearer second"), "second-webhook");
      assert.doesNotMatch(nodeRed.log().slice(from), /another endpoint has this path/);
    });

    it("says that it has lost its path also where it was there first, and the other has the secret that it lacks", async () => {
      const from = nodeRed.log().length;
      await nodeRed.setFlows([
        endpoint({ id: "bare", name: "Bare", credentials: {} }),
        webhookIn({ id: "bare-webhook", endpoint: "bare" }),
        ...recordedFlow(file, { endpoint: { name: "Whole" } }),
      ]);
      const said = nodeRed
        .log()
        .slice(from)
        .match(/\[error\].*/g);
      assert.equal(said?.length, 1, said?.join());
      assert.match(String(said), /\[hapana-endpoint:Bare\] another endpoint has this path: choose “Whole”/);
    });

    it("has its path also where an endpoint that no node uses was there first, as an example's that was imported may be", async () => {
      const idle = endpoint({ id: "idle", name: "Idle", credentials: { headerValue: "Bearer idle" } });
      await nodeRed.setFlows([idle, ...recordedFlow(file, { endpoint: { name: "Used" } })]);
      assert.equal(await accepts("/hapana"), "webhook");
      assertRefused(
        await post(`${nodeRed.url}/hapana`, { token: "Bearer idle", body: checkIn() }),
        401,
        "unauthorized",
      );
      assert.doesNotMatch(nodeRed.log().slice(nodeRed.log().lastIndexOf("Starting flows")), /\[error\]/);

      await nodeRed.setFlows([
        idle,
        ...recordedFlow(file).map((node) => (node.type === "hapana-webhook-in" ? { ...node, endpoint: "idle" } : node)),
      ]);
      assert.equal(await accepts("/hapana", "Bearer idle"), "webhook");
    });

    for (const path of ["/flows", "/Settings/", "/nodes/hapana", "/red", "/icons"]) {
      it(`refuses ${path}, which the editor needs`, async () => {
        await nodeRed.setFlows(recordedFlow(file, { endpoint: { path, name: `At ${path}` } }));
        assert.ok(nodeRed.log().includes(`[error] [hapana-endpoint:At ${path}] Node-RED's editor uses this path`));
        assert.equal((await fetch(`${nodeRed.url}/flows`)).status, 200);
        assert.equal((await fetch(`${nodeRed.url}/settings`)).status, 200);
        const answer = await post(`${nodeRed.url}${path}/checkIn`, { token, body: checkIn() });
        assert.doesNotMatch(answer.body, /accepted/);
      });
    }

    it("is gone when it is deleted, and comes back", async () => {
      await nodeRed.setFlows([{ id: "tab", type: "tab", label: "Test" }]);
      await waitFor(
        async () =>
          (await post(`${nodeRed.url}/hapana`, { token, body: checkIn() })).status === 404 ? true : undefined,
        () => "it still answers",
      );
      await nodeRed.setFlows(recordedFlow(file));
      await accepts("/hapana");
    });
  });
}
