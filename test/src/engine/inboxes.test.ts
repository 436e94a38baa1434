import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mock } from "node:test";
import { Inboxes, type Storage } from "../../../src/engine/inboxes";
import { isPlace } from "../../../src/engine/merged-log";
import type { Handover } from "../../../src/inbox/inbox";
import { LevelInbox } from "../../../src/inbox/level/level-inbox";
import { StoreError } from "../../../src/inbox/store-error";
import { type Postgres, startPostgres } from "../../support/postgres";
import { turns, until } from "../../support/stand-in-red-clock";
import { waitFor } from "../../support/wait-for";
import { newCheckIn, TestFlow } from "./support";

const full = () => Promise.reject(new StoreError("ENOSPC"));
const day = 24 * 3_600_000;

describe("the inboxes of one Node-RED", () => {
  let userDir: string;
  let inboxes: Inboxes;
  let opened: Inboxes[];
  let told: unknown[];
  let changes: number;

  beforeEach(() => {
    userDir = mkdtempSync(join(tmpdir(), "hapana-inboxes-"));
    opened = [];
    inboxes = make();
  });
  afterEach(async () => {
    mock.timers.reset();
    mock.restoreAll();
    for (const each of opened) await each.close();
    rmSync(userDir, { recursive: true, force: true });
  });

  const folder = () => join(userDir, "hapana", "inbox");

  function make(canUseDisk?: () => boolean, where = userDir): Inboxes {
    const made = new Inboxes(where, canUseDisk);
    opened.push(made);
    told = [];
    changes = 0;
    made.on("change", () => {
      changes += 1;
    });
    for (const name of ["notice", "handover", "pruned", "fault"] as const) {
      made.on(name, (value: unknown) => told.push({ [name]: value }));
    }
    return made;
  }

  const endpoints = [{ id: "endpoint", path: "/hapana", retentionDays: 7 }];
  const nobody: Handover = { takenOver: [], withoutTaker: [] };
  const start = (...flows: TestFlow[]) => inboxes.start({ endpoints, flows });

  /** Stores a check-in; the client. */
  async function store(kind: Storage): Promise<string> {
    const { clientID, delivery } = await newCheckIn();
    await (await inboxes.dispatcher(kind)).accept("endpoint", delivery);
    return clientID;
  }

  describe("are opened", () => {
    it("only when they are wanted: the one on disk, where there was none, leaves no folder before", async () => {
      await turns();
      assert.equal(existsSync(folder()), false);
      const memory = await inboxes.dispatcher("memory");
      assert.equal(existsSync(folder()), false);
      const disk = await inboxes.dispatcher("disk");
      assert.ok(existsSync(folder()));
      assert.deepEqual([memory.inbox.isDurable, disk.inbox.isDurable], [false, true]);
    });

    it("once, whoever asks, and say so: what they know of before shows in the status then", async () => {
      const [one, two] = await Promise.all([inboxes.dispatcher("disk"), inboxes.dispatcher("disk")]);
      assert.equal(one, two);
      assert.equal(changes, 1);
    });

    it("where there was one on disk, also if no endpoint wants it any more: it is pruned all the same", async () => {
      await store("disk");
      await inboxes.close();
      inboxes = make();
      start();
      await until(() => told.length > 0);
      assert.deepEqual(told, [
        { handover: { ...nobody, withoutTaker: [{ endpoint: "endpoint", count: 1, added: 0 }] } },
      ]);
      inboxes.prune(Date.now() + 300 * 365 * day);
      await until(() => told.length > 1);
      assert.deepEqual(told[1], { pruned: { removed: 1, untaken: 1 } });
    });

    it("so that who made them hears of what is found, such as the store of an earlier version", async () => {
      mkdirSync(folder(), { recursive: true });
      writeFileSync(join(folder(), "data.mdb"), "another store");
      inboxes = make();
      await inboxes.dispatcher("disk");
      assert.match(JSON.stringify(told), /^\[\{"notice":\{"code":"putAside","folder":"[^"]+"\}\}\]$/);
    });

    it("in memory where there is no LevelDB for this machine: that is told once, and no folder is made", async () => {
      const find = mock.fn(() => false);
      inboxes = make(find);
      await store("disk");
      await store("disk");
      assert.equal(inboxes.isDurable("disk"), false);
      assert.equal(await inboxes.dispatcher("disk"), await inboxes.dispatcher("memory"));
      assert.deepEqual([told, existsSync(folder())], [[{ notice: { code: "diskUnavailable" } }], false]);
      assert.equal(find.mock.callCount(), 1);
    });

    it("in memory without a word where nothing is to be on disk, also if there is a folder of old", async () => {
      mkdirSync(folder(), { recursive: true });
      inboxes = make(() => false);
      await store("memory");
      assert.deepEqual(told, []);
    });

    it("no more after they were closed, also if that was under way", async () => {
      const opening = inboxes.dispatcher("disk");
      await inboxes.close();
      const { delivery } = await newCheckIn();
      await assert.rejects((await opening).accept("endpoint", delivery), { code: "EIO" });
      inboxes = make();
      await inboxes.dispatcher("disk");
    });
  });

  describe("where the disk refuses", () => {
    it("say why by its code, and try again every two seconds", async () => {
      mock.timers.enable({ apis: ["setTimeout"] });
      mkdirSync(join(userDir, "hapana"));
      writeFileSync(folder(), "a file in the way");
      await assert.rejects(inboxes.dispatcher("disk"), { code: "EEXIST" });
      assert.deepEqual([inboxes.fault("disk"), inboxes.fault("memory"), changes], ["EEXIST", undefined, 1]);
      const open = mock.method(LevelInbox, "open");
      mock.timers.tick(1_999);
      await assert.rejects(inboxes.dispatcher("disk"), { code: "EEXIST" });
      assert.equal(open.mock.callCount(), 0);
      rmSync(folder());
      mock.timers.tick(1);
      await until(() => inboxes.fault("disk") === undefined);
      await store("disk");
      assert.deepEqual(told, []);
    });

    it("do not try again once they are closed", async () => {
      mock.timers.enable({ apis: ["setTimeout"] });
      const open = mock.method(LevelInbox, "open", full);
      await assert.rejects(inboxes.dispatcher("disk"), { code: "ENOSPC" });
      await inboxes.close();
      mock.timers.tick(10_000);
      await turns();
      assert.equal(open.mock.callCount(), 1);
    });

    it("give no log that leaves out what is there", async () => {
      mock.method(LevelInbox, "open", full);
      inboxes.dispatcher("disk").catch(() => undefined);
      await assert.rejects(inboxes.history.list({}), { code: "ENOSPC" });
      assert.deepEqual(told, []);
    });

    it("forget it with the first event that is taken, and say so: it may have been room that was missing", async () => {
      inboxes.noteFault("memory", new StoreError("MEMORYFULL"));
      inboxes.noteFault("memory", new StoreError("MEMORYFULL"));
      assert.deepEqual([inboxes.fault("memory"), changes], ["MEMORYFULL", 1]);
      inboxes.noteAccepted("memory");
      assert.deepEqual([inboxes.fault("memory"), changes], [undefined, 2]);
    });
  });

  it("tell a fault of ours as what it is, with its stack, and not as the disk's", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    const ours = new TypeError("x is not a function");
    mock.method(LevelInbox, "open", () => Promise.reject(ours));
    await assert.rejects(inboxes.dispatcher("disk"), ours);
    assert.deepEqual([inboxes.fault("disk"), told], ["INTERNAL", [{ fault: ours }]]);
  });

  it("tell a fault of ours in the log as well", async () => {
    const ours = new TypeError("x is not a function");
    const { inbox } = await inboxes.dispatcher("memory");
    mock.method(inbox, "list", () => Promise.reject(ours));
    await assert.rejects(inboxes.history.list({}), ours);
    assert.deepEqual(told, [{ fault: ours }]);
  });

  describe("know who is there", () => {
    it("also where one is opened when the flows run already", async () => {
      const flow = new TestFlow("flow", { result: { kind: "delivered" } });
      start(flow);
      const client = await store("memory");
      await until(() => flow.sent.length > 0);
      assert.deepEqual([flow.clients, told], [[client], [{ handover: nobody }]]);
    });

    it("also where one is opened while the flows have stopped: what comes waits for them", async () => {
      const flow = new TestFlow();
      start(flow);
      await inboxes.stop();
      const client = await store("memory");
      await until(() => inboxes.countsOf("flow").waiting === 1);
      assert.deepEqual(flow.clients, []);
      start(flow);
      await until(() => flow.sent.length > 0);
      assert.deepEqual(flow.clients, [client]);
    });

    it("also who was there only before one was opened: on a slow disk, that takes longer than a deploy", async () => {
      const flow = new TestFlow();
      start(flow);
      start();
      const client = await store("memory");
      assert.equal((await inboxes.history.list({ state: "unclaimed" })).events.length, 1);
      start(flow);
      await until(() => flow.sent.length > 0);
      assert.deepEqual(flow.clients, [client]);
    });

    it("as soon as the disk, which refused to note it, takes it", async () => {
      const { inbox } = await inboxes.dispatcher("memory");
      const refusing = mock.method(inbox, "subscribers", full);
      start(new TestFlow());
      await turns();
      assert.equal(inboxes.fault("memory"), "ENOSPC");
      refusing.mock.restore();
      inboxes.noteAccepted("memory");
      await turns();
      assert.deepEqual(told, [{ handover: nobody }]);
    });

    it("and tell who takes over from whom, and that counts have changed by that", async () => {
      start(new TestFlow("first"));
      await inboxes.stop();
      await store("memory");
      start();
      await turns();
      changes = 0;
      start(new TestFlow("second"));
      await turns();
      assert.deepEqual(told.slice(-2), [
        { handover: { takenOver: [], withoutTaker: [{ endpoint: "endpoint", count: 1, added: 1 }] } },
        { handover: { takenOver: [{ from: "first", to: "second", count: 1 }], withoutTaker: [] } },
      ]);
      assert.equal(changes, 1);
    });
  });

  describe("let Node-RED end", () => {
    it("when it is written that it may", async () => {
      const { inbox } = await inboxes.dispatcher("memory");
      let written = () => {};
      const writing = () =>
        new Promise<void>((resolve) => {
          written = resolve;
        });
      mock.method(inbox, "stopped", writing);
      let hasEnded = false;
      const ending = inboxes.stop().then(() => {
        hasEnded = true;
      });
      await turns();
      assert.equal(hasEnded, false);
      written();
      await ending;
    });

    it("at once where the disk refuses, before or meanwhile: each deploy would take fifteen seconds", async () => {
      for (const kind of ["disk", "memory"] as const) {
        const { inbox } = await inboxes.dispatcher(kind);
        mock.method(inbox, "stopped", () => new Promise(() => {}));
      }
      inboxes.noteFault("disk", new StoreError("ENOSPC"));
      const ending = inboxes.stop();
      inboxes.noteFault("memory", new StoreError("MEMORYFULL"));
      await ending;
    });

    it("also after a fault of ours", async () => {
      const { inbox } = await inboxes.dispatcher("memory");
      const ours = new TypeError("x is not a function");
      mock.method(inbox, "stopped", () => Promise.reject(ours));
      await inboxes.stop();
      assert.deepEqual(told, [{ fault: ours }]);
    });
  });

  describe("in a database that others share", function () {
    this.timeout(60_000);
    let postgres: Postgres;
    let databaseUrl: string;

    before(async () => {
      postgres = await startPostgres();
    });
    after(() => postgres?.stop());
    beforeEach(async () => {
      databaseUrl = await postgres.newDatabase();
    });

    const inDatabase = () => ({ databaseUrl, isSpooled: false });

    it("keep what is posted to one until the other is there for it", async () => {
      inboxes.start({ endpoints, flows: [new TestFlow()] });
      const { inbox } = await inboxes.dispatcher(inDatabase());
      await inboxes.stop();
      const client = await store(inDatabase());
      assert.deepEqual([inbox.isDurable, inboxes.isDurable(inDatabase()), existsSync(folder())], [true, true, false]);
      const otherDir = mkdtempSync(join(tmpdir(), "hapana-inboxes-"));
      const other = make(undefined, otherDir);
      const flow = new TestFlow("flow", { result: { kind: "delivered" } });
      other.start({ endpoints, flows: [flow] });
      await other.dispatcher(inDatabase());
      await waitFor(
        () => flow.sent[0],
        () => "the other has not got it",
      );
      assert.deepEqual(flow.clients, [client]);
      rmSync(otherDir, { recursive: true, force: true });
    });

    it("call each by a name without the password, also in the log's places and in a resend's id", async () => {
      const another = { databaseUrl: await postgres.newDatabase(), isSpooled: false };
      start(new TestFlow("flow", { result: { kind: "delivered" } }));
      for (const each of [inDatabase(), another]) await store(each);
      await waitFor(
        () => (inboxes.countsOf("flow").sent === 2 ? true : undefined),
        () => "not both are counted",
      );
      const { events, next = "" } = await inboxes.history.list({ limit: 1 });
      assert.match(next, /^shared2?\.\d+/);
      assert.ok(isPlace(next), next);
      const { events: rest } = await inboxes.history.list({ before: next });
      assert.equal(new Set([...events, ...rest].map(({ event }) => event.deliveryId)).size, 2);
      const { done } = await inboxes.history.resend({ query: { endpoint: "endpoint" } });
      assert.deepEqual(done.map(({ id }) => id.split(".")[0]).sort(), ["shared", "shared2"]);
    });

    it("let go of one that no endpoint uses any more: a wrong URL would keep the log from being read", async () => {
      const wrong = { databaseUrl: `${databaseUrl}_that_is_not_there`, isSpooled: false };
      await assert.rejects(inboxes.dispatcher(wrong), StoreError);
      const { missing } = await inboxes.history.list({});
      assert.deepEqual(
        Array.from(missing, ([name, { code }]) => [name, code]),
        [["shared", "LOGIN"]],
      );
      await assert.rejects(inboxes.history.count({}), StoreError);
      assert.equal(inboxes.isRefusing, true);
      await store(inDatabase());
      inboxes.start({ endpoints, storages: [inDatabase()], flows: [] });
      assert.equal(inboxes.isRefusing, false);
      assert.equal((await inboxes.history.list({})).events.length, 1);
      inboxes.start({ endpoints, storages: ["memory"], flows: [] });
      assert.equal((await inboxes.history.list({})).events.length, 0);
    });
  });

  describe("count a node's events", () => {
    it("never below nothing, where what has a place in the flow is not counted yet", async () => {
      const dispatcher = await inboxes.dispatcher("memory");
      start(new TestFlow());
      await turns();
      mock.method(dispatcher, "inLine", () => 3);
      const { waiting, inFlow } = inboxes.countsOf("flow");
      assert.deepEqual([waiting, inFlow], [0, 0]);
    });

    const delivered = () => new TestFlow("flow", { result: { kind: "delivered" } });

    it("in both of them, and name the last of all", async () => {
      start(delivered());
      for (const kind of ["disk", "memory", "disk"] as const) await store(kind);
      await until(() => inboxes.countsOf("flow").sent === 3);
      const { sent, waiting, last } = inboxes.countsOf("flow");
      assert.deepEqual([sent, waiting, last?.event], [3, 0, "checkIn"]);
      const of = { sentTests: 0, waiting: 0, due: 0, inFlow: 0, slow: 0, failed: 0, setAside: 0 };
      assert.deepEqual(inboxes.countsOf("nobody"), { ...of, sent: 0, last: undefined });
    });

    it("also those of before a restart, as soon as the inbox is open", async () => {
      start(delivered());
      await store("disk");
      await inboxes.stop();
      await inboxes.close();
      inboxes = make();
      assert.equal(inboxes.countsOf("flow").sent, 0);
      await until(() => changes > 0);
      assert.equal(inboxes.countsOf("flow").sent, 1);
    });

    it("but not those that wait for it at an endpoint that it has left", async () => {
      start(new TestFlow());
      await inboxes.stop();
      await store("memory");
      const moved = Object.assign(new TestFlow(), { endpoint: "other" });
      inboxes.start({ endpoints: [...endpoints, { id: "other", path: "/other", retentionDays: 7 }], flows: [moved] });
      await turns();
      assert.equal(inboxes.countsOf("flow").waiting, 0);
    });
  });

  describe("remove what is old", () => {
    it("from both of them", async () => {
      start(new TestFlow("flow", { result: { kind: "delivered" } }));
      for (const kind of ["disk", "memory"] as const) await store(kind);
      await until(() => inboxes.countsOf("flow").sent === 2 && inboxes.countsOf("flow").inFlow === 0);
      // Then it is written what has become of them.
      await inboxes.stop();
      told = [];
      inboxes.prune(Date.now() + 300 * 365 * day);
      await until(() => told.length === 2);
      const one = { pruned: { removed: 1, untaken: 0 } };
      assert.deepEqual(told, [one, one]);
    });

    it("another time, where the disk refuses", async () => {
      const { inbox } = await inboxes.dispatcher("memory");
      mock.method(inbox, "prune", full);
      inboxes.prune(Date.now());
      await turns();
      assert.deepEqual([inboxes.fault("memory"), told], ["ENOSPC", []]);
    });
  });
});
