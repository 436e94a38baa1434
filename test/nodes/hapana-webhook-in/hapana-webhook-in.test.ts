import assert from "node:assert/strict";
import { mock } from "node:test";
import registerEndpoint from "../../../nodes/hapana-endpoint/hapana-endpoint";
import register from "../../../nodes/hapana-webhook-in/hapana-webhook-in";
import { runtimeFor } from "../../../nodes/runtime/runtime";
import { WebhookEndpoint } from "../../../src/engine/endpoint";
import { type EventType, eventTypes } from "../../../src/events/catalog";
import { checkIn, delivered } from "../../support/deliveries";
import { endpoint, type FlowNode, token, webhookIn } from "../../support/flows";
import { post } from "../../support/post";
import { speak } from "../../support/spoken-words";
import { StandInRed } from "../../support/stand-in-red";
import { StandInClock, turns, until } from "../../support/stand-in-red-clock";

/** In the place of a check-in's fields: no event at all. */
const nonsense = { clientID: undefined, siteID: undefined, checkInStatus: undefined, nonsense: true };

/** What came out of an output. */
interface Out {
  output: string;
  clientID: string;
  attempt: number;
  site: unknown;
}

describe("the node webhook in", () => {
  let clock: StandInClock;
  let red: StandInRed;
  let out: Out[];
  /** What the nodes at the outputs report. */
  let error: Error | undefined;
  let isBusy: boolean;

  beforeEach(() => {
    clock = new StandInClock();
    // In memory, but the status is that of an inbox on disk.
    mock.getter(WebhookEndpoint.prototype, "isDurable", () => true);
    red = new StandInRed({ translate: speak("en-US") });
    registerEndpoint(red.RED);
    register(red.RED);
    out = [];
    error = undefined;
    isBusy = false;
    red.define("out", ({ id }, { payload, hapana }, done) => {
      const { attempt, site } = hapana as Out;
      out.push({ output: id, clientID: String((payload as Out).clientID), attempt, site });
      if (!isBusy) done(error);
    });
  });
  afterEach(async () => {
    await red.end();
    mock.restoreAll();
    clock.release();
  });

  const inMemory = (properties: Partial<FlowNode> = {}) => endpoint({ storage: "memory", ...properties });

  /** A webhook-in whose outputs are all wired, with what they are wired to. */
  function wired(properties: Parameters<typeof webhookIn>[0] = {}): FlowNode[] {
    const node = webhookIn(properties);
    const outputs = [...(node.events as string[]), "unrecognised"];
    return [{ ...node, wires: outputs.map((name) => [name]) }, ...outputs.map((id) => ({ id, type: "out" }))];
  }

  /** The endpoint has received this. */
  async function receive(
    fields: Record<string, unknown> = {},
    eventName: string | undefined = "checkIn",
    test = false,
  ): Promise<void> {
    const delivery = await delivered(checkIn(fields), { eventName, now: Date.now() });
    const dispatcher = await runtimeFor(red.RED).inboxes.dispatcher("memory");
    await dispatcher.accept("endpoint", { ...delivery, test });
    await turns();
  }

  async function pass(milliseconds: number): Promise<void> {
    clock.pass(milliseconds);
    await turns();
  }

  const status = () => {
    const { fill, shape, text = "" } = red.node("webhook").statuses.at(-1) ?? {};
    return `${fill} ${shape}: ${text}`;
  };
  const outputs = () => out.map(({ output }) => output);

  describe("sends an event", () => {
    it("out of the output of its type, in the order of the catalog, and out of the last one where it is none", async () => {
      const [first, second] = eventTypes.filter((type) => ["checkIn", "packagePurchased"].includes(type));
      assert.ok(first && second);
      const [node, ...outs] = wired({ events: [first, second] });
      assert.ok(node);
      await red.deploy([inMemory(), { ...node, events: [second, first] }, ...outs]);
      for (const eventName of [second, first]) await receive({}, eventName);
      await receive(nonsense, undefined);
      assert.deepEqual(outputs(), [second, first, "unrecognised"]);
    });

    it("with the name that its location has at the endpoint", async () => {
      await red.deploy([inMemory({ sites: [{ siteID: "north", name: "North" }] }), ...wired()]);
      await receive({ siteID: "north" });
      assert.deepEqual(out[0]?.site, { id: "north", name: "North" });
    });

    it("only of the types that are ticked", async () => {
      await red.deploy([inMemory(), ...wired({ events: ["accountCreated"] as EventType[] })]);
      await receive();
      assert.deepEqual(out, []);
    });

    it("of all types, where nothing is said of them", async () => {
      const node: FlowNode = { id: "webhook", type: "hapana-webhook-in", endpoint: "endpoint", wires: [] };
      await red.deploy([inMemory(), node]);
      await receive();
      await pass(500);
      assert.equal(status(), "green dot: Client Check-In has no wire");
    });

    it("only of the locations that are ticked", async () => {
      await red.deploy([inMemory(), ...wired({ sites: [" north ", "south"] })]);
      for (const siteID of ["north", "south ", "west", " "]) await receive({ siteID });
      assert.deepEqual(
        out.map(({ site }) => site),
        [{ id: "north" }, { id: "south " }],
      );
    });

    it("of no location, where only some were wanted and none is ticked", async () => {
      await red.deploy([inMemory(), ...wired({ sites: [""] })]);
      await receive({ siteID: "" });
      assert.deepEqual([out, status()], [[], "yellow ring: no location is ticked"]);
    });

    it("again, as often as it is told to, where the flow reports an error", async () => {
      error = new Error("The CRM is down.");
      await red.deploy([inMemory(), ...wired({ retries: "1" })]);
      await receive();
      await pass(2_000);
      await pass(60_000);
      assert.deepEqual(
        out.map(({ attempt }) => attempt),
        [1, 2],
      );
      assert.match(status(), /^yellow dot: 1 failed: /);
    });

    it("again after a deploy that has cut it off", async () => {
      isBusy = true;
      const flow = [inMemory(), ...wired()];
      await red.deploy(flow);
      await receive();
      isBusy = false;
      await red.deploy(flow);
      await turns(40);
      assert.deepEqual(
        out.map(({ attempt }) => attempt),
        [1, 2],
      );
    });

    it("not again, where it counts as delivered once it is sent", async () => {
      isBusy = true;
      const flow = [inMemory(), ...wired({ deliveredWhen: "sent" })];
      await red.deploy(flow);
      await receive();
      await red.deploy(flow);
      await turns();
      assert.equal(out.length, 1);
    });

    it("and frees its place in the flow after the time that it is told to, but sends it again after a deploy", async () => {
      isBusy = true;
      const flow = [inMemory(), ...wired({ completeTimeout: "5" })];
      await red.deploy(flow);
      await receive();
      await pass(5_500);
      assert.equal(out.length, 1);
      await red.deploy(flow);
      await turns();
      assert.equal(out.length, 2);
    });

    it("whose wire leads to a node that the deploy has yet to make: it is not said to have none meanwhile", async () => {
      const flow = [inMemory(), ...wired()];
      await red.deploy(flow);
      await receive();
      await pass(500);
      await red.deploy(flow);
      await turns();
      await pass(500);
      const said = red.node("webhook").statuses.map(({ text = "" }) => text);
      assert.deepEqual(
        said.filter((text) => text.includes("no wire")),
        [],
      );
      assert.match(status(), /^green dot: Client Check-In, /);
    });

    it("for whose output there is no wire: that is done at once, and told", async () => {
      await red.deploy([inMemory(), webhookIn()]);
      await receive();
      await pass(500);
      assert.match(status(), /has no wire$/);
      assert.deepEqual(red.hooks.names, []);
    });
  });

  describe("without its endpoint", () => {
    it("says so, and connects as soon as there is one", async () => {
      await red.deploy(wired());
      assert.equal(status(), "red ring: endpoint disabled or deleted");
      const unchanged = wired();
      await red.deploy([...unchanged, { id: "more", type: "out" }], "nodes");
      assert.equal(status(), "red ring: endpoint disabled or deleted");
      await red.deploy([...unchanged, inMemory()], "nodes");
      assert.equal(status(), "green ring: waiting for the first event");
      await receive();
      assert.equal(out.length, 1);
    });

    it("does not look for one any more when it is gone", async () => {
      await red.deploy([webhookIn({ endpoint: undefined })]);
      const node = red.node("webhook");
      await red.deploy([inMemory()]);
      assert.equal(node.statuses.length, 1);
    });
  });

  describe("says in its status", () => {
    beforeEach(() => red.deploy([inMemory(), ...wired()]));

    it("how many events there were, tests apart, and how long ago the last one was", async () => {
      await receive();
      await pass(500);
      assert.equal(status(), "green dot: Client Check-In, now (1 so far)");
      await receive({}, "checkIn", true);
      await pass(500);
      assert.equal(status(), "green dot: test: Client Check-In, now");
      await pass(120_000);
      assert.equal(status(), "green dot: test: Client Check-In, 1 min. ago");
    });

    it("nothing more often than twice a second, and nothing each minute where nothing has come", async () => {
      const { statuses } = red.node("webhook");
      await pass(500);
      const before = statuses.length;
      await pass(600_000);
      assert.equal(statuses.length, before);
      for (let count = 0; count < 20; count += 1) await receive();
      await pass(500);
      assert.ok(statuses.length <= before + 2, `${statuses.length} statuses`);
    });

    it("nothing again that it has said already: flows can react to it", async () => {
      const { statuses } = red.node("webhook");
      await receive();
      for (let minute = 0; minute < 3; minute += 1) {
        runtimeFor(red.RED).endpoint("endpoint").emit("change");
        await pass(500);
      }
      const texts = statuses.map((one) => JSON.stringify(one));
      assert.deepEqual(texts, [...new Set(texts)]);
    });

    it("how many events wait for it, behind a flow that is busy", async () => {
      isBusy = true;
      for (let count = 0; count < 66; count += 1) await receive();
      await pass(500);
      assert.match(status(), /^green dot: 2 waiting$/);
    });

    it("how many events came that it does not want, since it was deployed", async () => {
      const url = await red.listen();
      const flow = [inMemory(), ...wired({ events: ["checkIn"], sites: ["north"] })];
      const send = (siteID: string) => post(`${url}/hapana/checkIn`, { token, body: checkIn({ siteID }) });
      await red.deploy(flow);
      await send("south");
      await send("south");
      await turns();
      await pass(500);
      assert.equal(status(), "green ring: 2 not sent on: not ticked");
      await red.deploy(flow);
      await pass(500);
      assert.equal(status(), "green ring: waiting for the first event");
      await send("north");
      await turns();
      await pass(500);
      assert.match(status(), /^green dot: Client Check-In, /);
    });

    it("what its endpoint has to tell", async () => {
      runtimeFor(red.RED).endpoint("endpoint").state.fault = { code: "pathTaken", holder: "Other" };
      runtimeFor(red.RED).endpoint("endpoint").emit("change");
      await pass(500);
      assert.match(status(), /^red ring: another endpoint has this path$/);
    });

    it("the same after a deploy, also where the node was deleted meanwhile, but of another node nothing", async () => {
      await receive();
      await red.deploy([inMemory(), ...wired()]);
      await pass(500);
      assert.match(status(), /^green dot: Client Check-In, /);
      await red.deploy([inMemory()]);
      await red.deploy([inMemory(), ...wired({ id: "webhook" })]);
      await pass(500);
      assert.match(status(), /^green dot: Client Check-In, /);
      await red.deploy([inMemory(), ...wired({ id: "another" })]);
      await pass(500);
      assert.match(JSON.stringify(red.node("another").statuses.at(-1)), /waiting for the first event/);
    });

    it("nothing any more once it is closed", async () => {
      const { statuses } = red.node("webhook");
      await receive();
      await red.deploy([inMemory()]);
      const before = statuses.length;
      runtimeFor(red.RED).endpoint("endpoint").emit("change");
      await pass(120_000);
      assert.equal(statuses.length, before);
    });

    it("nothing any more once it is closed, also where an event is finished only then", async () => {
      const dones: (() => void)[] = [];
      red.define("out", (_node, _message, done) => dones.push(done));
      await red.deploy([inMemory(), ...wired()]);
      const { statuses } = red.node("webhook");
      await receive();
      await pass(1_000);
      const before = statuses.length;
      await red.deploy([inMemory()]);
      await pass(500);
      for (const done of dones) done();
      await turns();
      await pass(500);
      assert.deepEqual([dones.length, statuses.length], [1, before]);
    });
  });

  it("says where events were set aside, because Node-RED kept ending on them", async () => {
    const { inboxes } = runtimeFor(red.RED);
    const counts = inboxes.countsOf("webhook");
    mock.method(inboxes, "countsOf", () => ({ ...counts, setAside: 2 }));
    await red.deploy([inMemory(), ...wired()]);
    assert.equal(status(), "red dot: 2 set aside after three crashes");
  });

  it("says after a restart of Node-RED what it has said before, as soon as that is known", async () => {
    const flow = [endpoint(), ...wired()];
    await red.deploy(flow);
    const { inboxes } = runtimeFor(red.RED);
    const dispatcher = await inboxes.dispatcher("disk");
    await dispatcher.accept("endpoint", await delivered(checkIn(), { now: Date.now() }));
    await until(() => out.length > 0);
    await red.stop();
    await inboxes.close();
    const next = new StandInRed({ settings: { userDir: red.userDir }, translate: speak("en-US") });
    registerEndpoint(next.RED);
    register(next.RED);
    await next.deploy(flow);
    const said = () => JSON.stringify(next.node("webhook").statuses.at(-1));
    assert.match(said(), /waiting for the first event/);
    await until(() => {
      clock.pass(500);
      return said().includes("Client Check-In");
    });
    await next.end();
  });

  it("can have no event ticked: then it says so, and only what is not recognised comes out", async () => {
    await red.deploy([inMemory(), ...wired({ events: [] })]);
    assert.equal(status(), "yellow ring: no event is ticked");
    await receive();
    await receive(nonsense, undefined);
    assert.deepEqual(outputs(), ["unrecognised"]);
  });
});
