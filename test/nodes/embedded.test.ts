import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import express from "express";
import type { NodeAPI } from "node-red";
import helper from "node-red-node-test-helper";
import registerEndpoint from "../../nodes/hapana-endpoint/hapana-endpoint";
import registerWebhookIn from "../../nodes/hapana-webhook-in/hapana-webhook-in";
import { definitionOf } from "../../src/events/catalog";
import { assertAccepted, assertRefused } from "../support/answers";
import { endpoint, type FlowNode, token, webhookIn } from "../support/flows";
import { post } from "../support/post";

const signingSecret = "whsec_secret-for-tests";
const { type, sample } = definitionOf("checkIn");

/** Where somebody embeds Node-RED in an app of their own, `RED.httpNode` may have no root to climb to. */
describe("where there is no root app, and bodies are parsed before they arrive", function () {
  this.timeout(20_000);
  let server: Server;
  let userDir: string;
  let url: string;

  before((done) => {
    userDir = mkdtempSync(join(tmpdir(), "node-red-hapana-"));
    helper.init(require.resolve("node-red"), { userDir });
    helper.startServer(done);
  });
  after((done) => {
    helper.stopServer(() => {
      rmSync(userDir, { recursive: true, force: true });
      done();
    });
  });
  afterEach(async () => {
    await helper.unload();
    await new Promise((resolve) => server.close(resolve));
  });

  async function load(properties: Partial<FlowNode>): Promise<void> {
    const { credentials, ...node } = endpoint({ storage: "memory", ...properties });
    let httpNode: NodeAPI["httpNode"] | undefined;
    const tap = (RED: NodeAPI) => {
      httpNode = RED.httpNode;
    };
    const collector: FlowNode = { id: "collector", type: "helper", z: "tab" };
    const source = webhookIn({ events: [type], wires: [["collector"], ["collector"]] });
    const flow = [{ id: "tab", type: "tab" }, node, source, collector];
    await helper.load([tap, registerEndpoint, registerWebhookIn], flow, { endpoint: credentials });
    assert.ok(httpNode);
    const handle = httpNode;
    // A call, not a mount: so it stays without a parent.
    server = createServer(
      express().use(express.json(), (request, response) => handle(request, response, () => response.status(404).end())),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hapana/${type}`;
  }

  it("events are received with a token", async () => {
    await load({});
    const arrived = new Promise((resolve) => helper.getNode("collector").on("input", resolve));
    assertAccepted(await post(url, { token, body: sample }));
    assert.deepEqual(((await arrived) as { payload: unknown }).payload, sample);
    assertRefused(await post(url, { body: sample }), 401, "unauthorized");
    assertRefused(await post(url, { token, body: {} }), 400, "bad_request");
  });

  it("a body that nobody has parsed is read", async () => {
    await load({});
    assertAccepted(await post(url, { token, body: sample, headers: { "content-type": "text/plain" } }));
  });

  it("nothing is let in where a signature is asked for: it cannot be checked here", async () => {
    await load({ auth: "signature", credentials: { signingSecret } });
    assertRefused(await post(url, { signingSecret, body: sample }), 503, "unavailable");
  });
});
