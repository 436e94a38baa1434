import assert from "node:assert/strict";
import { mock } from "node:test";
import { serveEvents } from "../../../nodes/runtime/serve-events";
import { Rosters } from "../../../src/access/rosters";
import type { FlowResult } from "../../../src/engine/flow";
import { Inboxes } from "../../../src/engine/inboxes";
import { StoreError } from "../../../src/inbox/store-error";
import { unseenOf } from "../../../src/inbox/unseen";
import { TestFlow } from "../../src/engine/support";
import { checkIn, delivered, noon } from "../../support/deliveries";
import { type Answer, post } from "../../support/post";
import { StandInRed } from "../../support/stand-in-red";
import { turns, until } from "../../support/stand-in-red-clock";

interface Row {
  deliveryId: string;
  state: string;
  recipients: { node: string; state: string; at?: string; milliseconds?: number }[];
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

  async function storeBody(id: string, body: unknown) {
    const dispatcher = await inboxes.dispatcher("memory");
    await dispatcher.accept("endpoint", await delivered(body, { id, eventName: undefined }));
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
      ["?node=flow", ["bought", "south", "first"]],
      ["?node=flow&state=delivered&event=checkIn", ["south", "first"]],
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
      ...["node=nobody", "node=flow&state=failed", "node=flow&endpoint=other"],
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
      ...["from=1", "from=2026-13-01", "from=2026-02-30", "to=yesterday", `search=${"a+".repeat(300)}`],
      ...["limit=", "limit=0", "limit=-1", "limit=1.5", "limit=x", "limit=1e999", "from=", "from=x", "to=", "to=x"],
      ...["before=", "before=x", "before=memory.", "before=memory.x", "before=memory.99999999999999999"],
      ...["endpoint=a&endpoint=b", "state[]=failed", "site[x]=y", "search=a&search=b", "limit=1&limit=2"],
    ]) {
      it(`not by what cannot be meant: ${query.slice(0, 50)}`, async () => {
        const answer = await ask(`?${query}`);
        assert.equal(answer.status, 400);
        assert.deepEqual(Object.keys(answer.json()), ["message"]);
      });
    }

    it("also with Node-RED's own parameter, by which somebody may be logged in", async () =>
      assert.deepEqual(await ids("?access_token=token&event=packagePurchased"), ["bought"]));
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

  describe("of one, tell all that is kept", () => {
    const open = async (id: string, endpoint = "endpoint") => {
      const answer = await ask(`/${endpoint}/${encodeURIComponent(id)}`);
      assert.equal(answer.status, 200, answer.body);
      return answer.json();
    };

    it("what arrived, what was sent on, how it was read, and what has become of it", async () => {
      await store("one", 0, { clientID: "c1", checkInStatus: ["Hannelore"], firstName: "Hannelore" });
      const { payload, body, steps, issues, recipients, client, sayings } = await open("one");
      assert.equal((payload as { checkInStatus: unknown }).checkInStatus, null);
      assert.deepEqual((body as { checkInStatus: unknown }).checkInStatus, ["Hannelore"]);
      assert.match(String(steps), /clientID.*checkIn/s);
      const [problem] = issues as [{ problem: string }];
      assert.deepEqual(Object.keys(sayings as object).sort(), [...(steps as string[]), problem.problem].sort());
      const [first = ""] = steps as string[];
      assert.deepEqual((sayings as Record<string, unknown>)[first], [{ code: "bodyIsEvent", values: {} }]);
      assert.ok((issues as []).length > 0);
      assert.deepEqual(client, { clientID: "c1", firstName: "Hannelore" });
      assert.ok((recipients as [{ milliseconds: number }])[0].milliseconds >= 0);
    });

    it("of an unrecognised one, why it is", async () => {
      await storeBody("odd", { hello: 1 });
      const { event, reason, steps, payload, sayings } = await open("odd");
      assert.deepEqual([event, payload], ["unrecognised", { hello: 1 }]);
      assert.match(String(reason), /clientID/);
      assert.match(String(steps), /unrecognised/);
      assert.deepEqual((sayings as Record<string, unknown>)[String(reason)], [{ code: "nobody", values: {} }]);
    });

    it("which node of the flow has failed, also to those who may not see what it said", async () => {
      const errorNode = { id: "door", name: "Open the door" };
      start(new TestFlow("failing", { result: { kind: "failed", error: "Hannelore is no member.", errorNode } }));
      await store("one", 0);
      red.forbidden.add("hapana.personal");
      const { recipients } = (await open("one")) as unknown as Row;
      assert.deepEqual(
        recipients.map(({ at: _at, milliseconds: _milliseconds, ...recipient }) => recipient),
        [{ node: "failing", name: "", state: "failed", attempts: 1, errorNode }],
      );
    });

    it("without its content to those who may not see whom it is about", async () => {
      const failing = new TestFlow("failing", { result: { kind: "failed", error: "Hannelore is no member." } });
      start(failing);
      await store("one", 0, { clientID: "c1", firstName: "Hannelore" });
      red.forbidden.add("hapana.personal");
      const one = await open("one");
      assert.deepEqual([one.state, "payload" in one, "body" in one, "steps" in one], ["failed", false, false, false]);
      assert.doesNotMatch(JSON.stringify([one, await page()]), /hannelore|c1/i);
    });

    for (const path of ["/endpoint/nothing", "/nowhere/one", "/endpoint/%00", `/endpoint/${"x".repeat(3_000)}`]) {
      it(`that there is none: ${path.slice(0, 30)}`, async () => {
        await store("one", 0);
        const answer = await ask(path);
        assert.equal(answer.status, 404);
        assert.match(String(answer.json().message), /is not kept/);
      });
    }
  });

  describe("can be", () => {
    const order = (path: string, body: unknown) => post(`${url}/hapana-events${path}`, { body });
    const ordered = async (path: string, body: unknown) => {
      const answer = await order(path, body);
      assert.equal(answer.status, 200, answer.body);
      return answer.json();
    };
    const failed: FlowResult = { kind: "failed", error: "no" };

    it("sent again, and say that they were sent before", async () => {
      await store("one", 0);
      assert.deepEqual(
        await ordered("/send-again", { endpoint: "endpoint", deliveryIds: ["one", "two", "one"], count: true }),
        {
          count: 1,
          events: { checkIn: 1 },
        },
      );
      assert.equal(flow.sent.length, 1);
      assert.deepEqual(await ordered("/send-again", { endpoint: "endpoint", deliveryIds: ["one", "two"] }), {
        count: 1,
      });
      await until(() => flow.sent.length === 2);
      assert.deepEqual(
        flow.sent.map(({ attempt }) => attempt),
        [1, 2],
      );
    });

    it("sent again to one node", async () => {
      const other = new TestFlow("other", { result: { kind: "delivered" } });
      start(flow, other);
      await store("one", 0);
      await ordered("/send-again", { endpoint: "endpoint", deliveryIds: ["one"], node: "other" });
      await until(() => other.sent.length === 2);
      assert.equal(flow.sent.length, 1);
    });

    it("sent again, all that match: counted first, then step by step, with how far it is", async () => {
      flow.result = failed;
      for (const id of ["a", "b", "c"]) await store(id, 0);
      await store("bought", 0, {}, "endpoint", "packagePurchased");
      flow.result = { kind: "delivered" };
      const filter = { state: "failed" };
      assert.deepEqual(await ordered("/send-again", { endpoint: "endpoint", filter, count: true }), {
        count: 4,
        events: { checkIn: 3, packagePurchased: 1 },
      });
      const { count, resends } = await ordered("/send-again", { endpoint: "endpoint", filter });
      const [{ id, state, total }] = resends as [{ id: string; state: string; total: number }];
      assert.deepEqual([count, total, state], [4, 4, "running"]);
      await until(() => flow.sent.length === 8);
      assert.deepEqual(await ids("?state=failed"), []);
      const over = (await ask("/send-again")).json().resends as [Record<string, unknown>];
      const { began, ...rest } = over[0];
      assert.equal(new Date(String(began)).toISOString(), began);
      assert.deepEqual(rest, { id, endpoint: "endpoint", filter, state: "done", total: 4, looked: 4, sent: 4 });
      assert.equal((await order("/send-again/cancel", { resend: "memory.x" })).status, 404);
      assert.equal((await ordered("/send-again/cancel", { resend: id })).state, "done");
    });

    it("sent again by a name only by those who may know it; it is in no list for others", async () => {
      await inboxes.stop();
      flow.result = failed;
      start(flow);
      await store("one", 0, { firstName: "Hannelore" });
      const filter = { search: "hannelore" };
      const { inbox } = await inboxes.dispatcher("memory");
      await inbox.resend({ query: { endpoint: "endpoint", ...filter } });
      red.forbidden.add("hapana.personal");
      assert.doesNotMatch((await ask("/send-again")).body, /hannelore/i);
      assert.deepEqual(await ordered("/send-again", { endpoint: "endpoint", filter, count: true }), {
        count: 0,
        events: {},
      });
    });

    it("sent again as far as storages let them, with what was refused: some, or all that match", async () => {
      const onDisk = await inboxes.dispatcher("disk");
      await onDisk.accept("endpoint", await delivered(checkIn({ clientID: "disk" }), { id: "disk", now: noon }));
      await store("memory", 0, { clientID: "memory" });
      await until(() => flow.sent.length === 2);
      const refuse = (name: "replay" | "resend") =>
        mock.method(onDisk.inbox, name, () => Promise.reject(new StoreError("ENOSPC")));
      for (const each of ["replay", "resend"] as const) refuse(each);
      const message = 'In the storage "disk", nothing was sent again (ENOSPC): order it again once it takes events.';
      const some = await ordered("/send-again", { endpoint: "endpoint", deliveryIds: ["disk", "memory"] });
      assert.deepEqual(some, { count: 1, message });
      await until(() => flow.sent.length === 3);
      const all = await ordered("/send-again", { endpoint: "endpoint", filter: {} });
      assert.deepEqual([all.count, all.message, (all.resends as []).length], [1, message, 1]);
      await until(() => flow.sent.length === 4);
      assert.deepEqual(flow.sent.map(({ client, attempt }) => [client, attempt]).sort(), [
        ["disk", 1],
        ["memory", 1],
        ["memory", 2],
        ["memory", 3],
      ]);
      // What was refused can be ordered again; where nothing was done, the answer says so.
      for (const body of [{ deliveryIds: ["disk"] }, { filter: { search: "disk" } }])
        assert.equal((await order("/send-again", { endpoint: "endpoint", ...body })).status, 503);
      mock.restoreAll();
      assert.deepEqual(await ordered("/send-again", { endpoint: "endpoint", deliveryIds: ["disk"] }), { count: 1 });
      await until(() => flow.sent.length === 5);
    });

    it("acknowledged: they do not count as unseen any more", async () => {
      flow.result = failed;
      start(flow, new TestFlow("other", { result: { kind: "delivered" } }));
      await store("one", 0);
      const body = { endpoint: "endpoint" };
      assert.deepEqual(await ordered("/acknowledge", { ...body, node: "other", count: true }), { count: 0 });
      assert.deepEqual(await ordered("/acknowledge", { ...body, count: true }), { count: 1 });
      assert.deepEqual(await ordered("/acknowledge", body), { count: 1 });
      assert.deepEqual(unseenOf(inboxes.countsOf("flow")), { failed: 0, setAside: 0 });
    });

    it("discarded, where they wait for a node that is gone", async () => {
      start(new TestFlow("busy"), flow);
      await inboxes.stop();
      await store("one", 0);
      start(flow);
      await turns();
      const body = { endpoint: "endpoint" };
      assert.deepEqual(await ordered("/discard", { ...body, count: true }), { count: 1 });
      assert.deepEqual(await ordered("/discard", { ...body, node: "busy" }), { count: 1 });
      assert.deepEqual(
        (await page()).events[0]?.recipients.map(({ node }) => node),
        ["flow"],
      );
    });

    it("forgotten, all of a client", async () => {
      await store("one", 0, { clientID: "c1", firstName: "Hannelore" });
      assert.deepEqual(await ordered("/forget", { clientID: "c1", count: true }), {
        ...{ count: 1, events: { checkIn: 1 }, clients: 0 },
      });
      assert.deepEqual(await ordered("/forget", { clientID: "c1" }), { count: 1 });
      const [row] = (await page()).events;
      assert.deepEqual([row?.deliveryId, row?.removed, row?.client], ["one", true, undefined]);
      assert.doesNotMatch((await ask("/endpoint/one")).body, /hannelore|c1/i);
    });

    it("forgotten, also by the doors", async () => {
      const rosters = new Rosters(red.userDir);
      const other = new StandInRed();
      serveEvents(other.RED, inboxes, new Map(), rosters);
      const address = await other.listen();
      const keeper = rosters.open("roster");
      await keeper.import([{ clientID: "c1", credential: "7" }], Date.now());
      const { status } = await post(`${address}/hapana-events/forget`, { body: { clientID: "c1" } });
      assert.deepEqual([status, keeper.roster?.size], [200, 0]);
      await rosters.keepOnly(new Set());
      await other.end();
    });

    it("looked for without a name in the URL", async () => {
      await store("one", 0, { firstName: "Zoë" });
      await store("two", 0);
      const search = (text: string) =>
        post(`${url}/hapana-events?limit=5`, { method: "GET", headers: { "hapana-search": text } });
      const { events } = (await search(encodeURIComponent("zoë"))).json();
      assert.deepEqual(
        (events as Row[]).map(({ deliveryId }) => deliveryId),
        ["one"],
      );
      assert.equal((await search("%")).status, 400);
    });

    for (const [path, body] of [
      ...["/send-again", "/acknowledge", "/discard"].flatMap((path): [string, unknown][] => [
        [path, {}],
        [path, []],
        [path, { endpoint: 7 }],
        [path, { endpoint: "endpoint", deliveryIds: ["one"], count: "yes" }],
        [path, { endpoint: "endpoint", deliveryIds: ["one"], node: 7 }],
      ]),
      ["/send-again", { endpoint: "endpoint" }],
      ["/send-again", { endpoint: "endpoint", deliveryIds: ["one"], filter: {} }],
      ["/send-again", { endpoint: "endpoint", deliveryIds: [] }],
      ["/send-again", { endpoint: "endpoint", deliveryIds: [7] }],
      ["/send-again", { endpoint: "endpoint", deliveryIds: new Array(1_001).fill("x") }],
      ["/send-again", { endpoint: "endpoint", filter: "failed" }],
      ["/send-again", { endpoint: "endpoint", filter: { stat: "failed" } }],
      ["/send-again", { endpoint: "endpoint", filter: { state: "failing" } }],
      ["/send-again", { endpoint: "endpoint", filter: { endpoint: "other" } }],
      ["/send-again/cancel", {}],
      ["/forget", {}],
      ["/forget", { clientID: " " }],
      ["/forget", { clientID: 7 }],
    ] as [string, unknown][]) {
      it(`nothing of that where it cannot be meant: ${path} ${JSON.stringify(body).slice(0, 80)}`, async () => {
        await store("one", 0);
        const answer = await order(path, body);
        assert.equal(answer.status, 400, answer.body);
        assert.match(String(answer.json().message), /[.}]$/);
      });
    }

    for (const [path, body] of [
      ["/send-again", { endpoint: "nowhere", deliveryIds: ["one"] }],
      ["/send-again", { endpoint: "endpoint", deliveryIds: ["nothing"] }],
      ["/send-again", { endpoint: "endpoint", deliveryIds: ["one"], node: "nobody" }],
      ["/discard", { endpoint: "nowhere" }],
      ["/send-again/cancel", { resend: "nothing" }],
    ] as const) {
      it(`nothing of that with what is not there: ${path} ${JSON.stringify(body)}`, async () => {
        await store("one", 0);
        const answer = await order(path, body);
        assert.equal(answer.status, 404, answer.body);
        assert.equal(typeof answer.json().message, "string");
      });
    }

    it("nothing of that by a page of another site, nor by who may only read", async () => {
      const body = "endpoint=endpoint";
      for (const path of ["/send-again", "/send-again/cancel", "/acknowledge", "/discard", "/forget"]) {
        const headers = { "content-type": "application/x-www-form-urlencoded" };
        assert.equal((await post(`${url}/hapana-events${path}`, { body, headers })).status, 415, path);
      }
      red.forbidden.add("hapana.write");
      for (const path of ["/send-again", "/send-again/cancel", "/acknowledge", "/discard", "/forget"])
        assert.equal((await order(path, {})).status, 401, path);
    });
  });

  describe("are exported", () => {
    it("as JSON lines with all there is, and as CSV in which no cell is a formula", async () => {
      await store("first", 0, {
        clientID: "c1",
        firstName: "=HYPERLINK(1)",
        lastName: 'Tab"s, and\nlines',
        email: " @x",
      });
      await store("second", 1, { clientID: "c2", firstName: "+61", lastName: "-1" });
      const jsonl = await ask("/export?format=jsonl&event=checkIn");
      const lines = jsonl.body
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as Row);
      assert.deepEqual(
        lines.map(({ deliveryId }) => deliveryId),
        ["second", "first"],
      );
      assert.match(JSON.stringify(lines[1]?.body), /"clientID":"c1"/);
      const csv = await ask("/export?format=csv");
      assert.match(String(csv.headers["content-disposition"]), /^attachment; filename="hapana-events.csv"$/);
      assert.equal(
        csv.body,
        [
          "\uFEFFreceivedAt,endpoint,deliveryId,event,siteID,siteName,test,state,attempts,error,clientID,firstName,lastName,email,instance",
          `${new Date(noon + minute).toISOString()},endpoint,second,checkIn,site,,false,delivered,1,,c2,"'+61","'-1",,`,
          `${new Date(noon).toISOString()},endpoint,first,checkIn,site,,false,delivered,1,,c1,"'=HYPERLINK(1)","Tab""s, and\nlines","' @x",`,
          "",
        ].join("\r\n"),
      );
    });

    for (const apart of [";", "\n", "\t", ";\n", "; "]) {
      it(`in which no cell is a formula where it is read in another way: behind ${JSON.stringify(apart)}`, async () => {
        await store("first", 0, { clientID: "c1", firstName: `Alex${apart}=1+1;2` });
        const { body } = await ask("/export?format=csv");
        assert.match(body, /'\s?=1\+1/);
        assert.doesNotMatch(body, /[;\n\t]\s?=/);
      });
    }

    it("however slowly they are taken, without a warning of Node.js's", async () => {
      const warnings: string[] = [];
      const warned = (warning: Error) => warnings.push(warning.message);
      process.on("warning", warned);
      for (let number = 0; number < 30; number += 1)
        await store(`del_${number}`, 0, { customProperties: "x".repeat(100_000) });
      const list = inboxes.history.list.bind(inboxes.history);
      mock.method(inboxes.history, "list", (query: Parameters<typeof list>[0]) => list({ ...query, limit: 1 }));
      const { body } = await post(`${url}/hapana-events/export?format=jsonl`, { method: "GET" });
      process.off("warning", warned);
      assert.equal(body.trimEnd().split("\n").length, 30);
      assert.deepEqual(warnings, []);
    });

    it("all of them, also where they are more than a page", async () => {
      for (let number = 0; number < 450; number += 1) await store(`del_${number}`, 0);
      const { body } = await ask("/export?format=jsonl");
      assert.equal(new Set(body.trimEnd().split("\n")).size, 450);
    });

    it("in no other format, nor by what cannot be meant, nor to who may not see persons", async () => {
      for (const query of ["", "?format=xlsx", "?format=csv&state=x", "?format=csv&limit=1"])
        assert.equal((await ask(`/export${query}`)).status, 400, query);
      red.forbidden.add("hapana.personal");
      assert.equal((await ask("/export?format=csv")).status, 401);
    });
  });

  it("tell how each endpoint stands", async () => {
    flow.result = { kind: "failed", error: "no" };
    await store("one", 0);
    const { endpoints } = (await ask("/health")).json() as unknown as { endpoints: Record<string, unknown>[] };
    const { endpoint, received, failed, unseen, last, isThere } = endpoints[0] ?? {};
    assert.deepEqual([endpoint, received, failed, unseen, isThere], ["endpoint", 1, 1, 1, false]);
    assert.equal(last, new Date(noon).toISOString());
  });

  it("are counted once they can be, not told as none, right after a start", async () => {
    let open: (() => void) | undefined;
    mock.method(inboxes, "opened", () => new Promise<void>((resolve) => (open = resolve)));
    const asked = ask("/health");
    await until(() => open !== undefined);
    await store("one", 0);
    open?.();
    const [endpoint] = (await asked).json().endpoints as { received: number }[];
    assert.equal(endpoint?.received, 1);
  });

  it("tell the editors that something has changed, and of whom nothing", async () => {
    await store("one", 0, { clientID: "c1", firstName: "Hannelore" });
    const [first] = red.published;
    assert.equal(first?.topic, "hapana/events");
    assert.match(JSON.stringify(first?.data), /"endpoint":"endpoint"/);
    assert.doesNotMatch(JSON.stringify(red.published), /hannelore|c1/i);
  });

  it("tell the editors that other events wait on this machine's disk than before, also where none can be counted", async () => {
    assert.deepEqual(red.published, []);
    inboxes.spooling.emit("change");
    assert.deepEqual(red.published, [{ topic: "hapana/events", data: { changes: 1 } }]);
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
