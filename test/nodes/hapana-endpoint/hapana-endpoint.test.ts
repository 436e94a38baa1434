import assert from "node:assert/strict";
import { mock } from "node:test";
import register from "../../../nodes/hapana-endpoint/hapana-endpoint";
import type { EndpointNode } from "../../../nodes/runtime/endpoint-node";
import { WebhookEndpoint } from "../../../src/engine/endpoint";
import { checkIn } from "../../support/deliveries";
import { endpoint, type FlowNode, token, webhookIn } from "../../support/flows";
import { post } from "../../support/post";
import { StandInRed } from "../../support/stand-in-red";
import { StandInClock } from "../../support/stand-in-red-clock";

const inMemory = (properties: Partial<FlowNode> = {}) => endpoint({ storage: "memory", ...properties });

describe("the node of an endpoint", () => {
  let red: StandInRed;

  beforeEach(() => begin());
  afterEach(async () => {
    mock.restoreAll();
    await red.end();
  });

  function begin(settings: Readonly<Record<string, unknown>> = {}): void {
    red = new StandInRed({ settings });
    register(red.RED);
  }

  const endpointOf = (id = "endpoint") => (red.node(id) as unknown as EndpointNode).endpoint;

  describe("gives its endpoint the settings", () => {
    async function settingsOf(definition: FlowNode): Promise<unknown> {
      const open = mock.method(WebhookEndpoint.prototype, "open");
      await red.deploy([definition]);
      return open.mock.calls[0]?.arguments[0];
    }

    it("that it has", async () => {
      const sites = [{ siteID: "n", name: "North" }];
      const properties = { auth: "both", tolerance: "60", sites, retentionDays: 3, headerName: "X-Token" };
      assert.deepEqual(await settingsOf(inMemory({ ...properties, credentials: { signingSecret: "S" } })), {
        name: "Test endpoint",
        path: "/hapana",
        ...properties,
        tolerance: 60,
        storage: "memory",
        signingSecret: "S",
      });
    });

    it("that are usual, where it has none or what cannot be read", async () => {
      // Not really opened: a store on disk is of no interest here.
      const open = mock.method(WebhookEndpoint.prototype, "open", () => {});
      const unreadable = { tolerance: "", retentionDays: "a week" };
      await red.deploy([{ id: "endpoint", type: "hapana-endpoint", path: "", ...unreadable }]);
      assert.deepEqual(open.mock.calls[0]?.arguments.at(0), {
        name: "",
        path: "/hapana",
        auth: "header",
        headerName: "Authorization",
        tolerance: 300,
        sites: [],
        storage: "disk",
        retentionDays: 7,
      });
    });

    it("with a secret that was rotated by this deploy", async () => {
      const credentials = { headerValue: "B", keptHeaderValue: "A", nextHeaderValue: "B" };
      const settings = (await settingsOf(inMemory({ credentials }))) as Record<string, unknown>;
      assert.deepEqual([settings.headerValue, settings.previousHeaderValue], ["B", "A"]);
    });
  });

  it("is called in the log as its endpoint is", async () => {
    await red.deploy([inMemory({ name: "" })]);
    assert.equal(red.node("endpoint").name, endpointOf().name);
    assert.notEqual(red.node("endpoint").name, "");
  });

  it("says what keeps it from listening: loudly only where a node uses it", async () => {
    await red.deploy([inMemory({ path: "/flows" })]);
    assert.deepEqual(red.lines, [
      { level: "log", node: "endpoint", text: 'hapana-endpoint.fault.reservedPath {"code":"reservedPath"}' },
    ]);
    await red.deploy([inMemory({ path: "/flows" }), webhookIn()]);
    assert.deepEqual(red.logged("error"), ['hapana-endpoint.fault.reservedPath {"code":"reservedPath"}']);
  });

  it("names who has its path", async () => {
    const second = inMemory({ id: "second", name: "Second" });
    await red.deploy([inMemory(), second, webhookIn(), webhookIn({ id: "other", endpoint: "second" })]);
    assert.deepEqual(red.logged("error"), [
      'hapana-endpoint.fault.pathTaken {"code":"pathTaken","holder":"Test endpoint"}',
    ]);
  });

  it("takes the path of one that no node uses", async () => {
    await red.deploy([inMemory(), inMemory({ id: "second" }), webhookIn({ endpoint: "second" })]);
    assert.deepEqual([endpointOf().path, endpointOf("second").path], [undefined, "/hapana"]);
  });

  it("warns where it asks for nothing", async () => {
    await red.deploy([inMemory({ auth: "none" })]);
    assert.deepEqual(red.logged("warn"), ["hapana-endpoint.log.openToAnyone"]);
  });

  describe("refuses requests, and", () => {
    const wrong = "hapana-endpoint.refusal.tokenWrong";
    const send = async (url: string) => post(`${url}/hapana`, { token: "wrong", body: checkIn() });

    it("says why: the first at once, and the others of a minute together", async () => {
      const clock = new StandInClock();
      const url = await red.listen();
      await red.deploy([inMemory()]);
      for (let count = 0; count < 3; count += 1) await send(url);
      assert.deepEqual(red.logged("warn"), [wrong]);
      clock.pass(60_000);
      assert.deepEqual(red.logged("warn"), [
        wrong,
        `hapana-endpoint.log.refusedMore ${JSON.stringify({ reason: wrong, count: 2 })}`,
      ]);
      clock.release();
    });

    it("says so before it is gone; then its successor does", async () => {
      const url = await red.listen();
      await red.deploy([inMemory()]);
      for (let count = 0; count < 2; count += 1) await send(url);
      await red.deploy([inMemory()]);
      assert.deepEqual(red.logged("warn"), [wrong, wrong]);
      await send(url);
      assert.deepEqual(red.logged("warn"), [wrong, wrong, wrong]);
    });
  });

  it("stays the same endpoint through deploys, until it is deleted", async () => {
    await red.deploy([inMemory()]);
    const before = endpointOf();
    await red.deploy([inMemory({ name: "New name" })]);
    assert.equal(endpointOf(), before);
    assert.equal(before.name, "New name");
    await red.deploy([]);
    assert.equal(before.path, undefined);
    await red.deploy([inMemory()]);
    assert.notEqual(endpointOf(), before);
  });

  it("warns of the http in nodes that it hides, once for each", async () => {
    const httpIn = (id: string, properties: object): FlowNode => ({ id, type: "http in", ...properties });
    const flow = [
      inMemory(),
      httpIn("same", { url: "/hapana", method: "post" }),
      httpIn("again", { url: "/Hapana", method: "get" }),
      httpIn("usual", { url: "/hapana/checkIn" }),
      httpIn("elsewhere", { url: "/elsewhere", method: "post" }),
      httpIn("picture", { url: "/hapana/picture", method: "get" }),
      httpIn("unfinished", { url: "", method: "post" }),
    ];
    const warned = () => red.logged("warn").map((line) => JSON.parse(line.replace(/^\S+ /, "")).path);
    await red.deploy(flow);
    assert.deepEqual(warned(), ["/hapana", "/Hapana", "/hapana/checkIn"]);
    await red.deploy([...flow, httpIn("more", { url: "/hapana/x", method: "post" })], "nodes");
    assert.deepEqual(warned().slice(3), ["/hapana/x"]);
  });

  it("takes one listener of Node-RED's, however many there are", async () => {
    const before = red.events.listenerCount("flows:started");
    await red.deploy(Array.from({ length: 20 }, (_, index) => inMemory({ id: `e${index}`, path: `/${index}` })));
    assert.equal(red.events.listenerCount("flows:started"), before);
  });

  describe("lets the editor know", () => {
    it("what it has seen of Hapana, and nothing where it is not deployed", async () => {
      const url = await red.listen();
      await red.deploy([inMemory(), webhookIn({ id: "webhook" })]);
      await post(`${url}/hapana/checkIn`, { token, body: checkIn({ siteID: "north" }) });
      const seen = await post(`${url}/hapana-endpoint/endpoint/sightings`, { method: "GET" });
      const { sites } = seen.json() as unknown as { sites: { siteID: string }[] };
      assert.deepEqual(
        sites.map(({ siteID }) => siteID),
        ["north"],
      );
      for (const id of ["unknown", "webhook"]) {
        const { status, body } = await post(`${url}/hapana-endpoint/${id}/sightings`, { method: "GET" });
        assert.deepEqual([status, body], [200, "null"]);
      }
    });

    it("only where the user may see it", async () => {
      red.forbidden.add("hapana-endpoint.read");
      const url = await red.listen();
      assert.equal((await post(`${url}/hapana-endpoint/endpoint/sightings`, { method: "GET" })).status, 401);
    });
  });
});
