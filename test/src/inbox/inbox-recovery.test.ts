import assert from "node:assert/strict";
import { isSuspect } from "../../../src/inbox/inbox";
import { noon, storeCheckIns, subscriber } from "../../support/inbox";
import { inEveryInbox } from "./every-inbox";

inEveryInbox("what was left over", (given) => {
  const { claim, crash } = given;

  describe("after a start", () => {
    it("what was in the flow waits again, in its old place", async () => {
      const events = await storeCheckIns(given.inbox, 3);
      await claim(1);
      assert.deepEqual(await given.inbox.recover(subscriber, false), []);
      assert.deepEqual(
        (await claim()).map(({ event, progress }) => [event.sequence, progress.attempt]),
        events.map(({ sequence }, index) => [sequence, index === 0 ? 2 : 1]),
      );
    });

    it("an event that was in the flow at one crash is sent with the others", async () => {
      await storeCheckIns(given.inbox, 3);
      await claim();
      await crash();
      assert.equal((await claim()).length, 3);
    });

    it("events that were in the flow at two crashes are sent one by one, and alone", async () => {
      await storeCheckIns(given.inbox, 3);
      await claim();
      await crash();
      await claim(2);
      await crash();
      const beside = await given.inbox.claim(subscriber, 64, false, noon);
      assert.deepEqual(beside, { claims: [], hasMore: true }, "not beside anything else");
      const first = await claim();
      assert.equal(first.length, 1);
      assert.ok(first.every(({ progress }) => isSuspect(progress)));
      await given.inbox.settle(subscriber, first[0]?.event.sequence ?? 0, first[0]?.progress as never, {
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
      const [retried] = await storeCheckIns(given.inbox, 1);
      const [claimed] = await claim();
      assert.ok(retried && claimed);
      await given.inbox.settle(subscriber, retried.sequence, claimed.progress, { kind: "retry", at: noon });
      const [suspect] = await storeCheckIns(given.inbox, 1, [{ subscriber, inFlow: true }]);
      await crash();
      await given.inbox.claim(subscriber, 64, true, noon - 1);
      await crash();
      const due = await given.inbox.claim(subscriber, 64, true, noon);
      assert.deepEqual(
        due.claims.map(({ event }) => event.sequence),
        [retried.sequence],
      );
      assert.equal(due.hasMore, true);
      await given.inbox.settle(subscriber, retried.sequence, claimed.progress, { kind: "delivered" });
      assert.deepEqual(
        (await claim()).map(({ event }) => event.sequence),
        [suspect?.sequence],
      );
    });

    it("an event that was in the flow at three crashes in a row is set aside as failed", async () => {
      const [poison] = await storeCheckIns(given.inbox, 1);
      for (let crashes = 1; crashes <= 2; crashes += 1) {
        await claim();
        assert.deepEqual(await crash(), []);
      }
      await claim();
      const [failure] = await crash();
      assert.match(failure?.error ?? "", /ended 3 times in a row/);
      assert.deepEqual(await claim(), []);
      assert.equal(given.tables.failed.list(subscriber, 0, 10)[0]?.sequence, poison?.sequence);
    });

    it("a shutdown in between begins the count anew", async () => {
      await storeCheckIns(given.inbox, 1);
      for (const crashed of [true, true, false, true, true]) {
        await claim();
        assert.deepEqual(await given.inbox.recover(subscriber, crashed), []);
      }
      assert.equal((await claim()).length, 1);
    });
  });

  describe("handing on late arrivals", () => {
    it("gives them to whoever is there now, in the order of arrival, before what comes later", async () => {
      const late = await storeCheckIns(given.inbox, 450, [{ subscriber: "late", inFlow: false }]);
      const later = await storeCheckIns(given.inbox, 1);
      await given.inbox.reroute("late", () => [subscriber, "other"]);
      assert.deepEqual(
        (await claim(1_000)).map(({ event }) => event.sequence),
        [...late, ...later].map(({ sequence }) => sequence),
      );
      assert.equal((await given.inbox.claim("other", 1_000, true, noon)).claims.length, 450);
      assert.deepEqual(given.tables.waiting.list("late", 0, 1), []);
    });

    it("lets go of what nobody wants", async () => {
      await storeCheckIns(given.inbox, 2, [{ subscriber: "late", inFlow: false }]);
      await given.inbox.reroute("late", () => []);
      assert.deepEqual(given.tables.waiting.list("late", 0, 1), []);
    });

    it("done twice at the same time, gives each once", async () => {
      await storeCheckIns(given.inbox, 250, [{ subscriber: "late", inFlow: false }]);
      await Promise.all([1, 2].map(() => given.inbox.reroute("late", () => [subscriber])));
      assert.equal((await claim(1_000)).length, 250);
    });
  });
});
