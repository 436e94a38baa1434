import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { Inboxes, type SharedStorage } from "../../../src/engine/inboxes";
import { Spooling, type Store } from "../../../src/engine/spooling";
import { diskSource } from "../../../src/inbox/level/disk-source";
import { StoreError } from "../../../src/inbox/store-error";
import type { ReceivedDelivery } from "../../../src/receiver/receive";
import { Spool } from "../../../src/spool/spool";
import { checkIn, delivered, noon } from "../../support/deliveries";
import { fillableDisk } from "../../support/fillable-disk";
import { type Postgres, startPostgres } from "../../support/postgres";
import { startTcpProxy, type TcpProxy } from "../../support/tcp-proxy";
import { waitFor } from "../../support/wait-for";
import { TestFlow, turnOfTheLoop } from "./support";

const away = () => Promise.reject(new StoreError("UNREACHABLE"));

describe("deliveries that cannot be stored in a shared database", function () {
  this.timeout(60_000);
  let folder: string;
  let opened: Spooling[];
  let told: unknown[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "hapana-spooling-"));
    opened = [];
    told = [];
  });
  afterEach(async () => {
    for (const each of opened) await each.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function make(maxHold: number): Spooling {
    const spooling = new Spooling(new Spool(diskSource(join(folder, "spool")), () => undefined), maxHold);
    opened.push(spooling);
    for (const name of ["began", "ended", "fault"] as const)
      spooling.on(name, (...values: unknown[]) => told.push([name, ...values]));
    spooling.open();
    return spooling;
  }

  const forwarded = (spooling: Spooling) =>
    waitFor(
      () => (spooling.countOf("endpoint") === 0 ? true : undefined),
      () => `${spooling.countOf("endpoint")} wait`,
    );

  /** Takes what it is given, as soon as it is told to. */
  function inbox(): { store: Store; isAway: boolean; stored: ReceivedDelivery[]; error: Error } {
    const made = {
      isAway: true,
      stored: [] as ReceivedDelivery[],
      error: new StoreError("UNREACHABLE") as Error,
      async store(delivery: ReceivedDelivery) {
        if (made.isAway) throw made.error;
        made.stored.push(delivery);
        return { deliveryId: delivery.deliveryId, isNew: true, unselected: 0, unclaimed: [] };
      },
    };
    return made;
  }

  describe("by themselves", () => {
    it("are held for a while, and stored where the database is back by then", async () => {
      const spooling = make(30_000);
      const { store, ...rest } = inbox();
      const there = Object.assign(rest, { store });
      let tries = 0;
      const delivery = await delivered(checkIn());
      const accepted = await spooling.accept(
        "endpoint",
        async (each) => {
          tries += 1;
          if (tries < 3) return away();
          return { deliveryId: each.deliveryId, isNew: true, unselected: 1, unclaimed: [] };
        },
        delivery,
      );
      assert.deepEqual([accepted.unselected, spooling.countOf("endpoint"), there.stored.length], [1, 0, 0]);
    });

    it("wait on disk after that, in the order in which they came, and are forwarded when it is back", async () => {
      const spooling = make(300);
      const shared = inbox();
      spooling.follow("endpoint", shared.store);
      const bodies = Array.from({ length: 250 }, (_, index) => checkIn({ clientID: `client-${index % 40}`, index }));
      const all = await Promise.all(bodies.map((body) => delivered(body)));
      const answers = await Promise.all(all.map((each) => spooling.accept("endpoint", shared.store, each)));
      assert.ok(answers.every(({ isNew }) => isNew));
      const late = await delivered(checkIn({ clientID: "client-0", index: 250 }));
      const untried = () => assert.fail("whoever comes behind those that wait is not held");
      await spooling.accept("endpoint", untried, late);
      shared.isAway = false;
      await waitFor(
        () => (told.length > 1 ? true : undefined),
        () => `${spooling.countOf("endpoint")} wait`,
      );
      // Others may have stored newer ones meanwhile.
      assert.ok(shared.stored.every(({ hasWaited }) => hasWaited));
      const clientsOf = (each: ReceivedDelivery) => String(each.events[0]?.clientID);
      const placesOf = (deliveries: readonly ReceivedDelivery[], client: string) =>
        deliveries.filter((each) => clientsOf(each) === client).map(({ deliveryId }) => deliveryId);
      for (const client of new Set(all.map(clientsOf)))
        assert.deepEqual(placesOf(shared.stored, client), placesOf([...all, late], client));
      assert.deepEqual(told, [
        ["began", "endpoint"],
        ["ended", "endpoint", 251],
      ]);
    });

    it("survive the end of the process, and wait for their endpoint", async () => {
      const before = make(0);
      const shared = inbox();
      const delivery = await delivered(checkIn());
      await before.accept("endpoint", shared.store, delivery);
      await before.close();
      const after = make(0);
      await waitFor(
        () => after.countOf("endpoint") || undefined,
        () => "nothing is found",
      );
      shared.isAway = false;
      after.follow("endpoint", shared.store);
      await forwarded(after);
      assert.deepEqual(
        shared.stored.map(({ deliveryId, mayBeStored }) => [deliveryId, mayBeStored]),
        [[delivery.deliveryId, true]],
      );
    });

    it("that are held go to disk at once where Node-RED is about to end", async () => {
      const spooling = make(60_000);
      assert.ok(await spooling.isUsable());
      const accepting = spooling.accept("endpoint", away, await delivered(checkIn()));
      spooling.stop();
      assert.equal((await accepting).isNew, true);
      assert.equal(spooling.countOf("endpoint"), 1);
    });

    it("that one is refused for no reason of the database's, does not keep the others", async () => {
      const spooling = make(0);
      const shared = inbox();
      const [bad, good] = [await delivered(checkIn()), await delivered(checkIn())];
      for (const each of [bad, good]) await spooling.accept("endpoint", shared.store, each);
      shared.isAway = false;
      spooling.follow("endpoint", async (each) => {
        if (each.deliveryId === bad.deliveryId) throw new Error("a fault of ours");
        return shared.store(each);
      });
      await waitFor(
        () => shared.stored[0],
        () => "it is not forwarded",
      );
      assert.deepEqual(
        [shared.stored.map(({ deliveryId }) => deliveryId), spooling.countOf("endpoint")],
        [[good.deliveryId], 1],
      );
      assert.equal(told.filter((each) => (each as string[])[0] === "fault").length, 1);
    });

    it("are refused where the disk refuses as well", async () => {
      const full = new Spool(
        { isDurable: true, open: () => Promise.reject(new StoreError("ENOSPC")) },
        () => undefined,
      );
      const spooling = new Spooling(full, 0);
      opened.push(spooling);
      await assert.rejects(spooling.accept("endpoint", away, await delivered(checkIn())), { code: "ENOSPC" });
      assert.equal(await spooling.isUsable(), false);
    });

    it("are stored in the order in which they came, where the database is back while they are held", async () => {
      const spooling = make(30_000);
      const shared = inbox();
      const deliveries = [await delivered(checkIn({ clientID: "one" })), await delivered(checkIn({ clientID: "one" }))];
      let tries = 0;
      const store: Store = (each) => {
        tries += 1;
        return shared.store(each);
      };
      const first = spooling.accept("endpoint", store, deliveries[0] as ReceivedDelivery);
      await waitFor(
        () => tries || undefined,
        () => "it is not tried",
      );
      await turnOfTheLoop();
      shared.isAway = false;
      await Promise.all([first, spooling.accept("endpoint", store, deliveries[1] as ReceivedDelivery)]);
      assert.deepEqual(
        shared.stored.map(({ deliveryId }) => deliveryId),
        deliveries.map(({ deliveryId }) => deliveryId),
      );
    });

    it("are forwarded once the disk can be read, where another process had it at the start", async () => {
      const before = make(0);
      const shared = inbox();
      await before.accept("endpoint", shared.store, await delivered(checkIn()));
      const after = make(0);
      shared.isAway = false;
      after.follow("endpoint", shared.store);
      const refused = after.accept("endpoint", away, await delivered(checkIn()));
      await assert.rejects(refused, { code: "INUSE" });
      await before.close();
      await waitFor(
        () => shared.stored[0],
        () => "nothing is forwarded",
      );
    });

    it("are not refused by a disk that is full, where the database is back, and what waited is stored there", async () => {
      const disk = fillableDisk(join(folder, "spool"));
      const spooling = new Spooling(new Spool(disk.source, () => undefined), 0);
      opened.push(spooling);
      const shared = inbox();
      const [first, next] = [await delivered(checkIn()), await delivered(checkIn())];
      await spooling.accept("endpoint", shared.store, first);
      disk.isFull = true;
      shared.isAway = false;
      spooling.follow("endpoint", shared.store);
      await forwarded(spooling);
      await spooling.accept("endpoint", shared.store, next);
      assert.deepEqual(
        shared.stored.map(({ deliveryId }) => deliveryId),
        [first.deliveryId, next.deliveryId],
      );
    });

    it("go to disk before their time, where there are too many for the memory", async () => {
      const spooling = make(60_000);
      const large = await delivered(checkIn({ note: "x".repeat(1_000_000) }));
      const all = Array.from({ length: 70 }, (_, index) => ({ ...large, deliveryId: `delivery-${index}` }));
      await Promise.all(all.slice(0, 68).map((each) => spooling.accept("endpoint", away, each)));
      assert.ok(spooling.countOf("endpoint") >= 68);
    });

    it("are forwarded into a database that is too slow for many at a time", async () => {
      const spooling = make(0);
      const shared = inbox();
      for (let index = 0; index < 20; index += 1)
        await spooling.accept("endpoint", shared.store, await delivered(checkIn()));
      shared.isAway = false;
      let together = 0;
      spooling.follow("endpoint", async (each) => {
        together += 1;
        await turnOfTheLoop();
        const isTooMuch = together > 4;
        await turnOfTheLoop();
        together -= 1;
        return isTooMuch ? away() : shared.store(each);
      });
      await forwarded(spooling);
      assert.equal(shared.stored.length, 20);
    });

    it("are answered in time where the disk is too slow", async () => {
      const stuck = new Spool({ isDurable: true, open: () => new Promise<never>(() => undefined) }, () => undefined);
      const spooling = new Spooling(stuck, 0);
      await assert.rejects(spooling.accept("endpoint", away, await delivered(checkIn())), { code: "BUSY" });
    });
  });

  describe("of a real one", () => {
    let postgres: Postgres;
    let cable: TcpProxy;
    let storage: SharedStorage;
    let inboxes: Inboxes;

    before(async () => {
      postgres = await startPostgres();
    });
    after(() => postgres?.stop());
    beforeEach(async () => {
      const url = new URL(await postgres.newDatabase());
      cable = await startTcpProxy(Number(url.port));
      url.port = String(cable.port);
      storage = { databaseUrl: url.href, isSpooled: true };
      inboxes = new Inboxes(folder);
    });
    afterEach(async () => {
      await inboxes.close();
      await cable.close();
    });

    const store: Store = (delivery) => inboxes.accept("endpoint", storage, delivery);
    const endpoints = [{ id: "endpoint", path: "/hapana", retentionDays: 7 }];

    async function begin(): Promise<TestFlow> {
      const flow = new TestFlow("flow", { result: { kind: "delivered" } });
      await inboxes.dispatcher(storage);
      inboxes.start({ endpoints, flows: [flow] });
      await waitFor(
        () => (inboxes.isSettled ? true : undefined),
        () => "who is there is not known",
      );
      return flow;
    }

    const logged = async () => {
      const { events } = await inboxes.history.list({ limit: 100 });
      return events.map(({ event, duplicates }) => [
        event.deliveryId,
        ...(event.possibleDuplicate ? [event.possibleDuplicate] : []),
        ...(duplicates > 0 ? [duplicates] : []),
      ]);
    };

    it("come out once where the answer was cut off, though it was stored, also of a list", async () => {
      const flow = await begin();
      const spooling = make(0);
      const bodies = [checkIn(), { event: "something else", of: "nobody" }, [checkIn(), checkIn()]];
      for (const [index, body] of [...bodies, [checkIn(), checkIn()]].entries()) {
        const id = index === bodies.length ? { id: "hapana-1" } : {};
        const delivery = await delivered(body, { eventName: undefined, ...id });
        cable.cutAtAnswer("places", "store_new");
        // What is stored is not known to be, and waits here as well.
        const accepted = await spooling.accept("endpoint", store, delivery);
        assert.equal(accepted.isNew, true);
        await cable.cut();
        await cable.mend();
      }
      spooling.follow("endpoint", store);
      await forwarded(spooling);
      await waitFor(
        () => (flow.sent.length === 6 ? true : undefined),
        () => `${flow.sent.length} came out`,
      );
      const rows = await logged();
      assert.equal(rows.length, 6, JSON.stringify(rows));
      assert.ok(
        rows.every((row) => row.length === 1),
        JSON.stringify(rows),
      );
    });

    it("come out once where the line was frozen for as long as they were held, and what was said comes through later", async () => {
      const flow = await begin();
      const spooling = make(500);
      cable.freeze();
      const deliveries = [await delivered(checkIn()), await delivered(checkIn({ checkInTime: "07:52" }))];
      for (const each of deliveries) assert.ok((await spooling.accept("endpoint", store, each)).isNew);
      cable.thaw();
      spooling.follow("endpoint", store);
      await forwarded(spooling);
      await waitFor(
        () => (flow.sent.length === 2 ? true : undefined),
        () => `${flow.sent.length} came out`,
      );
      assert.deepEqual((await logged()).flat().sort(), deliveries.map(({ deliveryId }) => deliveryId).sort());
    });

    it("are found to have come before, where the same came again meanwhile", async () => {
      await begin();
      const spooling = make(0);
      const body = { clientID: "c", siteID: "s", status: "suspended" };
      const options = { eventName: "clientStatusChange" };
      const first = await delivered(body, options);
      await store(first);
      await cable.cut();
      for (const [index, id] of [undefined, "hapana-1", "hapana-1"].entries())
        await spooling.accept(
          "endpoint",
          store,
          await delivered(body, { ...options, ...(id && { id }), now: noon + index }),
        );
      await cable.mend();
      spooling.follow("endpoint", store);
      await forwarded(spooling);
      assert.deepEqual(await logged(), [[first.deliveryId, 3]]);
    });

    it("go into the disk's inbox where the endpoint keeps its events there by now", async () => {
      const spooling = make(0);
      await cable.cut();
      await spooling.accept("endpoint", store, await delivered(checkIn()));
      spooling.follow("endpoint", (each) => inboxes.accept("endpoint", "disk", each));
      inboxes.start({ endpoints, storages: ["disk"], flows: [] });
      await forwarded(spooling);
      assert.equal((await logged()).length, 1);
    });

    it("that are no earlier try of another kind under the same id, are stored as well", async () => {
      await begin();
      const spooling = make(0);
      await store(await delivered(checkIn(), { id: "hapana-1" }));
      await cable.cut();
      const other = { clientID: "c", siteID: "s", status: "suspended" };
      await spooling.accept(
        "endpoint",
        store,
        await delivered(other, { id: "hapana-1", eventName: "clientStatusChange" }),
      );
      await cable.mend();
      spooling.follow("endpoint", store);
      await forwarded(spooling);
      assert.deepEqual(await logged(), [["hapana-1"], ["hapana-1"]]);
    });

    it("are stored beside one that the database does not take, for a reason of its own", async () => {
      await begin();
      const asked = new Client({ connectionString: storage.databaseUrl });
      await asked.connect();
      await asked.query(`create function refuse() returns trigger language plpgsql as $$ begin
        if new.document like '%unfit%' then raise exception using errcode = '22023'; end if; return new; end $$`);
      await asked.query("create trigger unfit before insert on hapana.events for each row execute function refuse()");
      await asked.end();
      const names = ["fit", "unfit", "as fit"];
      const all = await Promise.allSettled(
        names.map(async (name) => store(await delivered(checkIn({ firstName: name })))),
      );
      assert.deepEqual(
        all.map(({ status }) => status),
        ["fulfilled", "rejected", "fulfilled"],
      );
    });

    it("wait, where the database has lost its tables, or the endpoint has another database by now", async () => {
      await begin();
      const spooling = make(0);
      const asked = new Client({ connectionString: storage.databaseUrl });
      await asked.connect();
      await asked.query("drop schema hapana cascade");
      await asked.end();
      assert.ok((await spooling.accept("endpoint", store, await delivered(checkIn()))).isNew);
      const dispatcher = await inboxes.dispatcher(storage);
      const late: Store = async (each) => dispatcher.accept("endpoint", each);
      await dispatcher.close().catch(() => undefined);
      assert.ok((await spooling.accept("endpoint", late, await delivered(checkIn()))).isNew);
      await assert.rejects(late(await delivered(checkIn())), StoreError);
      spooling.follow("endpoint", (each) => inboxes.accept("endpoint", "memory", each));
      await forwarded(spooling);
    });
  });
});
