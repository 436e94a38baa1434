import assert from "node:assert/strict";
import { inspect } from "node:util";
import { Client } from "pg";
import type { Claim, Inbox, Outcome } from "../../../../src/inbox/inbox";
import { deliveryName } from "../../../../src/inbox/names";
import { PostgresInbox } from "../../../../src/inbox/postgres/postgres-inbox";
import { StoreError } from "../../../../src/inbox/store-error";
import { checkIn, clientOf, delivered } from "../../../support/deliveries";
import { waitFor } from "../../../support/wait-for";
import { present, subscriber } from "../contract";
import { ask, behindPooler, emptyDatabase, type Sharing, share, usePostgres } from "./shared";

usePostgres();

const done: Outcome = { kind: "delivered", milliseconds: 1 };

const settle = (inbox: Inbox, claims: readonly Claim[], outcome: Outcome = done) =>
  inbox.settle(
    claims.map(({ subscriber, event, attempt }) => ({ subscriber, sequence: event.sequence, attempt, outcome })),
  );

const clientsOf = (claims: readonly Claim[]) => claims.map(({ event }) => clientOf(event));

async function store(inbox: Inbox, clientID: string, options = {}, reserve = () => false): Promise<boolean> {
  const { events } = await inbox.store("endpoint", await delivered(checkIn({ clientID }), options), reserve);
  return events[0]?.event !== undefined;
}

const refusedAs =
  (...codes: string[]) =>
  (error: unknown) =>
    error instanceof StoreError && codes.includes(error.code);

