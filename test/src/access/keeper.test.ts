import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decide, type Known } from "../../../src/access/decide";
import type { DecisionPage } from "../../../src/access/decision-log";
import { RosterKeeper } from "../../../src/access/keeper";
import { Rosters } from "../../../src/access/rosters";
import type { Rules } from "../../../src/access/rules";
import type { DatabaseSource } from "../../../src/inbox/level/database";
import { diskSource } from "../../../src/inbox/level/disk-source";
import { memorySource } from "../../../src/inbox/level/memory-source";
import { StoreError } from "../../../src/inbox/store-error";
import type { StoredEvent } from "../../../src/inbox/stored-event";
import { always } from "../../../src/problems/hours";
import { waitFor } from "../../support/wait-for";

const rules: Rules = {
  ...{
    door: "",
    sites: [],
    credentialFormat: "auto" as const,
    statuses: ["activePackage"],
    graceHours: 0,
    packages: [],
  },
  ...{ hours: always, hasHours: false, timeZone: "", maxAgeSeconds: 30, gapSeconds: 3, staleHours: 0 },
  ...{ whenStale: "warn" as const, testsOpen: false, trustCheckInHours: 0 },
};

let sequence = 0;

function event(type: string, payload: object, more: Partial<StoredEvent> = {}): StoredEvent {
  sequence += 1;
  return {
    ...{ sequence, event: type as StoredEvent["event"], siteID: "manly", issues: [], deliveryId: `del_${sequence}` },
    ...{ receivedAt: new Date().toISOString(), test: false, body: {} },
    payload: { siteID: "manly", ...payload },
    ...more,
  };
}

const day = 24 * 60 * 60_000;

/** A disk that takes nothing while it is full. */
function fullAtTimes(source: DatabaseSource, disk: { readonly isFull: boolean }): DatabaseSource {
  const demandSpace = () => {
    if (disk.isFull) throw new StoreError("ENOSPC", new Error("No space left on device"));
  };
  return {
    ...source,
    async open(...how) {
      demandSpace();
      const database = await source.open(...how);
      const write: typeof database.write = (...what) => {
        demandSpace();
        return database.write(...what);
      };
      return Object.assign(Object.create(database), { write }) as typeof database;
    },
  };
}

