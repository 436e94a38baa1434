import assert from "node:assert/strict";
import { mock } from "node:test";
import registerEndpoint from "../../../nodes/hapana-endpoint/hapana-endpoint";
import register from "../../../nodes/hapana-test-event/hapana-test-event";
import { runtimeFor } from "../../../nodes/runtime/runtime";
import { eventTypes } from "../../../src/events/catalog";
import { endpoint, type FlowNode } from "../../support/flows";
import { post } from "../../support/post";
import { speak } from "../../support/spoken-words";
import { StandInRed } from "../../support/stand-in-red";
import { turns, until } from "../../support/stand-in-red-clock";

interface Out {
  topic: string;
  payload: { status?: string };
  statusCode: number;
  duration: number;
  sent: Record<string, unknown>;
  [property: string]: unknown;
}

describe("the node test event", () => {
  let red: StandInRed;
  let out: Out[];
  let ends: number;

  beforeEach(() => begin());
  afterEach(async () => {
    mock.restoreAll();
    await red.end();
  });

  function begin(settings: Readonly<Record<string, unknown>> = {}): void {
    red = new StandInRed({ settings, translate: speak("en-US") });
    registerEndpoint(red.RED);
    register(red.RED);
    out = [];
    ends = 0;
    red.define("out", (_self, message) => out.push(message as unknown as Out));
    red.hooks.add("onComplete.test", () => {
      ends += 1;
    });
  }

  const testEvent = (properties: Partial<FlowNode> = {}): FlowNode => ({
    id: "test",
    type: "hapana-test-event",
    endpoint: "endpoint",
    event: "checkIn",
    fields: "",
    wires: [["out"]],
    ...properties,
  });

  async function deploy(properties: Partial<FlowNode> = {}, ofEndpoint: Partial<FlowNode> = {}): Promise<void> {
    const flow = [endpoint({ storage: "memory", ...ofEndpoint }), testEvent(properties), { id: "out", type: "out" }];
    await red.deploy(flow);
  }

  /** Gives the node a message, and waits until it has done with it. */
  async function run(message: Record<string, unknown> = {}): Promise<void> {
    const before = ends;
    red.node("test").receive(message);
    await until(() => ends > before);
    await turns();
  }

  const status = () => {
    const { fill, shape, text = "" } = red.node("test").statuses.at(-1) ?? {};
    return `${fill} ${shape}: ${text}`;
  };

  describe("posts as Hapana would, and", () => {
    beforeEach(() => red.listen());

    it("tells what was sent, and what came back, in a message that keeps what it had", async () => {
      await deploy();
      await run({ topic: "checkIn", payload: { checkInStatus: "Invalid" }, customer: { name: "A" } });
      const [message] = out;
      assert.ok(message);
      assert.deepEqual(
        [message.topic, message.statusCode, message.payload.status, message.sent.checkInStatus, message.customer],
        ["checkIn", 200, "accepted", "Invalid", { name: "A" }],
      );
      assert.ok(message.duration >= 0);
      assert.equal(runtimeFor(red.RED).endpoint("endpoint").state.unselected, 1);
    });

    it("says while it does, and then whether all is well", async () => {
      await deploy();
      await run();
      const [fromBefore, posting] = red.node("test").statuses;
      assert.deepEqual(fromBefore, {}, "what was there before the deploy is gone");
      assert.deepEqual(posting, {
        fill: "blue",
        shape: "dot",
        text: "posting Client Check-In",
      });
      // Nobody selects it.
      assert.equal(status(), "yellow dot: Client Check-In is not ticked");
      assert.match(red.logged("warn").at(-1) ?? "", /^Client Check-In is not ticked: .+ tick it in one, and deploy$/);
    });

    it("posts each of them, one after the other, where no other is asked for", async () => {
      await deploy({ event: undefined, fields: undefined });
      await run();
      assert.deepEqual(
        out.map(({ topic }) => topic),
        eventTypes,
      );
    });

    it("takes one of the endpoint's locations, and the fields of its own settings", async () => {
      await deploy({ fields: '{"clientID":"mine"}' }, { sites: [{ siteID: "north", name: "North" }] });
      await run();
      assert.deepEqual([out[0]?.sent.siteID, out[0]?.sent.clientID], ["north", "mine"]);
    });

    it("proves itself, and says as much where that is refused", async () => {
      await deploy();
      mock.method(runtimeFor(red.RED).endpoint("endpoint"), "proofOf", () => ({ Authorization: "wrong" }));
      await run();
      assert.equal(out[0]?.statusCode, 401);
      assert.match(status(), /^red ring: refused: Hapana sent a wrong token$/);
    });

    it("says that it comes from a proxy, where Node-RED insists on one", async () => {
      await red.end();
      begin({ requireHttps: true, httpNodeAuth: { user: "u", pass: "p" } });
      await red.listen();
      const headers: unknown[] = [];
      red.httpAdmin.use((request, _response, next) => {
        headers.push(request.get("x-forwarded-proto"));
        next();
      });
      await deploy();
      await run();
      assert.deepEqual([headers, out[0]?.statusCode], [["https"], 200]);
    });
  });

  describe("says what is in the way:", () => {
    const words = () => red.logged("error").at(-1);

    for (const [what, message, properties, expected] of [
      ["an event that there is not", { topic: "nonsense" }, {}, /^msg.topic names no event: /],
      ["fields that are no JSON", {}, { fields: "{" }, /^the fields to change cannot be read: /],
      ["no endpoint", {}, { endpoint: undefined }, /^choose an endpoint$/],
      ["an endpoint that is gone", {}, { endpoint: "gone" }, /^endpoint disabled or deleted: /],
      ["a Node-RED that does not listen", {}, {}, /^Node-RED does not listen yet: /],
    ] as const) {
      it(what, async () => {
        await deploy(properties);
        await run(message);
        assert.match(words() ?? "", expected);
        assert.equal(status(), `red ring: ${words()?.split(":")[0]}`);
        assert.deepEqual(out, []);
      });
    }

    it("the endpoint's own fault", async () => {
      await red.listen();
      await deploy({}, { path: "/flows" });
      await run();
      assert.match(words() ?? "", /^Node-RED's editor uses this path: /);
    });

    it("a server that takes no connections", async () => {
      await red.listen();
      await deploy();
      const address = red.server?.address();
      red.server?.close();
      mock.method(red.server ?? {}, "address" as never, () => address as never);
      await run();
      assert.match(words() ?? "", /^Node-RED cannot connect to itself: ECONNREFUSED$/);
    });
  });

  describe("that gets no answer", () => {
    let patience: AbortController;

    beforeEach(async () => {
      patience = new AbortController();
      mock.method(AbortSignal, "timeout", () => patience.signal);
      await red.listen();
      await deploy();
      const handle = mock.method(runtimeFor(red.RED).endpoint("endpoint"), "handle", () => new Promise(() => {}));
      red.node("test").receive({});
      await until(() => handle.mock.callCount() === 1);
    });

    it("gives up in time, and says that there was none", async () => {
      patience.abort(new DOMException("It has taken too long.", "TimeoutError"));
      await until(() => ends === 1);
      assert.equal(status(), "red ring: no answer within 10 seconds");
    });

    it("gives up in silence when it is closed", async () => {
      await red.deploy([]);
      await until(() => ends === 1);
      assert.deepEqual([red.logged("error"), out], [[], []]);
    });
  });

  describe("has a button in the editor", () => {
    const press = async (id: string) =>
      (await post(`${await red.listen()}/hapana-test-event/${id}`, { body: {} })).status;

    it("that does what a message would", async () => {
      await deploy();
      assert.equal(await press("test"), 204);
      await until(() => ends === 1);
      await until(() => out.length === 1);
    });

    it("that does nothing where there is no such node", async () => {
      await deploy();
      assert.equal(await press("endpoint"), 404);
    });

    it("that no form of another site can press", async () => {
      await deploy();
      const url = `${await red.listen()}/hapana-test-event/test`;
      for (const type of ["text/plain", "application/x-www-form-urlencoded", undefined])
        assert.equal((await post(url, { body: "a=b", headers: { "content-type": type } })).status, 415);
      assert.deepEqual(red.node("test").statuses, [{}]);
    });

    it("only for who may press it", async () => {
      red.forbidden.add("hapana-test-event.write");
      await deploy();
      assert.equal(await press("test"), 401);
      assert.deepEqual(red.node("test").statuses, [{}]);
    });
  });
});