describe("an inbox in PostgreSQL that two processes share", () => {
  let url: string;
  let one: Sharing;
  let other: Sharing;
  const everybody = present(subscriber("node"));
  beforeEach(async () => {
    url = await emptyDatabase();
    [one, other] = await Promise.all([share(url, "one"), share(url, "other")]);
    for (const { inbox } of [one, other]) await inbox.subscribers(everybody);
  });

  /** As if the database had not heard of a process for longer than it waits. */
  const forgetBeatOf = (instance: string) =>
    ask(
      url,
      `update hapana.owners set beat = beat - case when instance = '${instance}' then interval '1 minute' else '0' end,
        steady = steady - interval '1 minute'`,
    );

  const claimedBy = ({ inbox }: Sharing) =>
    waitFor(
      async () => {
        const claims = await inbox.claim("node", 9);
        return claims.length > 0 ? claims : undefined;
      },
      () => "nothing comes",
    );

  it("is made once, by however many begin at the same time", async () => {
    const again = await emptyDatabase();
    await Promise.all(["a", "b", "c", "d", "e"].map((instance) => share(again, instance)));
    assert.equal((await ask(again, "select from hapana.store")).length, 1);
  });

  it("is refused where a newer version has made it", async () => {
    await ask(url, "update hapana.version set version = 1000");
    await assert.rejects(share(url, "old"), refusedAs("NEWER"));
  });

  it("stores the same deliveries, in whatever order they come to whom at once, without a deadlock", async () => {
    const ids = Array.from({ length: 21 }, (_, index) => `del_${index}`);
    const deadlocks = () => ask(url, "select deadlocks from pg_stat_database where datname = current_database()");
    const before = await deadlocks();
    // Both have come half of the way when they have to wait.
    const locker = new Client({ connectionString: url });
    await locker.connect();
    const middle = deliveryName("endpoint", "del_10", { event: "checkIn", test: false });
    await locker.query("begin");
    await locker.query("insert into hapana.names values ($1, 0)", [middle]);
    const send = ({ inbox }: Sharing, all: readonly string[]) =>
      Promise.all(all.map((id) => store(inbox, `client-${id}`, { id })));
    const sent = Promise.all([send(one, ids), send(other, ids.toReversed())]);
    await waitFor(
      async () => ((await ask(url, "select from pg_locks where not granted")).length > 1 ? true : undefined),
      () => "they do not wait",
    );
    await locker.end();
    const [here, there] = await sent;
    for (const [index, isNew] of here.entries()) assert.notEqual(isNew, there.at(-1 - index), ids[index]);
    await ask(url, "select pg_stat_force_next_flush()");
    assert.deepEqual(await deadlocks(), before);
  });

  it("takes what two store at the same time without an id for a repetition, whoever is first", async () => {
    const status = { clientID: "c", siteID: "s", status: "inactive" };
    const send = async ({ inbox }: Sharing) => {
      const delivery = await delivered(status, { eventName: "clientStatusChange" });
      return (await inbox.store("endpoint", delivery)).events[0]?.event !== undefined;
    };
    const were = await Promise.all([one, other, one, other].map(send));
    assert.equal(were.filter((isNew) => isNew).length, 1);
  });

  it("gives each event to one of them, however both ask", async () => {
    const ids = Array.from({ length: 50 }, (_, index) => `c${index}`);
    await Promise.all(ids.map((id) => store(one.inbox, id)));
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? one : other).inbox.claim("node", 5)),
    );
    assert.deepEqual(clientsOf(claims.flat()).sort(), ids.sort());
  });

  it("claims as quickly where much has been delivered since the connection first claimed", async () => {
    await store(one.inbox, "first");
    await settle(one.inbox, await claimedBy(one));
    await ask(
      url,
      `insert into hapana.deliveries (sequence, slot, state, attempt)
        select n, slot, 'delivered', 1 from generate_series(1000, 300000) n, hapana.slots where subscriber = 'node'`,
    );
    await ask(url, "select setval('hapana.places', 400000)");
    await store(one.inbox, "second");
    const began = performance.now();
    assert.deepEqual(clientsOf(await one.inbox.claim("node", 9)), ["second"]);
    const took = performance.now() - began;
    assert.ok(took < 100, `${Math.round(took)} ms`);
  });

  it("tells the others of what only they can fetch, and not of what is fetched here", async () => {
    const listener = new Client({ connectionString: url });
    const heard: string[] = [];
    listener.on("notification", ({ payload = "" }) => {
      if (/^[\d ]+$/.test(payload)) heard.push(payload);
    });
    await listener.connect();
    await listener.query("listen hapana");
    const end = one.inbox.watch("node", () => undefined);
    await store(one.inbox, "here");
    await store(one.inbox, "with a place", {}, () => true);
    assert.deepEqual(clientsOf(await one.inbox.claim("node", 9)), ["here"]);
    end();
    let wakes = 0;
    other.inbox.watch("node", () => {
      wakes += 1;
    });
    await waitFor(
      () => (wakes > 0 ? true : undefined),
      () => "not woken at first",
    );
    const before = wakes;
    await store(one.inbox, "elsewhere");
    await waitFor(
      () => (heard.length > 0 && wakes > before ? true : undefined),
      () => "it is not told",
    );
    await listener.end();
    assert.equal(heard.length, 1);
    assert.deepEqual(clientsOf(await other.inbox.claim("node", 9)), ["elsewhere"]);
  });

  it("works behind a pooler that gives each transaction another connection", async () => {
    const behind = await behindPooler(url);
    const [here, there] = await Promise.all([share(behind, "here"), share(behind, "there")]);
    for (const { inbox } of [here, there]) await inbox.subscribers(present(subscriber("node")));
    const ids = Array.from({ length: 40 }, (_, index) => `c${index}`);
    await Promise.all(ids.map((id, index) => store((index % 2 ? here : there).inbox, id)));
    const woken = new Promise<void>((resolve) => {
      let wakes = 0;
      there.inbox.watch("node", () => {
        wakes += 1;
        // The first says nothing: whoever watches is woken at first.
        if (wakes > 1) resolve();
      });
    });
    await woken;
    const came: string[] = [];
    for (const { inbox } of [here, there, here, there]) {
      const claims = await inbox.claim("node", 10);
      came.push(...clientsOf(claims));
      await settle(inbox, claims);
    }
    assert.deepEqual(came.sort(), ids.sort());
    const { events } = await here.inbox.list({ state: "delivered" });
    assert.equal(events.length, 40);
  });

  for (const [why, code, change] of [
    ["does not know the user", "LOGIN", (url: URL) => Object.assign(url, { username: "nobody_of_this_name" })],
    ["has no database of this name", "LOGIN", (url: URL) => Object.assign(url, { pathname: "/none_of_this_name" })],
    ["gives the user no rights", "RIGHTS", (url: URL) => Object.assign(url, { username: "hapana_weak" })],
    ["only copies another one", "STANDBY", (url: URL) => Object.assign(url, { username: "hapana_reader" })],
    ["does not encrypt", "TLS", (url: URL) => Object.assign(url, { search: "?sslmode=require" })],
    ["is not there", "UNREACHABLE", (url: URL) => Object.assign(url, { port: "1" })],
  ] as const) {
    it(`says so where the database ${why}, and nothing of its address`, async () => {
      const empty = await emptyDatabase();
      await ask(
        empty,
        `do $$ begin
          if not exists (select from pg_roles where rolname = 'hapana_weak') then
            create role hapana_weak login;
            create role hapana_reader login superuser;
            alter role hapana_reader set default_transaction_read_only = on;
          end if;
        end $$`,
      );
      const changed = change(new URL(empty));
      changed.password = "a-secret-of-the-database";
      const opening = PostgresInbox.open({ url: changed.href, instance: "here" }, { storageChanged() {}, notice() {} });
      await assert.rejects(opening, (error) => {
        assert.equal((error as StoreError).code, code);
        assert.doesNotMatch(inspect(error, { depth: 9, showHidden: true }), /a-secret-of-the-database/);
        return true;
      });
    });
  }

  it("gives back what was stored or claimed where the answer was cut off, as if it had never been sent", async () => {
    await store(one.inbox, "before");
    await settle(one.inbox, await claimedBy(one));
    one.cable.cutAtAnswer("places", "store_new");
    const refused = assert.rejects(
      store(one.inbox, "cut off", { id: "del_cut" }, () => true),
      refusedAs("UNREACHABLE"),
    );
    await refused;
    assert.equal(await store(other.inbox, "cut off", { id: "del_cut" }), false, "it is stored all the same");
    const [stored] = await claimedBy(other);
    assert.equal(stored?.attempt, 1);
    await settle(other.inbox, stored ? [stored] : [], { kind: "waiting" });
    one.cable.cutAtAnswer("attempt", "take_next");
    await assert.rejects(one.inbox.claim("node", 9), refusedAs("UNREACHABLE"));
    const [claimed] = await claimedBy(other);
    assert.equal(claimed?.attempt, 2);
    await other.inbox.counted();
    assert.equal(other.inbox.counts().subscribers[0]?.sent, 2);
  });

  it("sends again what was settled where the database has lost that with its last moments", async () => {
    await store(one.inbox, "c");
    await settle(one.inbox, await claimedBy(one));
    await ask(
      url,
      "update hapana.deliveries set state = 'inFlow', step = 1, owner = (select owner from hapana.owners where instance = 'one')",
    );
    const [again] = await claimedBy(other);
    assert.equal(again?.attempt, 2);
  });

  it("tells the database again what became of events while it was away", async () => {
    await store(one.inbox, "c");
    await store(one.inbox, "d");
    const claims = await one.inbox.claim("node", 9);
    await one.cable.cut();
    const told = claims.map(async (claim, index) => {
      // The second comes while the first is on its way.
      for (let turn = 0; turn < index * 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      await assert.rejects(settle(one.inbox, [claim]), refusedAs("UNREACHABLE"));
    });
    await Promise.all(told);
    await one.cable.mend();
    await waitFor(
      async () => ((await other.inbox.list({ state: "delivered" })).events.length === 2 ? true : undefined),
      () => "it is not told again",
    );
  });

  it("a connection that ends while nobody uses it ends no process, and says when it is there again", async () => {
    await ask(url, "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'node-red-hapana'");
    await waitFor(
      () =>
        store(one.inbox, "c").then(
          () => true as const,
          () => undefined,
        ),
      () => "it does not come back",
    );
    await one.cable.cut();
    await waitFor(
      () => (one.faults.includes("UNREACHABLE") ? true : undefined),
      () => "it is not told",
    );
    await one.cable.mend();
    await waitFor(
      () => (one.faults.at(-1) === undefined ? true : undefined),
      () => "it is not told that it is back",
    );
  });

  it("whoever waits is told before Hapana gives up, where the database is locked, and where the line is dead", async () => {
    const locker = new Client({ connectionString: url });
    await locker.connect();
    await locker.query("begin; lock table hapana.events");
    other.cable.freeze();
    const began = performance.now();
    await Promise.all(
      [one, other].map(({ inbox }) => assert.rejects(store(inbox, "c"), refusedAs("BUSY", "UNREACHABLE"))),
    );
    assert.ok(performance.now() - began < 10_000);
    await locker.end();
    other.cable.thaw();
    await waitFor(
      () =>
        store(other.inbox, "later").then(
          () => true as const,
          () => undefined,
        ),
      () => "it does not come back",
    );
  });

  it("gives no place twice, where a standby has taken over that lacks the last ones", async () => {
    const sequenceOf = async (id: string, { inbox }: Sharing) => {
      const { events } = await inbox.store("endpoint", await delivered(checkIn({ clientID: id }), { id }));
      return events[0]?.event?.sequence ?? 0;
    };
    const last = await sequenceOf("before", one);
    assert.ok((await sequenceOf("next", one)) > last);
    await Promise.all([one, other].map(({ cable }) => cable.cut()));
    await ask(url, `delete from hapana.events where sequence > ${last}`);
    await ask(url, `select setval('hapana.places', ${last})`);
    // The timeline of the one before.
    await ask(url, "update hapana.store set timeline = '00000000'");
    await Promise.all([one, other].map(({ cable }) => cable.mend()));
    const after = await Promise.all([sequenceOf("after", one), sequenceOf("too", other)]);
    assert.ok(Math.min(...after) > last + 100_000, String(after));
    assert.ok(Math.max(...after) < last + 100_010, "it is skipped once");
    assert.ok((await sequenceOf("then", one)) < last + 100_010);
  });

  it("stores on where a copy of its tables is on a server that does not tell which one it is", async () => {
    const role = "of_a_copy";
    const functions = "function pg_walfile_name(pg_lsn), pg_current_wal_lsn()";
    const own = new URL(url);
    own.username = role;
    await ask(url, `drop role if exists ${role}; create role ${role} login`);
    try {
      await ask(url, `grant usage on schema hapana to ${role}; grant all on all tables in schema hapana to ${role}`);
      await ask(url, `grant all on all sequences in schema hapana to ${role}; revoke all on ${functions} from public`);
      const copy = await share(own.href, "copy");
      await copy.inbox.subscribers(everybody);
      assert.equal(await store(copy.inbox, "new"), true);
      assert.equal(await store(copy.inbox, "c", { id: "del_c" }), true);
      assert.equal(await store(copy.inbox, "c", { id: "del_c" }), false);
      await copy.inbox.close();
    } finally {
      await ask(url, `grant all on ${functions} to public; drop owned by ${role}; drop role ${role}`);
    }
  });

  it("closes in no time where the line is dead", async () => {
    other.cable.freeze();
    await other.inbox.close().catch(() => undefined);
  });

  it("gives what a process had that is not heard of any more to the other, and passes over what it says when it wakes up", async () => {
    await store(one.inbox, "c");
    const claims = await one.inbox.claim("node", 9);
    one.cable.freeze();
    await forgetBeatOf("one");
    const [again] = await claimedBy(other);
    assert.equal(again?.attempt, 2);
    one.cable.thaw();
    await settle(one.inbox, claims);
    assert.equal((await other.inbox.list({ state: "inFlow" })).events.length, 1);
    await settle(other.inbox, again ? [again] : []);
    assert.equal((await one.inbox.list({ state: "delivered" })).events[0]?.recipients[0]?.attempts, 2);
  });

  it("gives what a process had that was asked to end to the other at once, and suspects nothing", async () => {
    await store(one.inbox, "c");
    for (let time = 0; time < 3; time += 1) {
      await one.inbox.claim("node", 9);
      await one.inbox.close();
      const claims = await other.inbox.claim("node", 9);
      assert.deepEqual(clientsOf(claims), ["c"]);
      await settle(other.inbox, claims, { kind: "waiting" });
      one = await share(url, "one");
    }
    assert.equal(await one.inbox.nextTurn(), undefined);
  });

  it("takes being cut off for no crash, however often", async () => {
    await store(one.inbox, "c");
    for (let time = 0; time < 3; time += 1) {
      await claimedBy(one);
      await one.cable.cut();
      await forgetBeatOf("one");
      const claims = await claimedBy(other);
      await settle(other.inbox, claims, { kind: "waiting" });
      await one.cable.mend();
    }
    assert.equal(await other.inbox.nextTurn(), undefined);
    assert.equal((await claimedBy(one)).length, 1);
  });

  it("suspects what was in the flow when processes ended, also where each was back only when the other had it", async () => {
    await store(one.inbox, "poison");
    await claimedBy(one);
    await one.cable.cut();
    await forgetBeatOf("one");
    await claimedBy(other);
    await other.cable.cut();
    [one, other] = [await share(url, "one"), await share(url, "other")];
    assert.deepEqual(await one.inbox.claim("node", 9), []);
    const turn = await one.inbox.nextTurn();
    assert.equal(turn?.claim && clientOf(turn.claim.event), "poison");
  });

  it("where two run in one place, as of a copied folder, loses nothing", async () => {
    const copy = await share(url, "one");
    await copy.inbox.subscribers(everybody);
    await store(one.inbox, "c");
    const claims = await claimedBy(one);
    const twin = await share(url, "one");
    const [again] = await claimedBy(twin);
    assert.equal(again?.attempt, 2);
    await settle(one.inbox, claims);
    assert.equal((await twin.inbox.list({ state: "inFlow" })).events.length, 1);
    await settle(twin.inbox, again ? [again] : []);
    assert.equal((await copy.inbox.list({ state: "delivered" })).events.length, 1);
  });

  it("gives an event to a node that is there only elsewhere; one that is nowhere is gone", async () => {
    await one.inbox.subscribers(present(subscriber("node"), subscriber("new")));
    await store(other.inbox, "c");
    assert.deepEqual(clientsOf(await one.inbox.claim("new", 9)), ["c"]);
    await other.inbox.subscribers(present());
    await other.inbox.counted();
    const isActive = () => other.inbox.counts().subscribers.map(({ subscriber: id, isActive }) => [id, isActive]);
    assert.deepEqual(isActive(), [
      ["node", true],
      ["new", true],
    ]);
    await one.inbox.subscribers(present(subscriber("new")));
    await other.inbox.counted();
    assert.deepEqual(isActive(), [
      ["node", false],
      ["new", true],
    ]);
  });

  it("goes on where the database has lost with its last moments who is there, and says it again", async () => {
    const tables = ["store", "slots", "instances"];
    for (const table of tables) await ask(url, `create table hapana.old_${table} as select * from hapana.${table}`);
    await one.inbox.subscribers(present(subscriber("node"), subscriber("new")));
    await Promise.all([one, other].map(({ inbox }) => store(inbox, "before")));
    const restored = tables.map(
      (table) => `delete from hapana.${table}; insert into hapana.${table}
      overriding system value select * from hapana.old_${table}`,
    );
    await ask(url, `begin; ${restored.join("; ")}; commit`);
    for (const { inbox } of [one, other]) await store(inbox, "after");
    await waitFor(
      async () => {
        await store(other.inbox, "again");
        const claims = await one.inbox.claim("new", 9);
        return clientsOf(claims).includes("again") ? true : undefined;
      },
      () => "the new node gets nothing",
    );
  });

  it("stores nothing for a place of which the database knows nothing any more, where somebody has another one now", async () => {
    await store(other.inbox, "first");
    const tables = ["store", "slots", "instances"];
    for (const table of tables) await ask(url, `create table hapana.old_${table} as select * from hapana.${table}`);
    const newcomers = present(subscriber("node"), subscriber("new"));
    await one.inbox.subscribers(newcomers);
    await store(other.inbox, "before");
    const restored = tables.map(
      (table) => `delete from hapana.${table}; insert into hapana.${table}
      overriding system value select * from hapana.old_${table}`,
    );
    await ask(url, `begin; ${restored.join("; ")}; commit`);
    await one.inbox.subscribers(newcomers);
    await store(other.inbox, "after");
    const claims = await one.inbox.claim("new", 9);
    assert.deepEqual(clientsOf(claims), ["after"]);
  });

  it("takes other places where the database has lost with its last moments which were taken", async () => {
    for (const client of ["a", "b", "c"]) await store(one.inbox, client);
    await ask(url, "select setval('hapana.places', 1, false)");
    assert.ok(await store(one.inbox, "d"));
    assert.equal((await one.inbox.list({})).events.length, 4);
  });

  it("goes by the database's clock: one that is wrong here neither ends a lease nor delays what is due", async () => {
    await store(one.inbox, "c");
    const [claim] = await one.inbox.claim("node", 9);
    assert.ok(claim);
    const { now } = Date;
    Date.now = () => now() + 24 * 60 * 60_000;
    try {
      await settle(one.inbox, [claim], { kind: "retry", error: "no", after: 10 });
    } finally {
      Date.now = now;
    }
    const [again] = await claimedBy(other);
    assert.equal(again?.failures, 1);
  });

  it("tells nothing of where the database is, nor of what is stored, in its errors", async () => {
    const place = { url: "postgres://hapana:secret@127.0.0.1:1/secret", instance: "here" };
    const quiet = { storageChanged() {}, notice() {} };
    await assert.rejects(PostgresInbox.open(place, quiet), (error: Error) => {
      assert.doesNotMatch(JSON.stringify([error, error.message, String(error.cause)]), /secret/);
      return true;
    });
  });
});
