import assert from "node:assert/strict";
import { Inbox, type StoredEvent } from "../../../src/inbox/inbox";
import type { Tables } from "../../../src/inbox/tables";
import { checkIn, clientOf, delivered, endpoint, noon, storeCheckIns, subscriber, waits } from "../../support/inbox";
import { inEveryInbox } from "./every-inbox";

inEveryInbox("the inbox", (given) => {
  const { store, claim, isNew } = given;

  describe("storing", () => {
    it("gives back the event with its place, its delivery and its time", async () => {
      const body = checkIn({ clientID: "joe" });
      const [event] = await store(body, { id: "del_1" });
      assert.deepEqual(event, {
        sequence: event?.sequence,
        deliveryId: "del_1",
        receivedAt: new Date(noon).toISOString(),
        test: false,
        event: "checkIn",
        payload: event?.payload,
        siteID: "site",
        issues: [],
        body,
      });
      assert.equal(clientOf(event as StoredEvent), "joe");
    });

    it("keeps what it gave back", async () => {
      const [event] = await store({ ...checkIn(), unknownField: { deep: ["ü", null, 1] }, email: 5 });
      const [claimed] = await claim();
      assert.deepEqual(claimed?.event, event);
    });

    it("keeps an unrecognised event with the reason", async () => {
      const [event] = await store({ hello: "world" }, { eventName: undefined });
      const [claimed] = await claim();
      assert.match(claimed?.event.reason ?? "", /no clientID/);
      assert.equal(claimed?.event.reason, event?.reason);
      assert.deepEqual(claimed?.event.body, { hello: "world" });
    });

    it("gives every event a higher place than any before, also in a later inbox of the same tables", async () => {
      const before = await storeCheckIns(given.inbox, 3);
      given.inbox = new Inbox(given.tables);
      const later = await storeCheckIns(given.inbox, 3);
      const places = [...before, ...later].map(({ sequence }) => sequence);
      assert.deepEqual(
        places,
        [...new Set(places)].sort((one, other) => one - other),
      );
    });

    it("numbers the events of one body, and keeps their order", async () => {
      const stored = await store([checkIn(), checkIn(), checkIn()], { id: "del_9" });
      assert.deepEqual(
        stored.map((event) => event?.deliveryId),
        ["del_9#1", "del_9#2", "del_9#3"],
      );
      const claims = await claim();
      assert.deepEqual(
        claims.map(({ event }) => event),
        stored,
      );
    });

    it("keeps an event that nobody selects, for nobody", async () => {
      const [event] = await given.inbox.store(endpoint, await delivered(checkIn()), () => []);
      assert.ok(event);
      assert.equal(given.tables.events.list(endpoint, 0, 10).length, 1);
      assert.deepEqual(await claim(), []);
    });

    it("leaves nothing behind where a write fails in the middle", async () => {
      const fail = () => {
        throw new Error("broken");
      };
      const broken: Tables = { ...given.tables, waiting: { ...given.tables.waiting, put: fail } };
      const failing = new Inbox(broken);
      const delivery = await delivered(checkIn(), { id: "del_1" });
      await assert.rejects(failing.store(endpoint, delivery, () => [...waits]));
      assert.deepEqual(given.tables.events.list(endpoint, 0, 10), []);
      given.inbox = new Inbox(given.tables);
      assert.deepEqual(
        isNew(await given.inbox.store(endpoint, delivery, () => [...waits])),
        [true],
        "it is no duplicate",
      );
    });
  });

  describe("claiming", () => {
    it("goes in the order of arrival, and says how often an event was sent", async () => {
      const events = await storeCheckIns(given.inbox, 5);
      const claims = await claim();
      assert.deepEqual(
        claims.map(({ event }) => event.sequence),
        events.map(({ sequence }) => sequence),
      );
      assert.ok(claims.every(({ progress }) => progress.attempt === 1));
    });

    it("takes no more than there is room for, and says that there may be more", async () => {
      await storeCheckIns(given.inbox, 5);
      const first = await given.inbox.claim(subscriber, 3, true, noon);
      assert.deepEqual([first.claims.length, first.hasMore], [3, true]);
      const second = await given.inbox.claim(subscriber, 3, true, noon);
      assert.equal(second.claims.length, 2);
      assert.deepEqual(await given.inbox.claim(subscriber, 3, true, noon), { claims: [], hasMore: false });
    });

    it("gives each subscriber its own", async () => {
      const everybody = ["one", "other"].map((id) => ({ subscriber: id, inFlow: false }));
      await storeCheckIns(given.inbox, 2, everybody);
      for (const id of ["one", "other"]) assert.equal((await given.inbox.claim(id, 64, true, noon)).claims.length, 2);
    });

    it("leaves alone what went into the flow at once", async () => {
      await storeCheckIns(given.inbox, 1, [{ subscriber, inFlow: true }]);
      assert.deepEqual(await claim(), []);
      assert.equal(given.tables.inFlow.list(subscriber, 0, 10)[0]?.row.attempt, 1);
    });
  });

  describe("settling", () => {
    const settle = async (outcome: Parameters<Inbox["settle"]>[3]) => {
      const [event] = await storeCheckIns(given.inbox, 1);
      const [claimed] = await claim();
      assert.ok(event && claimed);
      await given.inbox.settle(subscriber, event.sequence, { ...claimed.progress, failures: 1 }, outcome);
      assert.deepEqual(given.tables.inFlow.list(subscriber, 0, 10), [], "it is in the flow no more");
      return event;
    };

    it("delivered: nothing is left to do", async () => {
      await settle({ kind: "delivered" });
      assert.deepEqual(await claim(), []);
    });

    it("waiting: it comes again, with a higher attempt", async () => {
      const { sequence } = await settle({ kind: "waiting" });
      const [again] = await claim();
      assert.deepEqual([again?.event.sequence, again?.progress.attempt], [sequence, 2]);
    });

    it("failed: it is kept with the error's text, and does not come again", async () => {
      const { sequence } = await settle({ kind: "failed", error: "no such member" });
      assert.deepEqual(await claim(), []);
      const failure = given.tables.failed.get(subscriber, sequence);
      assert.equal(failure?.error, "no such member");
      assert.ok(Date.parse(failure?.failedAt ?? "") > noon);
    });

    it("retry: it comes again when it is due, and not before", async () => {
      const { sequence } = await settle({ kind: "retry", at: noon + 1_000 });
      assert.equal(given.inbox.nextRetryAt(subscriber), noon + 1_000);
      assert.deepEqual(await claim(64, true, noon + 999), []);
      const [again] = await claim(64, true, noon + 1_000);
      assert.equal(again?.event.sequence, sequence);
      assert.deepEqual([again?.progress.attempt, again?.progress.failures], [2, 1]);
      assert.equal(given.inbox.nextRetryAt(subscriber), undefined);
    });

    it("retries that are due at the same time all come, and before what waits", async () => {
      const at = noon + 1_000;
      const due = [await settle({ kind: "retry", at }), await settle({ kind: "retry", at })];
      const waiting = await storeCheckIns(given.inbox, 1);
      assert.deepEqual(
        (await claim(64, true, at)).map(({ event }) => event.sequence),
        [...due, ...waiting].map(({ sequence }) => sequence),
      );
    });
  });
});
