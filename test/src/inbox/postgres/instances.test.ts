import assert from "node:assert/strict";
import type { Claim, Inbox, Outcome } from "../../../../src/inbox/inbox";
import { checkIn, clientOf, delivered } from "../../../support/deliveries";
import { waitFor } from "../../../support/wait-for";
import { present, subscriber } from "../contract";
import { ask, emptyDatabase, type Sharing, share, usePostgres } from "./shared";

usePostgres();

const done: Outcome = { kind: "delivered", milliseconds: 1 };

const settle = (inbox: Inbox, claims: readonly Claim[], outcome: Outcome = done) =>
  inbox.settle(claims.map((claim) => ({ ...claim, sequence: claim.event.sequence, outcome })));

const clientsOf = (claims: readonly Claim[]) => claims.map(({ event }) => clientOf(event));

async function store(inbox: Inbox, clientID: string, reserve = (_subscriber: string) => false) {
  return inbox.store("endpoint", await delivered(checkIn({ clientID })), reserve);
}

describe("who shares an inbox in PostgreSQL", () => {
  let url: string;
  let one: Sharing;
  let other: Sharing;
  const roster = subscriber("roster", { isListener: true, events: ["checkIn"] });
  const everybody = present(subscriber("node"), roster);
  beforeEach(async () => {
    url = await emptyDatabase();
    one = await share(url, "desk 1a");
    other = await share(url, "desk 2b");
    for (const { inbox } of [one, other]) await inbox.subscribers(everybody);
  });

  const namesOf = async (inbox: Inbox) =>
    Object.fromEntries(
      (await inbox.list({})).events.map(({ event, recipients }) => [
        clientOf(event),
        recipients.filter((each) => each.subscriber === "node").map(({ state, instance }) => `${state} ${instance}`),
      ]),
    );

  /** As if nothing had been heard of an instance for so many hours. */
  const silence = (instance: string, hours: number) =>
    ask(
      url,
      `update hapana.owners set beat = beat - interval '${hours} hours', is_lost = true where instance = '${instance}';
        update hapana.instances set seen = seen - interval '${hours} hours' where instance = '${instance}'`,
    );

  it("is told in the log of both: which one had an event in hand, also as it was stored, and who had it last", async () => {
    const { events } = await store(one.inbox, "at once", (id) => id === "node");
    await store(one.inbox, "elsewhere");
    await settle(other.inbox, await other.inbox.claim("node", 1));
    await settle(one.inbox, events[0]?.claims ?? []);
    await store(one.inbox, "in hand");
    await one.inbox.claim("node", 1);
    await store(one.inbox, "waits");
    for (const { inbox } of [one, other])
      assert.deepEqual(await namesOf(inbox), {
        "at once": ["delivered desk #1"],
        elsewhere: ["delivered desk #2"],
        "in hand": ["inFlow desk #1"],
        waits: ["waiting undefined"],
      });
  });

  it("is called by its machine alone where that tells it from the others, and by the same name after a restart", async () => {
    await share(url, "office 3c");
    await other.inbox.close();
    await share(url, "desk 2b");
    await one.inbox.counted();
    const { instances = [] } = one.inbox.counts();
    assert.deepEqual(
      instances.map(({ name, isHere, isAlive }) => [name, isHere, isAlive]),
      [
        ["desk #1", true, true],
        ["desk #2", false, true],
        ["office", false, true],
      ],
    );
  });

  it("is shown as away where it has ended, and not any more after a day", async () => {
    const aliveAfter = async () => {
      await one.inbox.counted();
      return one.inbox.counts().instances?.map(({ name, isAlive }) => `${name} ${isAlive}`);
    };
    await other.inbox.close();
    assert.deepEqual(await aliveAfter(), ["desk #1 true", "desk #2 false"]);
    await silence("desk 2b", 25);
    // It keeps its name: the log tells of it.
    assert.deepEqual(await aliveAfter(), ["desk #1 true"]);
    await ask(url, "update hapana.instances set seen = seen - interval '8 days' where instance = 'desk 2b'");
    await one.inbox.prune(Date.now());
    assert.deepEqual(await ask(url, "select instance from hapana.instances"), [{ instance: "desk 1a" }]);
  });

  it("counts the whole and its own part, also after a restart; and nothing of a part where it is alone", async () => {
    for (const clientID of ["1", "2", "3"]) await store(one.inbox, clientID);
    await settle(one.inbox, await one.inbox.claim("node", 2));
    const [claim] = await other.inbox.claim("node", 1);
    await settle(other.inbox, claim ? [claim] : [], { kind: "slow" });
    await other.inbox.close();
    const again = await share(url, "desk 2b");
    const countsIn = async ({ inbox }: Sharing) => {
      await inbox.counted();
      const counts = inbox.counts().subscribers.find((each) => each.subscriber === "node");
      return [counts?.sent, counts?.here?.sent, counts?.here?.slow];
    };
    assert.deepEqual(await countsIn(one), [3, 2, 0]);
    assert.deepEqual(await countsIn(again), [3, 1, 0]);
    await again.inbox.close();
    assert.deepEqual(await countsIn(one), [3, undefined, undefined]);
  });

  it("hears within moments of what others have acknowledged, and is told that something is counted", async () => {
    await store(one.inbox, "1");
    await settle(one.inbox, await one.inbox.claim("node", 1), { kind: "failed", error: "x", milliseconds: 1 });
    const seen = ({ inbox }: Sharing) => inbox.counts().subscribers.find((each) => each.subscriber === "node");
    await waitFor(
      () => (seen(other)?.failed === 1 ? true : undefined),
      () => "the failure is not heard of",
    );
    const before = other.countsChanged;
    assert.equal(await one.inbox.acknowledge("endpoint", "node"), 1);
    await waitFor(
      () => (seen(other)?.seen?.failed === 1 ? true : undefined),
      () => "the acknowledgement is not heard of",
    );
    assert.ok(other.countsChanged > before);
  });

  it("hears everything as a listener, in order, also where it was away; what one was told, the other is not told for", async () => {
    await store(one.inbox, "1", (id) => id === "roster");
    await other.inbox.close();
    await store(one.inbox, "2");
    const back = await share(url, "desk 2b");
    await back.inbox.subscribers(everybody);
    await store(one.inbox, "3");
    assert.deepEqual(clientsOf(await one.inbox.claim("roster", 9)), ["2", "3"]);
    const heard = await back.inbox.claim("roster", 9);
    assert.deepEqual(clientsOf(heard), ["1", "2", "3"]);
    await settle(back.inbox, heard, { kind: "failed", error: "x", milliseconds: 1 });
    await one.inbox.counted();
    const counts = one.inbox.counts().subscribers.filter((each) => each.subscriber === "roster");
    assert.deepEqual(
      counts.map(({ failed, inFlow, isListener }) => [failed, inFlow, isListener]),
      [[0, 3, true]],
    );
  });

  it("hears as a listener that an event has waited on another machine's disk", async () => {
    await one.inbox.store("endpoint", { ...(await delivered(checkIn({ clientID: "1" }))), hasWaited: true });
    await store(one.inbox, "2");
    const heard = await other.inbox.claim("roster", 9);
    assert.deepEqual(
      heard.map(({ event }) => event.hasWaited),
      [true, undefined],
    );
  });

  it("is told all that is kept as a listener that asks for it, and no other one is told with it", async () => {
    await store(one.inbox, "1");
    for (const { inbox } of [one, other]) await settle(inbox, await inbox.claim("roster", 9));
    const resend = await other.inbox.resend({ query: { endpoint: "endpoint" }, subscriber: "roster" });
    assert.deepEqual(await one.inbox.resends(), []);
    assert.equal((await other.inbox.resends()).length, 1);
    await other.inbox.resendNext(resend.id, 9);
    assert.deepEqual(clientsOf(await other.inbox.claim("roster", 9)), ["1"]);
    assert.deepEqual(await one.inbox.claim("roster", 9), []);
  });

  it("keeps no event for ever as a listener that is gone for good, and is told nothing more", async () => {
    await store(one.inbox, "old");
    await settle(one.inbox, [...(await one.inbox.claim("roster", 9)), ...(await one.inbox.claim("node", 9))]);
    await other.inbox.close();
    await silence("desk 2b", 25);
    await one.inbox.prune(Date.now());
    await store(one.inbox, "new");
    // Long past its days, it was only kept for the one that is gone.
    assert.deepEqual(
      await ask(url, "select s.instance from hapana.deliveries join hapana.slots s using (slot) order by 1"),
      [{ instance: "" }, { instance: "desk 1a" }],
    );
    const back = await share(url, "desk 2b");
    const before = Date.now();
    await back.inbox.subscribers(everybody);
    await back.inbox.counted();
    // By that it knows that it has to ask for what is kept.
    const since = back.inbox.counts().subscribers.find(({ subscriber: id }) => id === "roster")?.since ?? 0;
    assert.ok(since >= before);
  });

  it("says again who is there where it was taken for gone while it was cut off", async () => {
    await silence("desk 2b", 25);
    await one.inbox.subscribers(everybody);
    const isActive = async () =>
      (await ask<{ is_active: boolean }>(url, "select is_active from hapana.slots where instance = 'desk 2b'"))[0]
        ?.is_active;
    await waitFor(
      async () => ((await isActive()) ? true : undefined),
      () => "its listener is gone",
    );
    await store(one.inbox, "1");
    assert.deepEqual(clientsOf(await other.inbox.claim("roster", 9)), ["1"]);
  });
});