describe("a roster that is kept", () => {
  let folder: string;
  let keeper: RosterKeeper;
  const open = () => {
    keeper = new RosterKeeper(diskSource(join(folder, "roster")));
    return keeper.ready;
  };
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "hapana-roster-"));
    await open();
  });
  afterEach(async () => {
    await keeper.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const tell = (type: string, payload: object, more: Partial<StoredEvent> = {}, attempt = 1) =>
    keeper.take(event(type, payload, more), attempt, "inbox");
  const code = (text: string) => {
    const known: Known = {
      roster: keeper.roster,
      tests: keeper.tests,
      mode: "normal",
      lastEventAt: keeper.lastEventAt,
    };
    return decide({ kind: "credential", text }, known, rules, Date.now()).code;
  };
  const reopen = async () => {
    await keeper.close();
    await open();
  };

  it("knows after a restart what it knew, and what a door was told", async () => {
    await tell("clientStatusChange", { clientID: "c", status: "activePackage" });
    await tell("checkIn", { clientID: "c", fobNumber: "1", checkInStatus: "Valid" });
    await keeper.setMode("door", "lockdown");
    await reopen();
    assert.equal(code("1"), "ok");
    assert.equal(keeper.mode("door"), "lockdown");
    assert.ok(keeper.lastEventAt);
  });

  it("takes what comes again after a restart only where it is not older", async () => {
    const active = event("clientStatusChange", { clientID: "c", status: "activePackage" });
    await keeper.take(active, 1, "inbox");
    await tell("checkIn", { clientID: "c", fobNumber: "1", checkInStatus: "Valid" });
    await tell("clientStatusChange", { clientID: "c", status: "inactive" });
    await reopen();
    await keeper.take(active, 2, "inbox");
    assert.equal(code("1"), "status_not_allowed");
  });

  it("does not go by what has waited on another machine's disk where something newer was heard meanwhile", async () => {
    const now = Date.now();
    const at = (seconds: number) => ({ receivedAt: new Date(now + seconds * 1_000).toISOString() });
    await tell("checkIn", { clientID: "c", fobNumber: "1", checkInStatus: "Valid" });
    await keeper.take(event("clientStatusChange", { clientID: "c", status: "inactive" }, at(60)), 1, "inbox");
    const waited = { ...at(30), hasWaited: true } as const;
    await keeper.take(event("clientStatusChange", { clientID: "c", status: "activePackage" }, waited), 1, "inbox");
    assert.equal(code("1"), "status_not_allowed");
    assert.equal(keeper.lastEventAt, now + 60_000);
    // What is newer counts, though it has waited.
    const later = { ...at(90), hasWaited: true } as const;
    await keeper.take(event("clientStatusChange", { clientID: "c", status: "activePackage" }, later), 1, "inbox");
    assert.equal(code("1"), "ok");
  });

  it("knows after a restart of which inbox it has heard everything", async () => {
    assert.equal(keeper.heardOf, undefined);
    await reopen();
    assert.equal(keeper.heardOf, undefined);
    await keeper.heard("endpoint 1");
    await reopen();
    assert.equal(keeper.heardOf, "endpoint 1");
  });

  it("keeps tests apart, and not over a restart", async () => {
    await tell("clientStatusChange", { clientID: "t", status: "activePackage" }, { test: true });
    assert.equal(keeper.roster?.size, 0);
    assert.equal(keeper.tests.size, 1);
    await reopen();
    assert.deepEqual([keeper.roster?.size, keeper.tests.size], [0, 0]);
  });

  it("learns nothing from what it does not know, nor from what was removed", async () => {
    await tell("outboundMessage", { clientID: "c" });
    await tell("unrecognised", { clientID: "c" });
    await tell("checkIn", { clientID: "c" }, { removed: true });
    assert.equal(keeper.roster?.size, 0);
  });

  it("keeps a door locked down that was locked while the roster was being loaded", async () => {
    await keeper.setMode("door", "open");
    await keeper.close();
    const loading = open();
    const locked = keeper.setMode("door", "lockdown");
    await loading;
    assert.equal(keeper.mode("door"), "lockdown");
    await locked;
    await reopen();
    assert.equal(keeper.mode("door"), "lockdown");
  });

  it("does not say that it has learnt what comes to it where it is closed before it could be loaded", async () => {
    const blocked = join(folder, "blocked");
    writeFileSync(blocked, "a file");
    const another = new RosterKeeper(diskSource(join(blocked, "roster")));
    const told = another.take(event("clientStatusChange", { clientID: "c", status: "inactive" }), 1, "inbox");
    await another.close();
    await assert.rejects(told);
  });

  it("closes the door at once, also while its disk refuses", async () => {
    await tell("clientStatusChange", { clientID: "c", status: "activePackage" });
    await tell("checkIn", { clientID: "c", fobNumber: "1", checkInStatus: "Valid" });
    await keeper.close();
    await assert.rejects(tell("clientStatusChange", { clientID: "c", status: "inactive" }));
    assert.equal(code("1"), "status_not_allowed");
  });

  it("is written anew where its files are removed", async () => {
    await tell("clientStatusChange", { clientID: "c", status: "activePackage" });
    await tell("checkIn", { clientID: "c", fobNumber: "1", checkInStatus: "Valid" });
    rmSync(join(folder, "roster"), { recursive: true });
    await waitFor(
      async () =>
        (await tell("checkIn", { clientID: "d" }).then(
          () => true,
          () => undefined,
        )) === true || undefined,
      () => "it does not take anything any more",
    );
    await reopen();
    assert.equal(code("1"), "ok");
  });

  it("is there again where a part of it is damaged", async () => {
    for (let each = 0; each < 50; each += 1)
      await tell("clientStatusChange", {
        clientID: `c${each}`,
        status: "activePackage",
        email: `c${each}@example.com`,
      });
    await keeper.close();
    const logs = readdirSync(join(folder, "roster")).filter((name) => name.endsWith(".log"));
    for (const name of logs) {
      const file = join(folder, "roster", name);
      const bytes = readFileSync(file);
      bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] ?? 0) ^ 0xff;
      writeFileSync(file, bytes);
    }
    await open();
    await tell("clientStatusChange", { clientID: "new", status: "activePackage" });
    assert.ok(keeper.roster?.client("new"));
    assert.equal(keeper.heardOf, undefined);
    await keeper.heard("endpoint 1");
    await reopen();
    assert.equal(keeper.heardOf, "endpoint 1");
  });

  it("is opened once the folder can be, and fails nobody meanwhile", async () => {
    await keeper.close();
    const blocked = join(folder, "blocked");
    writeFileSync(blocked, "a file");
    keeper = new RosterKeeper(diskSource(join(blocked, "roster")));
    await waitFor(
      () => keeper.fault,
      () => "no fault is told",
    );
    const told = tell("clientStatusChange", { clientID: "c", status: "activePackage" });
    rmSync(blocked);
    await told;
    assert.deepEqual([keeper.fault, keeper.roster?.size], [undefined, 1]);
  });

  it("forgets a client who asks for it, and who was silent for long, but not who is known by hand", async () => {
    const long = new Date(Date.now() - 400 * day).toISOString();
    await tell("clientStatusChange", { clientID: "old", status: "activePackage" }, { receivedAt: long });
    await tell("clientStatusChange", { clientID: "new", status: "activePackage" });
    await tell("clientStatusChange", { clientID: "gone", status: "activePackage" });
    await keeper.import([{ kind: "staff", credential: "7" }], Date.now() - 400 * day);
    assert.equal(await keeper.prune(365, Date.now()), 1);
    assert.equal(await keeper.forget("gone"), true);
    assert.equal(await keeper.forget("gone"), false);
    await reopen();
    assert.deepEqual([...(keeper.roster?.clients() ?? [])].map(({ clientID }) => clientID).sort(), [
      "by hand: n7",
      "new",
    ]);
  });

  it("keeps what its doors have decided for 30 days, and nothing of who asks to be forgotten", async () => {
    const decision = { door: "door", code: "ok", allow: true, test: false } as const;
    const now = Date.now();
    void keeper.decisions.note({ ...decision, at: now - 31 * day, clientID: "a" });
    for (const clientID of ["a", "b", "a"]) void keeper.decisions.note({ ...decision, at: now, clientID });
    void keeper.decisions.note({ ...decision, at: now + 1, code: "unknown_credential", allow: false, credential: "9" });
    await reopen();
    const all = await keeper.decisions.list({ limit: 9 });
    assert.deepEqual(
      all.decisions.map(({ clientID, credential }) => clientID ?? credential),
      ["9", "a", "b", "a", "a"],
    );
    assert.equal((await keeper.decisions.list({ limit: 9, clientID: "b" })).decisions.length, 1);
    assert.equal((await keeper.decisions.list({ limit: 9, allow: false })).decisions.length, 1);
    assert.equal((await keeper.decisions.list({ limit: 9, door: "other" })).decisions.length, 0);
    const first = await keeper.decisions.list({ limit: 2 });
    assert.ok(first.next);
    assert.equal((await keeper.decisions.list({ limit: 9, before: first.next })).decisions.length, 3);
    await keeper.prune(365, now);
    await keeper.forget("a");
    assert.deepEqual(
      (await keeper.decisions.list({ limit: 9 })).decisions.map(({ clientID }) => clientID),
      [undefined, "b"],
    );
  });

  it("says what an import would change, finds by email, and leaves out what it cannot tell", async () => {
    await tell("clientUpdated", { clientID: "a", email: "One@example.com" });
    await tell("clientUpdated", { clientID: "b", email: "two@example.com" });
    await tell("clientUpdated", { clientID: "c", email: "two@example.com" });
    const entries = [
      { kind: "member", credential: "1", email: "one@example.com", status: "activePackage" },
      { kind: "member", credential: "2", email: "two@example.com" },
      { kind: "blocked", credential: "3" },
    ] as const;
    const expected = {
      ...{ added: 1, changed: 1, unchanged: 0, ambiguous: [2], checks: [], withoutStatus: 0 },
      changes: [
        { clientID: "a", isNew: false, credentials: ["1"], status: "activePackage" },
        { clientID: "by hand: n3", isNew: true, credentials: ["3"], standing: "blocked" },
      ],
    };
    assert.deepEqual(await keeper.preview(entries, Date.now()), expected);
    assert.equal(code("1"), "unknown_credential");
    assert.deepEqual(await keeper.import(entries, Date.now()), expected);
    assert.deepEqual([code("1"), code("2"), code("3")], ["ok", "unknown_credential", "blocked"]);
    const again = { ...expected, added: 0, changed: 0, unchanged: 2, changes: [] };
    assert.deepEqual(await keeper.import(entries, Date.now()), again);
    await tell("clientStatusChange", { clientID: "a", status: "inactive" });
    assert.equal(code("1"), "status_not_allowed");
  });

  it("knows who was blocked, or given a fob, by an email that nobody had yet; but nobody becomes staff by an email", async () => {
    const entries = [
      { email: "Peter@example.com", kind: "blocked", credential: "1" },
      { email: "sam@example.com", kind: "staff", credential: "2" },
      { email: "eve@example.com", status: "activePackage", credential: "3" },
    ] as const;
    await keeper.import(entries, Date.now());
    await tell("accountCreated", { clientID: "p", email: "peter@example.com" });
    await tell("clientStatusChange", { clientID: "p", status: "activePackage" });
    await tell("checkIn", { clientID: "p", fobNumber: "9", checkInStatus: "Valid" });
    await tell("checkIn", { clientID: "s", email: "SAM@example.com", fobNumber: "8", checkInStatus: "Valid" });
    await tell("accountCreated", { clientID: "e", email: "eve@example.com" });
    for (const look of [async () => {}, reopen]) {
      await look();
      assert.deepEqual(["9", "1", "2", "8", "3"].map(code), ["blocked", "blocked", "staff", "status_unknown", "ok"]);
      assert.deepEqual([...(keeper.roster?.clients() ?? [])].map(({ clientID }) => clientID).sort(), [
        ...["by hand: sam@example.com", "e", "p", "s"],
      ]);
    }
    await tell("clientStatusChange", { clientID: "e", status: "suspended" });
    assert.equal(code("3"), "status_not_allowed");
  });

  it("takes away what somebody holds, and knows after a restart that it did", async () => {
    await keeper.import([{ clientID: "c", credential: "BC614E", status: "activePackage" }], Date.now());
    assert.equal(code("12345678"), "ok");
    assert.equal(await keeper.removeCredential("c", "12345678", Date.now()), true);
    assert.equal(await keeper.removeCredential("c", "12345678", Date.now()), false);
    assert.equal(await keeper.removeCredential("nobody", "12345678", Date.now()), false);
    await reopen();
    assert.equal(code("12345678"), "unknown_credential");
    assert.deepEqual(
      keeper.roster?.client("c")?.retired.map(({ text }) => text),
      ["BC614E"],
    );
  });

  it("writes what was said by hand as soon as its disk takes it, also where nobody says it again", async () => {
    await tell("checkIn", { clientID: "lost", fobNumber: "1", checkInStatus: "Valid" });
    await tell("clientStatusChange", { clientID: "gone", status: "activePackage" });
    await keeper.import([{ email: "eve@example.com", credential: "5", kind: "blocked" }], Date.now());
    await keeper.close();
    const disk = { isFull: false };
    keeper = new RosterKeeper(fullAtTimes(diskSource(join(folder, "roster")), disk));
    await keeper.ready;
    disk.isFull = true;
    const joining = event("accountCreated", { clientID: "e", email: "eve@example.com" });
    // Said again, nothing of it is new: that must not look as if it were written.
    for (const attempt of [1, 2]) {
      await assert.rejects(keeper.import([{ clientID: "b", kind: "blocked", credential: "2" }], Date.now()));
      await assert.rejects(keeper.removeCredential("lost", "1", Date.now()));
      await assert.rejects(keeper.forget("gone"));
      await assert.rejects(keeper.take(joining, attempt, "inbox"));
    }
    disk.isFull = false;
    await waitFor(
      () => keeper.fault === undefined || undefined,
      () => "the disk is not tried again",
    );
    await reopen();
    assert.deepEqual(["1", "2", "5"].map(code), ["unknown_credential", "blocked", "blocked"]);
    assert.deepEqual([...(keeper.roster?.clients() ?? [])].map(({ clientID }) => clientID).sort(), ["b", "e", "lost"]);
  });

  it("gives nothing back that was taken away by hand, nor a status that was said by hand, when it is told everything again", async () => {
    const events = [
      event("clientStatusChange", { clientID: "c", status: "activePackage" }),
      event("checkIn", { clientID: "c", fobNumber: "1", checkInStatus: "Valid" }),
      event("checkIn", { clientID: "c", fobNumber: "2", checkInStatus: "Valid" }),
      event("clientStatusChange", { clientID: "d", status: "activePackage" }),
      event("checkIn", { clientID: "d", fobNumber: "3", checkInStatus: "Valid" }),
      event("clientStatusChange", { clientID: "d", status: "activePackage" }),
    ];
    for (const each of events) await keeper.take(each, 1, "inbox");
    await keeper.removeCredential("c", "2", Date.now());
    await keeper.import([{ clientID: "d", status: "left", location: "manly" }], Date.now());
    for (const look of [async () => {}, reopen]) {
      await look();
      for (const each of events) await keeper.take(each, 2, "inbox");
      assert.deepEqual(["1", "2", "3"].map(code), ["unknown_credential", "unknown_credential", "status_not_allowed"]);
    }
    await tell("checkIn", { clientID: "c", fobNumber: "2", checkInStatus: "Valid" });
    await tell("clientStatusChange", { clientID: "d", status: "activePackage" });
    assert.deepEqual(["2", "3"].map(code), ["ok", "ok"]);
  });

  it("knows who was blocked by an email that a client gets by the list itself, or while it is read", async () => {
    keeper.once(
      "client",
      () => void tell("clientUpdated", { clientID: "e", email: "eve@example.com", fobNumber: "2" }),
    );
    const entries = [
      { email: "peter@example.com", kind: "blocked" },
      { email: "eve@example.com", kind: "blocked" },
      { clientID: "p", email: "Peter@example.com", credential: "1", status: "activePackage" },
    ] as const;
    await keeper.import(entries, Date.now());
    for (const look of [async () => {}, reopen]) {
      await look();
      assert.deepEqual(["1", "2"].map(code), ["blocked", "blocked"]);
      assert.deepEqual([...(keeper.roster?.clients() ?? [])].map(({ clientID }) => clientID).sort(), ["e", "p"]);
    }
  });

  it("gives nothing back that was taken away by hand, because it was given to the client's email before", async () => {
    await keeper.import([{ email: "ann@example.com", credential: "1" }], Date.now() - 2);
    await keeper.import([{ clientID: "ann", credential: "1", status: "activePackage" }], Date.now() - 1);
    await keeper.removeCredential("ann", "1", Date.now());
    await tell("clientUpdated", { clientID: "ann", email: "ann@example.com" });
    assert.equal(code("1"), "unknown_credential");
    assert.deepEqual([...(keeper.roster?.clients() ?? [])].length, 1);
  });

  it("closes by a status that was said of an email after all that was said of the client, and not by an older one", async () => {
    for (const clientID of ["a", "b"]) {
      await keeper.import([{ email: `${clientID}@example.com`, status: "left" }], Date.now());
      await tell("clientStatusChange", { clientID, status: "activePackage", fobNumber: clientID === "a" ? "1" : "2" });
    }
    // Nothing is new of it, but that it is said again.
    await keeper.import([{ email: "a@example.com", status: "left" }], Date.now());
    for (const clientID of ["a", "b"]) await tell("clientUpdated", { clientID, email: `${clientID}@example.com` });
    assert.deepEqual(["1", "2"].map(code), ["status_not_allowed", "ok"]);
  });

  it("blocks nobody for a shorter time because an email was blocked for that", async () => {
    await keeper.import([{ email: "eve@example.com", kind: "blocked", until: Date.now() - day }], Date.now());
    await keeper.import([{ clientID: "e", kind: "blocked", credential: "1" }], Date.now());
    await tell("clientUpdated", { clientID: "e", email: "eve@example.com" });
    assert.equal(code("1"), "blocked");
  });

  it("does not forget everybody because the clock is more than a year ahead for a while", async () => {
    const now = Date.now();
    await tell("clientStatusChange", { clientID: "c", status: "activePackage" });
    await keeper.noteDecision({
      at: now,
      door: "door",
      clientID: "c",
      code: "status_unknown",
      allow: false,
      test: false,
    });
    const ahead = now + 400 * day;
    for (const at of [now, ahead, ahead]) assert.equal(await keeper.prune(365, at), 0);
    await reopen();
    assert.equal(await keeper.prune(365, ahead), 0);
    assert.equal((await keeper.decisions.list({ limit: 9 })).decisions.length, 1);
    // It does so in the end, in case that is the time.
    let hours = 1;
    while (keeper.roster?.size === 1 && hours < 1_000) hours += (await keeper.prune(365, ahead)) === 0 ? 1 : 0;
    assert.ok(hours > 100 && hours < 300, `after ${hours} hours`);
  });

  it("forgets nobody who comes in by a fob, of which no event tells, nor looks through all decisions for each one", async () => {
    const long = new Date(Date.now() - 400 * day).toISOString();
    for (const clientID of ["comes", "silent", "refused"])
      await tell("clientStatusChange", { clientID, status: "activePackage" }, { receivedAt: long });
    const decision = { door: "door", test: false, at: Date.now() - day } as const;
    await keeper.noteDecision({ ...decision, clientID: "comes", code: "ok", allow: true });
    await keeper.noteDecision({ ...decision, clientID: "refused", code: "status_not_allowed", allow: false });
    await tell("checkIn", { clientID: "comes", fobNumber: "1" }, { receivedAt: long });
    assert.equal(await keeper.prune(365, Date.now()), 2);
    await reopen();
    assert.deepEqual(
      [...(keeper.roster?.clients() ?? [])].map(({ clientID }) => clientID),
      ["comes"],
    );
    assert.deepEqual(
      (await keeper.decisions.list({ limit: 9 })).decisions.map(({ clientID }) => clientID),
      ["comes"],
    );
  });

  it("tells of a decision when it can be read, not before: the log would look, and not look again", async () => {
    const looked = new Promise<DecisionPage>((resolve, reject) =>
      keeper.once("decision", () => keeper.decisions.list({ limit: 9 }).then(resolve, reject)),
    );
    await keeper.noteDecision({ at: Date.now(), door: "door", code: "malformed", allow: false, test: false });
    assert.equal((await looked).decisions.length, 1);
  });

  it("lets others have their turns during an import, and overwrites nothing that they say", async () => {
    const clients = Array.from({ length: 2_000 }, (_, each) => `c${each}`);
    const entries = clients.map((clientID, each) => ({
      ...{ clientID, credential: String(each + 1), status: "activePackage", location: "manly" },
    }));
    const last = clients.length;
    let turns = 0;
    const count = () => {
      turns += 1;
      counting = setImmediate(count);
    };
    let counting = setImmediate(count);
    const closed = new Promise<void>((resolve, reject) =>
      keeper.once("client", () => {
        tell("clientStatusChange", { clientID: `c${last - 1}`, siteID: "bondi", status: "inactive" }).then(
          resolve,
          reject,
        );
      }),
    );
    await keeper.import(entries, Date.now());
    clearImmediate(counting);
    await closed;
    assert.ok(turns >= 10, `${turns} turns`);
    assert.deepEqual(Object.keys(keeper.roster?.client(`c${last - 1}`)?.sites ?? {}).sort(), ["bondi", "manly"]);
    assert.equal(code(String(last)), "ok");
  });

  it("takes a list that gives one client far too many fobs", async function () {
    this.timeout(20_000);
    const entries = Array.from({ length: 20_000 }, (_, each) => ({ clientID: "c", credential: String(each + 1) }));
    assert.equal((await keeper.import(entries, Date.now())).added, 1);
    assert.equal(keeper.roster?.credentials, 20_000);
  });
});

