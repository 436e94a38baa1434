import assert from "node:assert/strict";
import type { Claim } from "../../../../src/inbox/inbox";
import type { LevelInbox } from "../../../../src/inbox/level/level-inbox";
import { memorySource } from "../../../../src/inbox/level/memory-source";
import { StoreError } from "../../../../src/inbox/store-error";
import { delivered } from "../../../support/deliveries";
import { turnOfTheLoop } from "../../engine/support";
import { justOne, settleAll } from "./claims";
import { clientsFrom, closeAfterEach, drain, openAt } from "./folders";

closeAfterEach();

const isFree = () => true;

describe("what goes into the flow as it is stored", () => {
  async function openInMemory() {
    const source = memorySource();
    const { inbox } = await openAt(source);
    await inbox.subscribers(justOne);
    const { level } = await source.open(() => {});
    const keysOf = (kind: string) => level.keys({ gte: kind, lt: `${kind}~` }).all();
    return { source, inbox, level, keysOf };
  }

  const storeAtOnce = async (inbox: { store: LevelInbox["store"] }, clients: readonly string[]): Promise<Claim[]> => {
    const deliveries = await Promise.all(
      clients.map((clientID) => delivered({ clientID, siteID: "site" }, { id: clientID })),
    );
    const stored = await Promise.all(deliveries.map((delivery) => inbox.store("endpoint", delivery, isFree)));
    return stored.flatMap(({ events }) => events.flatMap(({ claims }) => claims));
  };

  it("is written in one row for all of a batch, which goes with the last of them", async () => {
    const { inbox, keysOf } = await openInMemory();
    const [first, ...others] = await storeAtOnce(inbox, clientsFrom(0, 20));
    assert.equal(others.length, 19);
    assert.deepEqual([(await keysOf("b")).length, (await keysOf("w")).length], [1, 0]);
    await settleAll(inbox, others);
    assert.deepEqual([(await keysOf("b")).length, (await keysOf("d")).length], [1, 19]);
    await settleAll(inbox, first ? [first] : []);
    assert.deepEqual([(await keysOf("b")).length, (await keysOf("d")).length, (await keysOf("w")).length], [0, 20, 0]);
  });

  it("comes again after a crash, as a second attempt, and what was done of its batch does not", async () => {
    const { inbox, source } = await openInMemory();
    const claims = await storeAtOnce(inbox, clientsFrom(0, 6));
    const outcomes = [
      { kind: "delivered" as const, milliseconds: 1 },
      { kind: "failed" as const, error: "no", milliseconds: 1 },
      { kind: "waiting" as const },
      { kind: "slow" as const },
      { kind: "retry" as const, error: "no", after: 0 },
    ];
    for (const [index, outcome] of outcomes.entries()) await settleAll(inbox, claims.slice(index, index + 1), outcome);
    const again = (await openAt(source)).inbox;
    await again.subscribers(justOne);
    await turnOfTheLoop();
    const { events } = await again.list({});
    const attempts = new Map(events.map(({ event, recipients }) => [event.sequence, recipients[0]?.attempts]));
    assert.deepEqual([...attempts.values()].reverse(), [1, 1, 1, 1, 1, 1]);
    await new Promise((resolve) => setTimeout(resolve, 10));
    const came = await drain(again);
    assert.deepEqual(came.sort(), clientsFrom(2, 4).sort());
  });

  it("that another has taken over comes to the first no more, also after a crash", async () => {
    const { inbox, source } = await openInMemory();
    const [moved = assert.fail()] = await storeAtOnce(inbox, ["moved", "hanging"]);
    await settleAll(inbox, [moved], { kind: "waiting" });
    const [one = assert.fail()] = justOne.subscribers;
    await inbox.subscribers({ ...justOne, subscribers: [{ ...one, id: "two" }] });
    const again = (await openAt(source)).inbox;
    await again.subscribers({ ...justOne, subscribers: [one, { ...one, id: "two" }] });
    await turnOfTheLoop();
    const { events } = await again.list({});
    const waitingFor = events.map(({ recipients }) => recipients.map(({ subscriber }) => subscriber));
    assert.deepEqual(waitingFor, [["one"], ["two"]]);
  });

  it("is in the flow as long as what has become of it is not written", async () => {
    const { inbox } = await openInMemory();
    const [claim = assert.fail()] = await storeAtOnce(inbox, ["one"]);
    const stateOf = async () => (await inbox.list({})).events[0]?.recipients.map(({ state }) => state);
    assert.deepEqual(await stateOf(), ["inFlow"]);
    const settled = settleAll(inbox, [claim]);
    assert.deepEqual(await stateOf(), ["inFlow"]);
    await settled;
    assert.deepEqual(await stateOf(), ["delivered"]);
  });

  it("that could not be stored leaves nothing behind, also where it fails again and again", async () => {
    const source = memorySource();
    let isFull = false;
    const { inbox } = await openAt({
      ...source,
      async open(...rest) {
        if (isFull) throw new StoreError("ENOSPC");
        const opened = await source.open(...rest);
        const write: typeof opened.write = async (...writes) => {
          if (isFull) throw new StoreError("ENOSPC");
          return opened.write(...writes);
        };
        return { ...opened, write, close: async () => {} };
      },
    });
    await inbox.subscribers(justOne);
    const { level } = await source.open(() => {});
    isFull = true;
    for (let time = 0; time < 3; time += 1)
      await assert.rejects(storeAtOnce(inbox, clientsFrom(time * 10, 5)), { code: "ENOSPC" });
    isFull = false;
    let claims: Claim[] = [];
    for (let time = 0; claims.length === 0 && time < 300; time += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      claims = await storeAtOnce(inbox, ["later"]).catch(() => []);
    }
    await settleAll(inbox, claims);
    await turnOfTheLoop();
    const rows = await level.keys({ gte: "b", lt: "b~" }).all();
    assert.deepEqual(rows, []);
    assert.equal((await inbox.list({})).events.length, 1);
  });

  it("leaves nothing behind where the store is asked for an earlier event of the client, and refuses", async () => {
    const { inbox, keysOf, level } = await openInMemory();
    const list = (...clients: string[]) =>
      delivered(
        clients.map((clientID) => ({ clientID, siteID: "site" })),
        { eventName: "accountCreated" },
      );
    const { events } = await inbox.store("endpoint", await list("known"), isFree);
    await settleAll(
      inbox,
      events.flatMap(({ claims }) => claims),
    );
    const { getSync } = level;
    level.getSync = () => {
      throw new StoreError("EIO");
    };
    await assert.rejects(inbox.store("endpoint", await list("new", "known"), isFree), { code: "EIO" });
    level.getSync = getSync;
    await settleAll(inbox, await storeAtOnce(inbox, ["later"]));
    assert.deepEqual(await keysOf("b"), []);
  });

  it("is not ignored in the log as long as it is found out, after a crash, what is open", async () => {
    const { inbox, source } = await openInMemory();
    await storeAtOnce(inbox, ["one"]);
    const again = (await openAt(source)).inbox;
    const states = new Set<string>();
    for (let time = 0; time < 20; time += 1) {
      const [logged = assert.fail()] = (await again.list({})).events;
      await turnOfTheLoop(1);
      states.add(logged.state ?? logged.recipients.map(({ state }) => state).join());
    }
    assert.deepEqual([...states], ["inFlow", "waiting"]);
  });

  it("is kept by what makes room, and by pruning as long as its node is there, and goes with the node", async () => {
    const { inbox, keysOf } = await openInMemory();
    const [first = assert.fail(), second = assert.fail()] = await storeAtOnce(inbox, ["one", "two"]);
    await settleAll(inbox, [second]);
    const later = Date.parse("2026-05-12T07:52:10.000Z");
    assert.deepEqual(await inbox.prune(later), { removed: 1, untaken: 0 });
    assert.equal((await inbox.list({})).events.length, 1);
    await inbox.subscribers({ ...justOne, subscribers: [] });
    assert.deepEqual(await inbox.prune(later), { removed: 1, untaken: 1 });
    assert.deepEqual(await keysOf("b"), []);
    await settleAll(inbox, [first]);
    assert.deepEqual([await keysOf("d"), await keysOf("w")], [[], []]);
  });
});
