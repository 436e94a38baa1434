import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mock } from "node:test";
import type { Node } from "node-red";
import { type HapanaRuntime, runtimeFor } from "../../../nodes/runtime/runtime";
import type { EndpointSettings, WebhookEndpoint } from "../../../src/engine/endpoint";
import { Inboxes } from "../../../src/engine/inboxes";
import { TestFlow } from "../../src/engine/support";
import { assertAccepted } from "../../support/answers";
import { checkIn } from "../../support/deliveries";
import { token } from "../../support/flows";
import { post } from "../../support/post";
import { head, type RawConnection } from "../../support/raw";
import { StandInRed } from "../../support/stand-in-red";
import { StandInClock, turns } from "../../support/stand-in-red-clock";
import { endpointSettings } from "../../support/stand-in-red-endpoints";

describe("what is kept once per Node-RED", () => {
  let red: StandInRed;
  let runtime: HapanaRuntime;

  beforeEach(() => {
    red = new StandInRed();
    runtime = runtimeFor(red.RED);
  });
  afterEach(async () => {
    mock.restoreAll();
    await red.end();
  });

  /** What the constructor of an endpoint's node does. */
  function make(id: string, settings: Partial<EndpointSettings> = {}): WebhookEndpoint {
    const endpoint = runtime.endpoint(id);
    runtime.deployed(endpoint);
    endpoint.open(endpointSettings({ name: id, ...settings }), () => true);
    return endpoint;
  }

  const start = (config: unknown = {}, type = "full") => red.events.emit("flows:started", { config, type });
  const stop = (config: unknown = {}) => red.events.emit("flows:stopping", { config, type: "full" });
  const pathsFile = () => join(red.userDir, "hapana", "paths.json");

  /** Whether a promise is still open once everything has had its turn. */
  async function isOpen(promise: Promise<void>): Promise<boolean> {
    let open = true;
    void promise.then(() => {
      open = false;
    });
    await turns();
    return open;
  }

  it("is the same for all nodes of one, and another for another", async () => {
    assert.equal(runtimeFor(red.RED), runtime);
    assert.equal(runtimeFor({ ...red.RED }), runtime);
    const other = new StandInRed();
    assert.notEqual(runtimeFor(other.RED), runtime);
    await other.end();
  });

  it("keeps an endpoint while a deploy replaces its node", async () => {
    const endpoint = make("a");
    start();
    stop();
    await runtime.undeployed(endpoint, false);
    assert.equal(make("a"), endpoint);
    start();
    assert.deepEqual([runtime.endpoint("a"), endpoint.path], [endpoint, "/hapana"]);
  });

  it("ends an endpoint that was deleted, at once", async () => {
    const endpoint = make("a");
    await runtime.undeployed(endpoint, true);
    assert.deepEqual(runtime.ingress.paths, []);
    assert.notEqual(runtime.endpoint("a"), endpoint);
  });

  it("ends an endpoint whose node has not come back, as where its tab was disabled", async () => {
    const endpoint = make("a");
    start();
    stop();
    await runtime.undeployed(endpoint, false);
    assert.equal(endpoint.path, "/hapana");
    start();
    assert.equal(endpoint.path, undefined);
  });

  it("gives a path that has become free to who was refused it", async () => {
    const [first, second] = [make("first"), make("second")];
    start();
    assert.deepEqual(second.state.fault, { code: "pathTaken", holder: "first" });
    stop();
    await runtime.undeployed(first, true);
    start();
    assert.deepEqual([second.state.fault, second.path], [undefined, "/hapana"]);
  });

  it("gives events to the nodes that want them once the flows run, and keeps them while they do not", async () => {
    make("endpoint");
    const url = await red.listen();
    const send = async () => assertAccepted(await post(`${url}/hapana/checkIn`, { token, body: checkIn() }));
    const flow = new TestFlow();
    const leave = runtime.join(flow);
    await send();
    await turns();
    assert.equal(flow.sent.length, 0);
    start();
    await turns();
    await send();
    await turns();
    assert.equal(flow.sent.length, 2);
    stop();
    leave();
    await send();
    await turns();
    assert.equal(flow.sent.length, 2);
    const next = new TestFlow();
    runtime.join(next);
    // As where a node is made before the one that it replaces is closed.
    leave();
    start();
    await turns();
    assert.equal(next.sent.length, 1);
  });

  for (const [type, interrupted] of [
    ["full", true],
    ["flows", false],
    ["nodes", false],
  ] as const) {
    it(`${interrupted ? "gives up" : "goes on following"} what is under way at a deploy of type ${type}`, async () => {
      const clock = new StandInClock();
      red.define("busy", () => {});
      await red.deploy([
        { id: "source", type: "inject", wires: [["a"]] },
        { id: "a", type: "busy", wires: [] },
      ]);
      const message = { _msgid: "1" };
      const send = () => red.node("source").send(message);
      let result: unknown;
      const source = red.node("source") as unknown as Node;
      void runtime.tracker.follow(source, message, "delivery", "complete", 60_000, send).then(({ kind }) => {
        result = kind;
      });
      await turns();
      stop();
      start({}, type);
      await turns();
      assert.equal(result, interrupted ? "interrupted" : undefined);
      clock.pass(61_000);
      clock.release();
    });
  }

  it("holds requests to the paths of the last run until the flows are there", async () => {
    make("a");
    assert.equal(existsSync(pathsFile()), false);
    start();
    assert.deepEqual(JSON.parse(readFileSync(pathsFile(), "utf8")), { "/hapana": "a" });
    const next = new StandInRed({ settings: { userDir: red.userDir } });
    runtime = runtimeFor(next.RED);
    await next.listen();
    const { connection } = await next.speak(head("GET /hapana", { Connection: "close" }));
    make("a");
    assert.equal(connection.received(), "");
    next.events.emit("flows:started", {});
    assert.match(await connection.closed, /^HTTP\/1\.1 405 /);
    await next.end();
  });

  describe("when nodes are closed, with a request under way", () => {
    let endpoint: WebhookEndpoint;
    let sender: RawConnection;
    let finish: () => void;
    const config = { flows: [] };

    beforeEach(async () => {
      endpoint = make("a");
      start(config);
      await red.listen();
      const body = JSON.stringify(checkIn());
      const headers = { Authorization: token, "Content-Length": body.length, Connection: "close" };
      ({ connection: sender } = await red.speak(`${head("POST /hapana/checkIn", headers)}{`));
      finish = () => sender.write(body.slice(1));
    });

    it("does not let a deploy wait for it, and answers it all the same", async () => {
      stop({ flows: ["others"] });
      assert.equal(await isOpen(runtime.undeployed(endpoint, false)), false);
      finish();
      assert.match(await sender.closed, /accepted/);
    });

    it("lets Node-RED wait for it where it ends", async () => {
      stop(config);
      const closing = runtime.undeployed(endpoint, false);
      assert.equal(await isOpen(closing), true);
      finish();
      await closing;
      assert.match(await sender.closed, /accepted/);
    });
  });

  it("lets Node-RED end only when it is written that it may", async () => {
    let written = () => {};
    const write = () =>
      new Promise<void>((resolve) => {
        written = resolve;
      });
    mock.method(Inboxes.prototype, "stop", write);
    const endpoint = make("a");
    stop();
    const closing = runtime.undeployed(endpoint, false);
    assert.equal(await isOpen(closing), true);
    written();
    await closing;
  });

  it("says that what was in the inbox's folder was put aside, in the endpoint's words", async () => {
    const other = new StandInRed();
    const folder = join(other.userDir, "hapana", "inbox");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "data.mdb"), "another store");
    await runtimeFor(other.RED).inboxes.dispatcher("disk");
    const [line = ""] = other.logged("warn");
    assert.match(line, /^@gymflows\/node-red-hapana\/hapana-endpoint:hapana-endpoint\.log\.putAside \{"folder":/);
    await other.end();
  });

  it("calls the endpoint by its name where it tells what waits", async () => {
    make("endpoint", { name: "North" });
    const url = await red.listen();
    const leave = runtime.join(new TestFlow());
    start();
    await turns();
    stop();
    await post(`${url}/hapana/checkIn`, { token, body: checkIn() });
    leave();
    start();
    await turns();
    assert.match(red.logged("warn").join(), /withoutTaker \{"endpoint":"North","count":1\}$/);
  });

  it("looks for what is too old a moment after the start, and then every ten minutes", async () => {
    const clock = new StandInClock();
    const other = new StandInRed();
    const times: number[] = [];
    const began = Date.now();
    mock.method(runtimeFor(other.RED).inboxes, "prune", (now: number) => times.push(now - began));
    clock.pass(1_200_000);
    assert.deepEqual(times, [10_000, 600_000, 1_200_000]);
    clock.release();
    await other.end();
  });
});
