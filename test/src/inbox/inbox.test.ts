import assert from "node:assert/strict";
import { type Claim, Inbox, isSuspect, type StoredEvent } from "../../../src/inbox/inbox";
import type { Tables } from "../../../src/inbox/tables";
import {
  checkIn,
  clientOf,
  delivered,
  endpoint,
  kinds,
  noon,
  openOnDisk,
  scratchFolder,
  storeCheckIns,
  subscriber,
  tidyUp,
  waits,
} from "../../support/inbox";

const minutes = 60_000;
const day = 24 * 60 * minutes;

for (const kind of kinds) {
  describe(`the inbox ${kind.name}`, () => {
    let tables: Tables;
    let inbox: Inbox;

    beforeEach(() => {
      tables = kind.open();
      inbox = new Inbox(tables);
    });
    afterEach(tidyUp);

    const store = async (...parameters: Parameters<typeof delivered>) =>
      inbox.store(endpoint, await delivered(...parameters), () => [...waits]);
    const claim = async (limit = 64, isFlowEmpty = true, now = noon, from = inbox): Promise<Claim[]> =>
      (await from.claim(subscriber, limit, isFlowEmpty, now)).claims;
    const isNew = (stored: readonly (StoredEvent | undefined)[]) => stored.map((event) => event !== undefined);
    /** Node-RED ends without being asked to, and starts anew. */
    const crash = (from = inbox) => from.recover(subscriber, true);

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
        const before = await storeCheckIns(inbox, 3);
        inbox = new Inbox(tables);
        const later = await storeCheckIns(inbox, 3);
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
        const [event] = await inbox.store(endpoint, await delivered(checkIn()), () => []);
        assert.ok(event);
        assert.equal(tables.events.list(endpoint, 0, 10).length, 1);
        assert.deepEqual(await claim(), []);
      });

      it("leaves nothing behind where a write fails in the middle", async () => {
        const fail = () => {
          throw new Error("broken");
        };
        const broken: Tables = { ...tables, waiting: { ...tables.waiting, put: fail } };
        const failing = new Inbox(broken);
        const delivery = await delivered(checkIn(), { id: "del_1" });
        await assert.rejects(failing.store(endpoint, delivery, () => [...waits]));
        assert.deepEqual(tables.events.list(endpoint, 0, 10), []);
        inbox = new Inbox(tables);
        assert.deepEqual(isNew(await inbox.store(endpoint, delivery, () => [...waits])), [true], "it is no duplicate");
      });
    });

    describe("duplicates", () => {
      it("the same delivery id is one, whatever is in it, however late", async () => {
        assert.deepEqual(isNew(await store(checkIn(), { id: "del_1" })), [true]);
        assert.deepEqual(isNew(await store(checkIn(), { id: "del_1", now: noon + day })), [false]);
        assert.deepEqual(isNew(await store([checkIn(), checkIn()], { id: "del_1" })), [false, false]);
      });

      it("the same delivery id at another endpoint is none", async () => {
        await store(checkIn(), { id: "del_1" });
        const delivery = await delivered(checkIn(), { id: "del_1" });
        assert.deepEqual(isNew(await inbox.store("another", delivery, () => [])), [true]);
      });

      it("of the same delivery id at the same time, one is stored", async () => {
        const deliveries = await Promise.all(Array.from({ length: 20 }, () => delivered(checkIn(), { id: "del_1" })));
        const stored = await Promise.all(deliveries.map((one) => inbox.store(endpoint, one, () => [...waits])));
        assert.equal(stored.filter(([event]) => event).length, 1);
        assert.equal((await claim()).length, 1);
      });

      it("the same body again within 10 minutes is one, whatever the delivery ids", async () => {
        const body = checkIn();
        assert.deepEqual(isNew(await store(body, { id: "del_1" })), [true]);
        assert.deepEqual(isNew(await store(body, { id: "del_2", now: noon + 10 * minutes })), [false]);
        assert.deepEqual(isNew(await store(body)), [false]);
      });

      it("the same body after more than 10 minutes is none", async () => {
        const body = checkIn();
        await store(body);
        assert.deepEqual(isNew(await store(body, { now: noon + 10 * minutes + 1 })), [true]);
      });

      it("a duplicate does not lengthen the 10 minutes", async () => {
        const body = checkIn();
        await store(body);
        await store(body, { now: noon + 9 * minutes });
        assert.deepEqual(isNew(await store(body, { now: noon + 11 * minutes })), [true]);
      });

      it("active, suspended, active is three events: only the latest can be repeated", async () => {
        const stored = [];
        for (const status of ["activePackage", "suspendedMembership", "activePackage"]) {
          stored.push(...(await store({ clientID: "joe", siteID: "s", status }, { eventName: "clientStatusChange" })));
        }
        assert.deepEqual(isNew(stored), [true, true, true]);
      });

      it("the same body of another event, client or endpoint is none", async () => {
        const body = { clientID: "joe", siteID: "s", firstName: "Joe" };
        await store(body, { eventName: "accountCreated" });
        assert.deepEqual(isNew(await store(body, { eventName: "clientUpdated" })), [true]);
        assert.deepEqual(isNew(await store({ ...body, clientID: "jim" }, { eventName: "accountCreated" })), [true]);
        const elsewhere = await delivered(body, { eventName: "accountCreated" });
        assert.deepEqual(isNew(await inbox.store("another", elsewhere, () => [])), [true]);
      });

      it("the same event twice in one body is stored once", async () => {
        const body = checkIn();
        assert.deepEqual(isNew(await store([body, body])), [true, false]);
      });

      it("in one body, active, suspended, active is three", async () => {
        const events = ["activePackage", "suspendedMembership", "activePackage"].map((status) => ({
          clientID: "joe",
          siteID: "s",
          status,
        }));
        assert.deepEqual(isNew(await store(events, { eventName: "clientStatusChange" })), [true, true, true]);
      });

      it("unrecognised events are none: nothing tells whose they are", async () => {
        const body = { hello: "world" };
        assert.deepEqual(isNew(await store(body, { eventName: undefined })), [true]);
        assert.deepEqual(isNew(await store(body, { eventName: undefined })), [true]);
      });
    });

    describe("claiming", () => {
      it("goes in the order of arrival, and says how often an event was sent", async () => {
        const events = await storeCheckIns(inbox, 5);
        const claims = await claim();
        assert.deepEqual(
          claims.map(({ event }) => event.sequence),
          events.map(({ sequence }) => sequence),
        );
        assert.ok(claims.every(({ progress }) => progress.attempt === 1));
      });

      it("takes no more than there is room for, and says that there may be more", async () => {
        await storeCheckIns(inbox, 5);
        const first = await inbox.claim(subscriber, 3, true, noon);
        assert.deepEqual([first.claims.length, first.hasMore], [3, true]);
        const second = await inbox.claim(subscriber, 3, true, noon);
        assert.equal(second.claims.length, 2);
        assert.deepEqual(await inbox.claim(subscriber, 3, true, noon), { claims: [], hasMore: false });
      });

      it("gives each subscriber its own", async () => {
        const everybody = ["one", "other"].map((id) => ({ subscriber: id, inFlow: false }));
        await storeCheckIns(inbox, 2, everybody);
        for (const id of ["one", "other"]) assert.equal((await inbox.claim(id, 64, true, noon)).claims.length, 2);
      });

      it("leaves alone what went into the flow at once", async () => {
        await storeCheckIns(inbox, 1, [{ subscriber, inFlow: true }]);
        assert.deepEqual(await claim(), []);
        assert.equal(tables.inFlow.list(subscriber, 0, 10)[0]?.row.attempt, 1);
      });
    });

    describe("settling", () => {
      const settle = async (outcome: Parameters<Inbox["settle"]>[3]) => {
        const [event] = await storeCheckIns(inbox, 1);
        const [claimed] = await claim();
        assert.ok(event && claimed);
        await inbox.settle(subscriber, event.sequence, { ...claimed.progress, failures: 1 }, outcome);
        assert.deepEqual(tables.inFlow.list(subscriber, 0, 10), [], "it is in the flow no more");
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
        const failure = tables.failed.get(subscriber, sequence);
        assert.equal(failure?.error, "no such member");
        assert.ok(Date.parse(failure?.failedAt ?? "") > noon);
      });

      it("retry: it comes again when it is due, and not before", async () => {
        const { sequence } = await settle({ kind: "retry", at: noon + 1_000 });
        assert.equal(inbox.nextRetryAt(subscriber), noon + 1_000);
        assert.deepEqual(await claim(64, true, noon + 999), []);
        const [again] = await claim(64, true, noon + 1_000);
        assert.equal(again?.event.sequence, sequence);
        assert.deepEqual([again?.progress.attempt, again?.progress.failures], [2, 1]);
        assert.equal(inbox.nextRetryAt(subscriber), undefined);
      });

      it("retries that are due at the same time all come, and before what waits", async () => {
        const at = noon + 1_000;
        const due = [await settle({ kind: "retry", at }), await settle({ kind: "retry", at })];
        const waiting = await storeCheckIns(inbox, 1);
        assert.deepEqual(
          (await claim(64, true, at)).map(({ event }) => event.sequence),
          [...due, ...waiting].map(({ sequence }) => sequence),
        );
      });
    });

    describe("after a start", () => {
      it("what was in the flow waits again, in its old place", async () => {
        const events = await storeCheckIns(inbox, 3);
        await claim(1);
        assert.deepEqual(await inbox.recover(subscriber, false), []);
        assert.deepEqual(
          (await claim()).map(({ event, progress }) => [event.sequence, progress.attempt]),
          events.map(({ sequence }, index) => [sequence, index === 0 ? 2 : 1]),
        );
      });

      it("an event that was in the flow at one crash is sent with the others", async () => {
        await storeCheckIns(inbox, 3);
        await claim();
        await crash();
        assert.equal((await claim()).length, 3);
      });

      it("events that were in the flow at two crashes are sent one by one, and alone", async () => {
        await storeCheckIns(inbox, 3);
        await claim();
        await crash();
        await claim(2);
        await crash();
        const beside = await inbox.claim(subscriber, 64, false, noon);
        assert.deepEqual(beside, { claims: [], hasMore: true }, "not beside anything else");
        const first = await claim();
        assert.equal(first.length, 1);
        assert.ok(first.every(({ progress }) => isSuspect(progress)));
        await inbox.settle(subscriber, first[0]?.event.sequence ?? 0, first[0]?.progress as never, {
          kind: "delivered",
        });
        const second = await claim();
        assert.equal(second.length, 1);
        assert.ok(second.every(({ progress }) => isSuspect(progress)));
        const third = await claim();
        assert.deepEqual(
          third.map(({ progress }) => isSuspect(progress)),
          [false],
          "the third was in the flow at one crash only",
        );
      });

      it("a retry that is due is not sent beside a suspect", async () => {
        const [retried] = await storeCheckIns(inbox, 1);
        const [claimed] = await claim();
        assert.ok(retried && claimed);
        await inbox.settle(subscriber, retried.sequence, claimed.progress, { kind: "retry", at: noon });
        const [suspect] = await storeCheckIns(inbox, 1, [{ subscriber, inFlow: true }]);
        await crash();
        await inbox.claim(subscriber, 64, true, noon - 1);
        await crash();
        const due = await inbox.claim(subscriber, 64, true, noon);
        assert.deepEqual(
          due.claims.map(({ event }) => event.sequence),
          [retried.sequence],
        );
        assert.equal(due.hasMore, true);
        await inbox.settle(subscriber, retried.sequence, claimed.progress, { kind: "delivered" });
        assert.deepEqual(
          (await claim()).map(({ event }) => event.sequence),
          [suspect?.sequence],
        );
      });

      it("an event that was in the flow at three crashes in a row is set aside as failed", async () => {
        const [poison] = await storeCheckIns(inbox, 1);
        for (let crashes = 1; crashes <= 2; crashes += 1) {
          await claim();
          assert.deepEqual(await crash(), []);
        }
        await claim();
        const [failure] = await crash();
        assert.match(failure?.error ?? "", /ended 3 times in a row/);
        assert.deepEqual(await claim(), []);
        assert.equal(tables.failed.list(subscriber, 0, 10)[0]?.sequence, poison?.sequence);
      });

      it("a shutdown in between begins the count anew", async () => {
        await storeCheckIns(inbox, 1);
        for (const crashed of [true, true, false, true, true]) {
          await claim();
          assert.deepEqual(await inbox.recover(subscriber, crashed), []);
        }
        assert.equal((await claim()).length, 1);
      });
    });

    describe("handing on late arrivals", () => {
      it("gives them to whoever is there now, in the order of arrival, before what comes later", async () => {
        const late = await storeCheckIns(inbox, 450, [{ subscriber: "late", inFlow: false }]);
        const later = await storeCheckIns(inbox, 1);
        await inbox.reroute("late", () => [subscriber, "other"]);
        assert.deepEqual(
          (await claim(1_000)).map(({ event }) => event.sequence),
          [...late, ...later].map(({ sequence }) => sequence),
        );
        assert.equal((await inbox.claim("other", 1_000, true, noon)).claims.length, 450);
        assert.deepEqual(tables.waiting.list("late", 0, 1), []);
      });

      it("lets go of what nobody wants", async () => {
        await storeCheckIns(inbox, 2, [{ subscriber: "late", inFlow: false }]);
        await inbox.reroute("late", () => []);
        assert.deepEqual(tables.waiting.list("late", 0, 1), []);
      });

      it("done twice at the same time, gives each once", async () => {
        await storeCheckIns(inbox, 250, [{ subscriber: "late", inFlow: false }]);
        await Promise.all([1, 2].map(() => inbox.reroute("late", () => [subscriber])));
        assert.equal((await claim(1_000)).length, 250);
      });
    });

    describe("pruning", () => {
      const prune = (subscribers = [subscriber]) => inbox.prune(endpoint, noon + day, subscribers);

      it("removes what is older than the retention, and what was known of its duplicates", async () => {
        const body = checkIn();
        await store(body, { id: "del_1" });
        const [claimed] = await claim();
        await inbox.settle(subscriber, claimed?.event.sequence ?? 0, claimed?.progress as never, { kind: "delivered" });
        await storeCheckIns(inbox, 1, [], noon + 2 * day);
        assert.equal(await prune(), 1);
        assert.equal(tables.events.list(endpoint, 0, 10).length, 1);
        assert.deepEqual(isNew(await store(body, { id: "del_1", now: noon + 2 * day })), [true]);
      });

      it("removes thousands in small steps", async () => {
        const delivery = await delivered(Array.from({ length: 1_050 }, () => checkIn()));
        await inbox.store(endpoint, delivery, () => []);
        let steps = 0;
        const counted: Tables = {
          ...tables,
          transaction(operation, until) {
            steps += 1;
            return tables.transaction(operation, until);
          },
        };
        assert.equal(await new Inbox(counted).prune(endpoint, noon + day, []), 1_050);
        assert.equal(steps, 6);
        assert.deepEqual(tables.events.list(endpoint, 0, 10), []);
      });

      it("keeps what waits, what is in the flow, and what is to be sent again, however old", async () => {
        const [retried, inFlow, waiting] = await storeCheckIns(inbox, 3);
        const claims = await claim(2);
        await inbox.settle(subscriber, retried?.sequence ?? 0, claims[0]?.progress as never, {
          kind: "retry",
          at: noon,
        });
        assert.equal(await prune(), 0);
        assert.deepEqual(
          tables.events.list(endpoint, 0, 10).map(({ sequence }) => sequence),
          [retried, inFlow, waiting].map((event) => event?.sequence),
        );
      });

      it("goes on behind what is kept", async () => {
        await storeCheckIns(inbox, 250);
        await storeCheckIns(inbox, 10, []);
        assert.equal(await prune(), 10);
      });

      it("removes a failure with its event", async () => {
        const [event] = await storeCheckIns(inbox, 1);
        const [claimed] = await claim();
        await inbox.settle(subscriber, event?.sequence ?? 0, claimed?.progress as never, {
          kind: "failed",
          error: "no such member",
        });
        assert.equal(await prune(), 1);
        assert.deepEqual(tables.failed.list(subscriber, 0, 10), []);
      });

      it("removes what is kept for a node that is no longer there", async () => {
        await storeCheckIns(inbox, 2, [
          { subscriber: "gone", inFlow: false },
          { subscriber: "long gone", inFlow: true },
        ]);
        assert.equal(await prune(), 2);
        for (const table of [tables.waiting, tables.inFlow]) assert.deepEqual(table.owners(), []);
      });

      it("leaves other endpoints alone", async () => {
        await inbox.store("another", await delivered(checkIn()), () => []);
        assert.equal(await prune(), 0);
        assert.equal(tables.events.list("another", 0, 10).length, 1);
      });

      it("keeps what the newest event of a client is compared with", async () => {
        const body = checkIn();
        await store(body);
        await claim();
        await store({ ...body, checkInStatus: "Invalid" }, { now: noon + 2 * day });
        await prune([]);
        assert.deepEqual(isNew(await store({ ...body, checkInStatus: "Invalid" }, { now: noon + 2 * day })), [false]);
      });
    });
  });
}

