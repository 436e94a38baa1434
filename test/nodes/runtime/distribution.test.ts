import assert from "node:assert/strict";
import { mock } from "node:test";
import { Distribution, type Subscription } from "../../../nodes/runtime/distribution";
import { type OpenInbox, Storage } from "../../../nodes/runtime/storage";
import type { StoredEvent } from "../../../src/inbox/inbox";
import { checkIn, clientOf, createFailingInbox, delivered, scratchFolder, tidyUp } from "../../support/inbox";
import { StandInClock, turns } from "../../support/stand-in-red-clock";

/** A node that is sent events, and finishes with each at once. */
class Subscriber implements Subscription {
  readonly id: string;
  readonly retries = 0;
  readonly events: StoredEvent[] = [];
  selects: Subscription["selects"] = () => true;

  constructor(id: string) {
    this.id = id;
  }

  async send(event: StoredEvent) {
    this.events.push(event);
    return { kind: "delivered" } as const;
  }

  get clients(): string[] {
    return this.events.map(clientOf);
  }
}

describe("an endpoint's distribution", () => {
  let clock: StandInClock;
  let failing: ReturnType<typeof createFailingInbox>;
  let storage: Storage;
  /** Whether there is an inbox at all. */
  let isThere: boolean;
  let told: (string | undefined)[];
  let distribution: Distribution;
  let webhook: Subscriber;

  beforeEach(() => {
    clock = new StandInClock();
    failing = createFailingInbox();
    isThere = true;
    told = [];
    storage = new Storage(scratchFolder(), { diskUnavailable: assert.fail, storeSetAside: assert.fail });
    const open = storage.open.bind(storage);
    mock.method(storage, "open", (kind: "disk" | "memory"): OpenInbox => {
      if (kind === "memory") return open(kind);
      if (!isThere) throw Object.assign(new Error("Read-only file system"), { code: "EROFS" });
      return { inbox: failing.inbox, wasLeftByCrash: () => false };
    });
    distribution = new Distribution("endpoint", storage, {
      storageChanged: (error) => told.push((error as NodeJS.ErrnoException | undefined)?.code),
      unselected: () => told.push("unselected"),
    });
    webhook = new Subscriber("webhook");
  });
  afterEach(async () => {
    distribution.close();
    clock.release();
    await tidyUp();
  });

  const accept = async (clientID: string) => distribution.accept(await delivered(checkIn({ clientID })));

  /** The endpoint is deployed, and its flows run. */
  async function start(...subscribers: Subscriber[]): Promise<void> {
    distribution.use("disk");
    for (const subscriber of subscribers) distribution.subscribe(subscriber);
    await distribution.flowsStarted();
    await turns();
  }

  it("hands an event to all who select it, to each its own copy", async () => {
    const [other, nobody] = [new Subscriber("other"), new Subscriber("nobody")];
    nobody.selects = () => false;
    await start(webhook, other, nobody);
    assert.equal(await accept("a"), true);
    await turns();
    assert.deepEqual([webhook.clients, other.clients, nobody.clients], [["a"], ["a"], []]);
    assert.notEqual(webhook.events[0]?.payload, other.events[0]?.payload);
    assert.deepEqual(told.includes("unselected"), false);
  });

  it("tells of an event that nobody selects, and stores it all the same", async () => {
    webhook.selects = () => false;
    await start(webhook);
    assert.equal(await accept("a"), true);
    assert.equal(told.at(-1), "unselected");
    assert.equal(await accept("a"), false);
  });

  it("hands a duplicate to nobody, and goes on with what is new in a delivery", async () => {
    await start(webhook);
    await accept("a");
    assert.equal(await accept("a"), false);
    const both = [checkIn({ clientID: "a" }), checkIn({ clientID: "b" })];
    assert.equal(await distribution.accept(await delivered(both)), true);
    await turns();
    assert.deepEqual(webhook.clients, ["a", "b"]);
  });

  it("keeps what comes while the nodes are replaced, for whoever is there then, in the order of arrival", async () => {
    await start(webhook);
    distribution.flowsStopping();
    distribution.unsubscribe(webhook);
    await accept("a");
    await accept("b");
    const next = new Subscriber("webhook");
    distribution.subscribe(next);
    const started = distribution.flowsStarted();
    await accept("c");
    await started;
    await turns();
    assert.deepEqual([webhook.clients, next.clients], [[], ["a", "b", "c"]]);
  });

  it("hands on what is still being written for later when the flows have started", async () => {
    await start(webhook);
    distribution.flowsStopping();
    const accepting = accept("a");
    await distribution.flowsStarted();
    await accepting;
    await turns();
    assert.deepEqual(webhook.clients, ["a"]);
  });

  it("does not start to send where the flows stop again at once", async () => {
    distribution.use("disk");
    distribution.subscribe(webhook);
    await accept("a");
    const started = distribution.flowsStarted();
    distribution.flowsStopping();
    await started;
    await turns();
    assert.deepEqual(webhook.clients, []);
  });

  it("sends to a node that comes while the flows run; and to the one that has taken a node's place, not to the old one", async () => {
    await start();
    distribution.subscribe(webhook);
    await turns();
    const next = new Subscriber("webhook");
    distribution.subscribe(next);
    distribution.unsubscribe(webhook);
    await accept("a");
    await turns();
    assert.deepEqual([webhook.clients, next.clients], [[], ["a"]]);
  });

  it("sends nothing to a node that is gone, and forgets it with the next deploy", async () => {
    await start(webhook);
    distribution.unsubscribe(webhook);
    await distribution.flowsStarted();
    await accept("a");
    await turns();
    assert.deepEqual([webhook.clients, told.at(-1)], [[], "unselected"]);
  });

  it("says which error the disk has refused an event with, and goes on once it does no more", async () => {
    await start(webhook);
    failing.disk.refuses = true;
    await assert.rejects(accept("a"), { code: "ENOSPC" });
    assert.equal(told.at(-1), "ENOSPC");
    failing.disk.refuses = false;
    // The place in the flow that had been kept for it is free again, also a hundred times.
    for (let count = 0; count < 100; count += 1) await accept(`b${count}`);
    await turns();
    assert.equal(told.at(-1), undefined);
    assert.equal(webhook.clients.length, 100);
  });

  it("looks for an inbox again and again where there is none, and refuses events until then", async () => {
    isThere = false;
    await start(webhook);
    assert.equal(told.at(-1), "EROFS");
    assert.equal(distribution.isDurable, true);
    await assert.rejects(accept("a"), /not open/);
    clock.pass(2_000);
    assert.deepEqual([...new Set(told)], ["EROFS"]);
    isThere = true;
    clock.pass(2_000);
    await turns();
    assert.equal(told.at(-1), undefined);
    assert.equal(await accept("a"), true);
    await turns();
    assert.deepEqual(webhook.clients, ["a"]);
  });

  it("tries again to hand on what came in the meantime where the disk refuses that", async () => {
    await start(webhook);
    distribution.flowsStopping();
    await accept("a");
    failing.disk.refuses = true;
    await distribution.flowsStarted();
    assert.equal(told.at(-1), "ENOSPC");
    failing.disk.refuses = false;
    clock.pass(2_000);
    await turns();
    assert.deepEqual(webhook.clients, ["a"]);
  });

  it("keeps events where it is told to, and goes on with them there when it is told so again", async () => {
    distribution.use("disk");
    await accept("a");
    distribution.use("memory");
    assert.equal(distribution.isDurable, false);
    distribution.subscribe(webhook);
    await distribution.flowsStarted();
    await accept("b");
    await turns();
    assert.deepEqual(webhook.clients, ["b"]);
    distribution.use("disk");
    await turns();
    assert.deepEqual(webhook.clients, ["b", "a"]);
  });

  it("removes what is older than the retention, as far as the disk lets it", async () => {
    await start(webhook);
    const repeated = async () =>
      distribution.accept(await delivered(checkIn({ clientID: "a" }), { id: "one", now: Date.now() }));
    await repeated();
    await turns();
    failing.disk.refuses = true;
    await distribution.prune(Date.now() + 1);
    assert.equal(told.at(-1), "ENOSPC");
    failing.disk.refuses = false;
    assert.equal(await repeated(), false);
    await distribution.prune(Date.now() + 1);
    assert.equal(await repeated(), true);
  });

  it("has nothing to remove where there is no inbox", async () => {
    await distribution.prune(Date.now());
    assert.deepEqual(told, []);
  });

  it("sends nothing any more once it is closed, and looks for no inbox", async () => {
    isThere = false;
    await start(webhook);
    distribution.close();
    const before = told.length;
    clock.pass(10_000);
    assert.equal(told.length, before);
  });
});
