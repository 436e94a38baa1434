import assert from "node:assert/strict";
import { delivered } from "../../../support/deliveries";
import { waitFor } from "../../../support/wait-for";
import { closeAfterEach, drain, justOne, newFolder, openAt, settleAll } from "./folders";

closeAfterEach();

const day = 24 * 60 * 60_000;
const realNow = Date.now;

/** Sets the machine's clock, as far as this process sees it. */
function setClock(offset: number): void {
  Date.now = () => realNow() + offset;
}

const at = async (id: string, offset: number) =>
  delivered({ clientID: id, siteID: "s" }, { id, now: realNow() + offset });

describe("an inbox whose clock is set", () => {
  afterEach(() => {
    Date.now = realNow;
  });

  for (const [what, offset] of [
    ["back by two days", -2 * day],
    ["forward by ten years", 3_650 * day],
  ] as const) {
    it(`${what} between two runs: a retry waits no longer than a minute, and nothing spins`, async () => {
      const folder = newFolder();
      const first = await openAt(folder);
      await first.inbox.subscribers(justOne);
      await first.inbox.store("endpoint", await at("one", 0));
      await settleAll(first.inbox, await first.inbox.claim("one", 1), { kind: "retry", error: "no", after: 40 });
      await first.inbox.close();
      setClock(offset);
      const second = await openAt(folder);
      let wakes = 0;
      second.inbox.watch("one", () => {
        wakes += 1;
      });
      await second.inbox.subscribers(justOne);
      assert.equal(second.inbox.counts().subscribers[0]?.waiting, 1);
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.ok(wakes < 10, `woken ${wakes} times`);
      // What was due at a time that is two days away waits a minute: see due-queue.test.ts.
      if (offset > 0) assert.deepEqual(await drain(second.inbox), ["one"]);
    });

    it(`${what} during a run: what is due comes when it is due`, async () => {
      const { inbox } = await openAt(newFolder());
      await inbox.subscribers(justOne);
      await inbox.store("endpoint", await at("one", 0));
      await settleAll(inbox, await inbox.claim("one", 1), { kind: "retry", error: "no", after: 30 });
      setClock(offset);
      await waitFor(
        async () => ((await drain(inbox)).length > 0 ? true : undefined),
        () => "it never comes",
      );
    });
  }

  it("back by two days: what came before and after is pruned in its time", async () => {
    const { inbox } = await openAt(newFolder());
    await inbox.subscribers(justOne);
    await inbox.store("endpoint", await at("before", 0));
    setClock(-2 * day);
    await inbox.store("endpoint", await at("after", -2 * day));
    await drain(inbox);
    assert.equal((await inbox.prune(realNow() + 4.9 * day)).removed, 0);
    assert.equal((await inbox.prune(realNow() + 7.1 * day)).removed, 2);
  });

  it("forward by ten years and back again: what came meanwhile holds up nothing for longer than its own retention", async () => {
    const { inbox } = await openAt(newFolder());
    await inbox.subscribers(justOne);
    await inbox.store("endpoint", await at("future", 3_650 * day));
    await inbox.store("endpoint", await at("now", 0));
    assert.deepEqual(await drain(inbox), ["future", "now"]);
    assert.equal((await inbox.prune(realNow())).removed, 0);
    assert.equal((await inbox.prune(realNow() + 7.1 * day)).removed, 2);
  });

  it("forward by a year, and back again: the log tells of a time all that was received then", async () => {
    const folder = newFolder();
    let { inbox } = await openAt(folder);
    let count = 0;
    // More of each than lie so near that they are looked at anyway.
    const receive = async (offset: number) => {
      const one = async () => inbox.store("endpoint", await at(`client-${count++}`, offset));
      await Promise.all(Array.from({ length: 1_500 }, one));
    };
    await inbox.subscribers(justOne);
    await receive(-2 * day);
    await receive(365 * day);
    await inbox.close();
    ({ inbox } = await openAt(folder));
    await receive(0);
    const within = { from: realNow() - 3 * day, to: realNow() + day };
    assert.equal((await inbox.count(within)).count, 3_000);
    await inbox.close();
    ({ inbox } = await openAt(folder));
    assert.equal((await inbox.count(within)).count, 3_000);
  });
});