describe("the inbox on disk, opened again", () => {
  afterEach(tidyUp);

  it("still knows what waits, what failed, what is to be sent again, and every duplicate", async () => {
    const folder = scratchFolder();
    const store = openOnDisk(folder);
    const before = new Inbox(store.tables);
    const body = checkIn();
    await before.store(endpoint, await delivered(body, { id: "del_1" }), () => [...waits]);
    const events = await storeCheckIns(before, 3);
    const { claims } = await before.claim(subscriber, 3, true, noon);
    const [, retried, failed] = claims;
    assert.ok(retried && failed);
    await before.settle(subscriber, retried.event.sequence, retried.progress, { kind: "retry", at: noon });
    await before.settle(subscriber, failed.event.sequence, failed.progress, { kind: "failed", error: "no" });
    await store.tables.close();

    const again = openOnDisk(folder);
    const after = new Inbox(again.tables);
    assert.deepEqual(await after.store(endpoint, await delivered(checkIn(), { id: "del_1" }), () => []), [undefined]);
    assert.deepEqual(await after.store(endpoint, await delivered(body), () => []), [undefined]);
    assert.equal(again.tables.failed.get(subscriber, failed.event.sequence)?.error, "no");
    await after.recover(subscriber, again.crashed);
    assert.deepEqual(
      (await after.claim(subscriber, 64, true, noon)).claims.map(({ event }) => event.sequence),
      [retried.event.sequence, claims[0]?.event.sequence, events[2]?.sequence],
    );
    const [newest] = await storeCheckIns(after, 1);
    assert.ok((newest?.sequence ?? 0) > (events[2]?.sequence ?? 0));
  });

  it("knows a repetition although other endpoints had their last event long before", async () => {
    const folder = scratchFolder();
    const store = openOnDisk(folder);
    const before = new Inbox(store.tables);
    const body = checkIn();
    for (const [owner, hours] of [
      ["a", 2],
      ["m", 0],
      ["x", 1],
      ["z", 3],
    ] as const) {
      await before.store(owner, await delivered(body, { now: noon - hours * 60 * 60_000 }), () => []);
    }
    await store.tables.close();
    const after = new Inbox(openOnDisk(folder).tables);
    await after.store("z", await delivered(checkIn(), { now: noon + 1 }), () => []);
    assert.deepEqual(await after.store("m", await delivered(body, { now: noon + 60_000 }), () => []), [undefined]);
  });

  it("takes no event for a repetition because the clock was wrong for a while", async () => {
    const folder = scratchFolder();
    const store = openOnDisk(folder);
    const before = new Inbox(store.tables);
    const minute = 60_000;
    const [client, other] = [checkIn(), checkIn()];
    const changed = { ...client, checkInStatus: "Invalid" };
    for (const [body, minutes] of [
      [client, 0],
      [checkIn(), 1],
      [other, 33],
      [changed, 2],
    ] as const) {
      await before.store(endpoint, await delivered(body, { now: noon + minutes * minute }), () => []);
    }
    await store.tables.close();
    const after = new Inbox(openOnDisk(folder).tables);
    const [again] = await after.store(endpoint, await delivered(client, { now: noon + 4 * minute }), () => []);
    assert.ok(again, "valid, invalid, valid are three events");
  });

  it("writes what it has taken before it is closed", async () => {
    const folder = scratchFolder();
    const { tables } = openOnDisk(folder);
    const body = checkIn();
    const stored = new Inbox(tables).store(endpoint, await delivered(body), () => []);
    await tables.close();
    assert.equal((await stored).length, 1);
    const after = new Inbox(openOnDisk(folder).tables);
    assert.deepEqual(await after.store(endpoint, await delivered(body), () => []), [undefined]);
  });

  it("knows every repetition of thousands, which are recalled bit by bit", async () => {
    const folder = scratchFolder();
    const store = openOnDisk(folder);
    const bodies = Array.from({ length: 1_700 }, () => checkIn());
    await new Inbox(store.tables).store(endpoint, await delivered(bodies), () => []);
    await store.tables.close();
    const after = new Inbox(openOnDisk(folder).tables);
    const repeated = await after.store(endpoint, await delivered([...bodies, checkIn()]), () => []);
    assert.deepEqual(
      repeated.map((event) => event !== undefined),
      [...bodies.map(() => false), true],
    );
  });

  it("never gives out a place twice, also where the transaction that set it aside was refused", async () => {
    const folder = scratchFolder();
    const { tables } = openOnDisk(folder);
    const broken: Tables = {
      ...tables,
      waiting: {
        ...tables.waiting,
        put() {
          throw new Error("broken");
        },
      },
    };
    const inbox = new Inbox(broken);
    // While this is being written, the two gather for the same commit.
    void inbox.recover(subscriber, false);
    const delivery = await delivered(checkIn());
    const refused = inbox.store(endpoint, delivery, () => [...waits]);
    const [kept] = await Promise.all([inbox.store(endpoint, delivery, () => []), assert.rejects(refused)]);
    await tables.close();
    const [next] = await storeCheckIns(new Inbox(openOnDisk(folder).tables), 1);
    assert.ok((next?.sequence ?? 0) > (kept[0]?.sequence ?? 0));
  });
});
