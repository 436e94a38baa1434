import assert from "node:assert/strict";
import { mock } from "node:test";
import { serveEvents } from "../../../nodes/runtime/serve-events";
import { Inboxes } from "../../../src/engine/inboxes";
import { StoreError } from "../../../src/inbox/store-error";
import { TestFlow } from "../../src/engine/support";
import { checkIn, delivered, noon } from "../../support/deliveries";
import { type Answer, post } from "../../support/post";
import { StandInRed } from "../../support/stand-in-red";
import { turns } from "../../support/stand-in-red-clock";

interface Row {
  deliveryId: string;
  state: string;
  recipients: { node: string; state: string; at?: string }[];
  [member: string]: unknown;
}

const minute = 60_000;

describe("the events that Node-RED tells of", () => {
  let red: StandInRed;
  let inboxes: Inboxes;
  let flow: TestFlow;
  let url: string;

  beforeEach(async () => {
    red = new StandInRed();
    inboxes = new Inboxes(red.userDir);
    serveEvents(red.RED, inboxes);
    url = await red.listen();
    flow = new TestFlow("flow", { result: { kind: "delivered" } });
    await red.deploy([{ id: "flow", type: "hapana-webhook-in", name: "North" }]);
    start(flow);
  });
  afterEach(async () => {
    mock.restoreAll();
    await inboxes.close();
    await red.end();
  });

  function start(...flows: TestFlow[]): void {
    const endpoints = ["endpoint", "other"].map((id) => ({ id, path: `/${id}`, retentionDays: 7 }));
    inboxes.start({ endpoints, flows });
  }

  /** Stores an event, so many minutes after noon. */
  async function store(id: string, minutes: number, fields = {}, endpoint = "endpoint", eventName = "checkIn") {
    const delivery = await delivered(checkIn(fields), { id, now: noon + minutes * minute, eventName });
    const dispatcher = await inboxes.dispatcher("memory");
    await dispatcher.accept(endpoint, delivery);
    await turns();
  }

  const ask = (query = ""): Promise<Answer> => post(`${url}/hapana-events${query}`, { method: "GET" });

  async function page(query = ""): Promise<{ events: Row[]; next?: string }> {
    const answer = await ask(query);
    assert.equal(answer.status, 200, answer.body);
    return answer.json() as unknown as { events: Row[]; next?: string };
  }

  const ids = async (query = "") => (await page(query)).events.map(({ deliveryId }) => deliveryId);

  describe("are chosen", () => {
    beforeEach(async () => {
      await store("first", 0);
      await store("first", 0);
      await store("south", 1, { siteID: "south" });
      await store("elsewhere", 2, {}, "other");
      await store("bought", 3, {}, "endpoint", "packagePurchased");
    });

    for (const [query, expected] of [
      ["", ["bought", "elsewhere", "south", "first"]],
      ["?endpoint=other", ["elsewhere"]],
      ["?event=packagePurchased", ["bought"]],
      ["?site=south", ["south"]],
      ["?state=delivered", ["bought", "south", "first"]],
      ["?state=ignored", ["elsewhere"]],
      [`?from=${new Date(noon + minute).toISOString()}`, ["bought", "elsewhere", "south"]],
      [`?to=${new Date(noon + minute).toISOString()}`, ["south", "first"]],
      ["?limit=1", ["bought"]],
      ["?endpoint=endpoint&event=checkIn&site=south&state=delivered", ["south"]],
      ["?search=SOUTH", ["south"]],
      ["?state=duplicate", ["first"]],
      ["?event=unrecognised", []],
    ] as const) {
      it(`as asked for: ${query || "all, newest first"}`, async () => assert.deepEqual(await ids(query), expected));
    }

    for (const query of [
      ...["event=accountCreated", "state=unclaimed", "state=unreadable", "site=", "site=x", "search=nobody"],
      ...["from=2099-01-01", "to=1999-01-01", "before=memory.0", "endpoint=other&event=packagePurchased"],
    ]) {
      it(`none, where nothing matches: ${query}`, async () =>
        assert.deepEqual(await page(`?${query}`), { events: [] }));
    }

    it("not by an endpoint that is not there, and says so", async () => {
      const answer = await ask("?endpoint=x");
      assert.equal(answer.status, 404);
      assert.match(String(answer.json().message), /^There is no endpoint "x".*GET hapana-events\/health/);
    });

    for (const query of [
      ...["endpoint=", "event=", "event=x", "state=", "state=x", "search=", "search=%20", "filter=x", "limit=501"],
      ...["from=1", "from=2026-13-01", "to=yesterday"],
      ...["limit=", "limit=0", "limit=-1", "limit=1.5", "limit=x", "limit=1e999", "from=", "from=x", "to=", "to=x"],
      ...["before=", "before=x", "before=memory.", "before=memory.x", "before=memory.99999999999999999"],
      ...["endpoint=a&endpoint=b", "state[]=failed", "site[x]=y", "search=a&search=b", "limit=1&limit=2"],
    ]) {
      it(`not by what cannot be meant: ${query}`, async () => {
        const answer = await ask(`?${query}`);
        assert.equal(answer.status, 400);
        assert.deepEqual(Object.keys(answer.json()), ["message"]);
      });
    }
  });

  it("come in pages, until there is no next", async () => {
    for (const id of ["a", "b", "c", "d", "e"]) await store(id, 0);
    const seen: string[][] = [];
    let before = "";
    for (let count = 0; count < 3; count += 1) {
      const { events, next } = await page(`?limit=2${before}`);
      seen.push(events.map(({ deliveryId }) => deliveryId));
      before = next === undefined ? "" : `&before=${next}`;
    }
    assert.deepEqual([seen, before], [[["e", "d"], ["c", "b"], ["a"]], ""]);
  });

  it("are fifty in a page unless said otherwise, and five hundred at most", async () => {
    const list = mock.method(inboxes.history, "list");
    await page("?limit=500");
    await page();
    assert.deepEqual(
      list.mock.calls.map(({ arguments: [query] }) => query),
      [{ limit: 500 }, { limit: 50 }],
    );
  });

  it("come with what has become of them, and nothing of whom they are about", async () => {
    const personal = { clientID: "client-of-north", firstName: "Hannelore", email: "hannelore@example.com" };
    await store("one", 0, { ...personal, siteID: "north", checkInStatus: ["Hannelore"] });
    red.forbidden.add("hapana.personal");
    const { events } = await page();
    const [{ issues, recipients, ...row } = { issues: [], recipients: [] }] = events;
    assert.deepEqual(row, {
      endpoint: "endpoint",
      deliveryId: "one",
      event: "checkIn",
      receivedAt: new Date(noon).toISOString(),
      site: { id: "north" },
      test: false,
      state: "delivered",
      attempts: 1,
    });
    const [{ at = "", ...recipient } = { node: "", state: "" }] = recipients;
    assert.deepEqual(recipient, { node: "flow", name: "North", state: "delivered", attempts: 1, milliseconds: 0 });
    assert.equal(new Date(at).toISOString(), at);
    assert.ok(Array.isArray(issues) && issues.length > 0);
    assert.doesNotMatch(JSON.stringify(events), /hannelore|client-of-north/i);
  });

  it("stand as the node that wants a look most, with its error; where they have no location, that is null", async () => {
    const failing = new TestFlow("failing", { result: { kind: "failed", error: "The CRM is down." } });
    start(new TestFlow("busy"), failing, flow);
    await store("one", 0, { siteID: undefined });
    const [row] = (await page()).events;
    assert.deepEqual([row?.state, row?.error, row?.site, row?.attempts], ["failed", "The CRM is down.", null, 1]);
    assert.deepEqual(row?.recipients.map(({ node, state }) => [node, state]).sort(), [
      ["busy", "inFlow"],
      ["failing", "failed"],
      ["flow", "delivered"],
    ]);
    assert.deepEqual(await ids("?state=inFlow"), ["one"]);
  });

  it("say that they wait for whoever comes, where their node is gone", async () => {
    await store("before", 0);
    await inboxes.stop();
    start();
    await turns();
    await store("one", 0);
    const [row] = (await page()).events;
    assert.deepEqual([row?.state, row?.recipients, row?.attempts], ["unclaimed", [], 0]);
  });

  describe("are told only to those", () => {
    it("who may read them", async () => {
      red.forbidden.add("hapana.read");
      assert.equal((await ask()).status, 401);
    });

    it("who may know whom they are about, where they are looked for by that: else by the delivery's id only", async () => {
      await store("one", 0, { firstName: "Hannelore", phone: "+61 491 570 156" });
      assert.deepEqual(await ids("?search=hannelore%20570"), ["one"]);
      red.forbidden.add("hapana.personal");
      assert.deepEqual(await ids("?search=hannelore"), []);
      assert.deepEqual(await ids("?search=ONE"), ["one"]);
    });
  });

  for (const error of [new StoreError("EIO"), new TypeError("A fault of ours.")]) {
    it(`are not told, rather than as none, where the log cannot be read: ${error.message}`, async () => {
      await store("one", 0);
      const { inbox } = await inboxes.dispatcher("memory");
      mock.method(inbox, "list", () => Promise.reject(error));
      inboxes.on("fault", (fault) => assert.equal(fault, error));
      const answer = await ask();
      assert.equal(answer.status, 503);
      assert.deepEqual(Object.keys(answer.json()), ["message"]);
      assert.doesNotMatch(answer.body, /fault of ours/);
    });
  }
});