describe("rosters", () => {
  let folder: string;
  let rosters: Rosters;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "hapana-rosters-"));
    rosters = new Rosters(folder);
  });
  afterEach(async () => {
    await rosters.keepOnly(new Set());
    rmSync(folder, { recursive: true, force: true });
  });

  it("keep a door locked down that decides by another one from now on", async () => {
    const [one, other] = [rosters.open("one"), rosters.open("other")];
    await Promise.all([one.ready, other.ready]);
    await one.setMode("front", "lockdown");
    await one.setMode("back", "open");
    for (const door of ["front", "back"]) rosters.carryLockdown(door, other, () => true);
    assert.deepEqual([other.mode("front"), other.mode("back")], ["lockdown", "normal"]);
    await other.setMode("front", "normal");
    rosters.carryLockdown("front", other, () => true);
    assert.equal(other.mode("front"), "normal");
  });

  it("do not open a door to everybody that was told so long ago, when it decides by the same one again", async () => {
    const [one, other] = [rosters.open("one"), rosters.open("other")];
    await one.setMode("door", "open");
    rosters.carryLockdown("door", other, () => true);
    rosters.carryLockdown("door", one, () => true);
    assert.deepEqual([one.mode("door"), other.mode("door")], ["normal", "normal"]);
  });

  it("keep a door locked down whose former one is loaded after it was moved, unless it was moved back", async () => {
    const before = rosters.open("one");
    for (const door of ["moved", "back"]) await before.setMode(door, "lockdown");
    await rosters.keepOnly(new Set());
    const [one, other] = [rosters.open("one"), rosters.open("other")];
    rosters.carryLockdown("moved", other, () => true);
    rosters.carryLockdown("back", other, () => false);
    rosters.carryLockdown("back", one, () => true);
    await Promise.all([one.ready, other.ready]);
    await waitFor(
      () => other.mode("moved") === "lockdown" || undefined,
      () => "it is not locked down",
    );
    assert.deepEqual([one.mode("back"), other.mode("back")], ["lockdown", "normal"]);
  });

  it("forget a client also where a node is disabled, and may come back", async () => {
    const disabled = rosters.open("one");
    await disabled.import([{ clientID: "c", credential: "1" }, { clientID: "d" }], Date.now());
    await rosters.keepOnly(new Set(["other"]));
    await rosters.forget("c");
    const again = rosters.open("one");
    await again.ready;
    assert.deepEqual(
      [...(again.roster?.clients() ?? [])].map(({ clientID }) => clientID),
      ["d"],
    );
  });

  it("do not keep for ever whom nobody hears of any more, because their node is gone", async () => {
    const gone = rosters.open("one");
    const receivedAt = new Date(Date.now() - 400 * day).toISOString();
    await gone.take(event("clientStatusChange", { clientID: "old", status: "left" }, { receivedAt }), 1, "inbox");
    await gone.take(event("clientStatusChange", { clientID: "new", status: "left" }), 1, "inbox");
    await rosters.keepOnly(new Set());
    await rosters.pruneLeft(365, Date.now());
    const again = rosters.open("one");
    await again.ready;
    assert.deepEqual(
      [...(again.roster?.clients() ?? [])].map(({ clientID }) => clientID),
      ["new"],
    );
  });

  it("do not say that a client is forgotten where a node is disabled, and its folder cannot be opened", async () => {
    const another = new RosterKeeper(diskSource(join(folder, "hapana", "roster", "one")));
    await another.ready;
    await assert.rejects(rosters.forget("c"));
    await another.close();
    await rosters.forget("c");
  });
});

describe("a roster in memory", () => {
  it("is kept as long as the process", async () => {
    const keeper = new RosterKeeper(memorySource());
    await keeper.take(event("clientStatusChange", { clientID: "c", status: "activePackage" }), 1, "inbox");
    assert.equal(keeper.roster?.size, 1);
    await keeper.close();
  });
});
