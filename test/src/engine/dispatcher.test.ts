import assert from "node:assert/strict";
import fc from "fast-check";
import { Dispatcher } from "../../../src/engine/dispatcher";
import { maxInFlow } from "../../../src/engine/queue";
import type { LevelInbox } from "../../../src/inbox/level/level-inbox";
import { memorySource } from "../../../src/inbox/level/memory-source";
import { StoreError } from "../../../src/inbox/store-error";
import { delivered } from "../../support/deliveries";
import { memoryInbox, newCheckIn, presentOf, storeWaiting, TestFlow, turnOfTheLoop } from "./support";

describe("a dispatcher", () => {
  let inbox: LevelInbox;
  let dispatcher: Dispatcher;
  beforeEach(async () => {
    inbox = await memoryInbox();
    dispatcher = new Dispatcher(inbox, (error) => assert.fail(String(error)));
  });
  afterEach(() => dispatcher.close());

  async function start(...flows: TestFlow[]) {
    const announced = dispatcher.announce(presentOf(...flows));
    dispatcher.start(flows);
    await announced;
    await turnOfTheLoop();
  }

  async function accept(count: number): Promise<string[]> {
    const arrivals = await Promise.all(Array.from({ length: count }, newCheckIn));
    await Promise.all(arrivals.map(({ delivery }) => dispatcher.accept("endpoint", delivery)));
    await turnOfTheLoop();
    return arrivals.map(({ clientID }) => clientID);
  }

  it("sends an event to every flow that selects it, in the order of arrival, also more than find a place", async () => {
    const [one, two] = [new TestFlow("one", { result: { kind: "delivered" } }), new TestFlow("two")];
    await start(one, two);
    const clients = await accept(150);
    await turnOfTheLoop(20);
    assert.deepEqual(one.clients, clients);
    assert.deepEqual(two.clients, clients.slice(0, 64));
    while (two.sent.length < 150) {
      for (const { finish } of two.sent) finish({ kind: "delivered" });
      await turnOfTheLoop();
    }
    assert.deepEqual(two.clients, clients);
  });

  it("keeps the order of arrival, and to the places of the flow, however events come and a flow finishes", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ come: fc.nat({ max: 90 }), finish: fc.nat({ max: 100 }), turns: fc.nat({ max: 2 }) }), {
          minLength: 3,
          maxLength: 25,
        }),
        async (steps) => {
          const own = new Dispatcher(await memoryInbox(), (error) => assert.fail(String(error)));
          const flow = new TestFlow();
          void own.announce(presentOf(flow));
          own.start([flow]);
          const accepted: string[] = [];
          let finished = 0;
          const finish = (count: number) => {
            const ended = flow.sent.slice(finished, finished + count);
            for (const event of ended) event.finish({ kind: "delivered" });
            finished += ended.length;
          };
          for (const { come, finish: count, turns } of steps) {
            for (const { clientID, delivery } of await Promise.all(Array.from({ length: come }, newCheckIn))) {
              accepted.push(clientID);
              void own.accept("endpoint", delivery);
            }
            finish(count);
            await turnOfTheLoop(turns);
            assert.ok(flow.sent.length - finished <= maxInFlow, `${flow.sent.length - finished} in the flow`);
          }
          for (let turn = 0; flow.sent.length < accepted.length && turn < 500; turn += 1) {
            finish(maxInFlow);
            await turnOfTheLoop();
          }
          assert.deepEqual(flow.clients, accepted);
          finish(maxInFlow);
          await own.close();
        },
      ),
      { numRuns: Number(process.env.PROPERTY_CASES ?? 40) },
    );
  }).timeout(120_000);

  it("keeps the order of arrival where a list repeats an event that is still being stored", async () => {
    const flow = new TestFlow();
    await start(flow);
    const of = (...clients: string[]) => {
      const [first, ...others] = clients.map((clientID) => ({ clientID, siteID: "site" }));
      // Of a list of one, the body is the list: it would be another than the item of a longer one.
      return delivered(others.length > 0 ? [first, ...others] : first, { eventName: "accountCreated" });
    };
    const deliveries = [await of("first"), await of("first", "second"), await of("third")];
    await Promise.all(deliveries.map((delivery) => dispatcher.accept("endpoint", delivery)));
    assert.deepEqual(flow.clients, ["first", "second", "third"]);
  });

  describe("where the store is slow", () => {
    let letWrite: () => void;
    beforeEach(async () => {
      const source = memorySource();
      let written: Promise<void> = Promise.resolve();
      inbox = await memoryInbox({
        ...source,
        async open(...rest) {
          const opened = await source.open(...rest);
          const write: typeof opened.write = async (...writes) => {
            await written;
            return opened.write(...writes);
          };
          return { ...opened, write };
        },
      });
      dispatcher = new Dispatcher(inbox, (error) => assert.fail(String(error)));
      letWrite = () => {};
      holdWrites = () => {
        written = new Promise((resolve) => {
          letWrite = resolve;
        });
      };
    });
    let holdWrites: () => void;

    it("keeps the order of arrival over a restart of the flows", async () => {
      const stopped = new TestFlow();
      await start(stopped);
      await accept(maxInFlow - 4);
      holdWrites();
      const letWriteFirst = letWrite;
      const arrivals = await Promise.all(Array.from({ length: 11 }, newCheckIn));
      const [last = assert.fail(), ...others] = arrivals.toReversed().map(({ delivery }) => delivery);
      const accepting = others.reverse().map((delivery) => dispatcher.accept("endpoint", delivery));
      await turnOfTheLoop();
      accepting.push(dispatcher.accept("endpoint", last));
      holdWrites();
      letWriteFirst();
      // Some are next in line, and the last is still being stored.
      await turnOfTheLoop();
      for (const { finish } of stopped.sent) finish({ kind: "interrupted" });
      void dispatcher.stop();
      const next = new TestFlow("flow", { result: { kind: "delivered" } });
      void dispatcher.announce(presentOf(next));
      dispatcher.start([next]);
      await turnOfTheLoop();
      letWrite();
      await Promise.all(accepting);
      await turnOfTheLoop(20);
      const firstAttempts = next.sent.filter(({ attempt }) => attempt === 1).map(({ client }) => client);
      const clients = arrivals.map(({ clientID }) => clientID);
      assert.deepEqual([...stopped.clients.slice(maxInFlow - 4), ...firstAttempts], clients);
    });

    it("keeps the order of arrival where a node goes, and is back before all is stored", async () => {
      await start(new TestFlow());
      holdWrites();
      const [first, before] = [await newCheckIn(), await newCheckIn()];
      const accepting = [dispatcher.accept("endpoint", first.delivery)];
      await turnOfTheLoop();
      accepting.push(dispatcher.accept("endpoint", before.delivery));
      dispatcher.start([]);
      const back = new TestFlow();
      dispatcher.start([back]);
      await turnOfTheLoop();
      const after = await newCheckIn();
      accepting.push(dispatcher.accept("endpoint", after.delivery));
      letWrite();
      await Promise.all(accepting);
      await turnOfTheLoop(20);
      assert.deepEqual(back.clients, [first.clientID, before.clientID, after.clientID]);
    });
  });

  it("tells whether anything was new, by which id it can be looked up, and what no node gets", async () => {
    await start();
    const { delivery } = await newCheckIn();
    const { deliveryId, ...accepted } = await dispatcher.accept("endpoint", delivery);
    assert.deepEqual(accepted, { isNew: true, unselected: 1, unclaimed: [] });
    assert.equal((await inbox.get("endpoint", deliveryId))?.state, "ignored");
    await start(new TestFlow());
    const again = { ...(await newCheckIn()).delivery, deliveryId: "del_again", hasOwnId: true };
    const first = await dispatcher.accept("endpoint", again);
    const repeated = await dispatcher.accept("endpoint", again);
    assert.deepEqual([first.isNew, first.unselected, repeated.isNew, repeated.unselected], [true, 0, false, 0]);
    await start();
    const waiting = await dispatcher.accept("endpoint", (await newCheckIn()).delivery);
    assert.deepEqual([waiting.isNew, waiting.unselected, waiting.unclaimed], [true, 0, [waiting.deliveryId]]);
  });

  it("keeps what comes between two deploys for whoever is there afterwards, however fast they follow each other", async () => {
    const clients: string[] = [];
    const seen: string[] = [];
    for (let time = 0; time < 20; time += 1) {
      const flow = new TestFlow("flow", { result: { kind: "delivered" } });
      void dispatcher.announce(presentOf(flow));
      dispatcher.start([flow]);
      if (time % 3 === 0) clients.push(...(await accept(3)));
      void dispatcher.stop();
      clients.push(...(await accept(2)));
      seen.push(...flow.clients);
    }
    const last = new TestFlow("flow", { result: { kind: "delivered" } });
    await start(last);
    await turnOfTheLoop(20);
    assert.deepEqual([...seen, ...last.clients].sort(), clients.sort());
  });

  it("gives the places back where the inbox refuses, and says so to who has asked", async () => {
    const flow = new TestFlow();
    await start(flow);
    const { delivery } = await newCheckIn();
    const store = inbox.store.bind(inbox);
    inbox.store = (_endpoint, _delivery, reserve) => {
      assert.equal(reserve?.("flow"), true);
      return Promise.reject(new StoreError("ENOSPC"));
    };
    for (let time = 0; time < 100; time += 1) {
      await assert.rejects(dispatcher.accept("endpoint", delivery), { code: "ENOSPC" });
    }
    inbox.store = store;
    await dispatcher.accept("endpoint", delivery);
    assert.equal(flow.sent.length, 1);
  });

  it("takes a place back where the inbox stores an event without the claim that it was asked for", async () => {
    const flow = new TestFlow();
    await start(flow);
    const { delivery, clientID } = await newCheckIn();
    const store = inbox.store.bind(inbox);
    inbox.store = async (_endpoint, _delivery, reserve) => {
      assert.equal(reserve?.("flow"), true);
      return { deliveryId: "id", events: [{ event: undefined, recipients: 0, isUnclaimed: false, claims: [] }] };
    };
    for (let time = 0; time < 100; time += 1) await dispatcher.accept("endpoint", delivery);
    inbox.store = store;
    await dispatcher.accept("endpoint", delivery);
    assert.deepEqual(flow.clients, [clientID]);
  });

  describe("where an event is suspected of ending Node-RED", () => {
    let suspected: string | undefined;
    beforeEach(async () => {
      const source = memorySource();
      // It was in the flow at two crashes in a row.
      for (const has of ["come", "crashed", "crashed again"]) {
        inbox = await memoryInbox(source);
        await inbox.subscribers(presentOf(new TestFlow()));
        if (has === "come") [suspected] = await storeWaiting(inbox, 1);
        if (has !== "crashed again") assert.equal((await inbox.claim("flow", 1)).length, 1);
      }
      dispatcher = new Dispatcher(inbox, (error) => assert.fail(String(error)));
    });

    it("sends it alone: what comes meanwhile waits until it has survived", async () => {
      const flow = new TestFlow();
      await start(flow);
      const others = await accept(2);
      assert.deepEqual(flow.clients, [suspected]);
      flow.sent[0]?.finish({ kind: "delivered" });
      await turnOfTheLoop(10);
      assert.deepEqual(flow.clients, [suspected, ...others]);
    });

    it("lets it wait where its node goes in that moment", async () => {
      const flow = new TestFlow();
      const announced = dispatcher.announce(presentOf(flow));
      dispatcher.start([flow]);
      dispatcher.start([]);
      await announced;
      await turnOfTheLoop();
      assert.deepEqual(flow.clients, []);
      const back = new TestFlow();
      await start(back);
      await turnOfTheLoop();
      assert.deepEqual(back.clients, [suspected]);
    });
  });

  it("lets go of the inbox also after a fault of ours, and tells of it", async () => {
    const refused: unknown[] = [];
    const closing = new Dispatcher(inbox, (error) => refused.push(error));
    const ours = new TypeError("A fault of ours.");
    inbox.stopped = () => Promise.reject(ours);
    await closing.close();
    assert.deepEqual(refused, [ours]);
    inbox = await memoryInbox();
    dispatcher = new Dispatcher(inbox, () => {});
  });

  it("lets what a node had claimed wait for it when a deploy takes the node away in that moment", async () => {
    const flow = new TestFlow();
    await start(flow);
    const { delivery, clientID } = await newCheckIn();
    const accepted = dispatcher.accept("endpoint", delivery);
    await start();
    await accepted;
    await turnOfTheLoop();
    assert.deepEqual(flow.clients, []);
    const back = new TestFlow();
    await start(back);
    await turnOfTheLoop();
    assert.deepEqual(back.clients, [clientID]);
  });
});
