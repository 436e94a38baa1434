import assert from "node:assert/strict";
import fc from "fast-check";
import type { RosterEvent } from "../../../src/access/apply-event";
import { type Code, codes } from "../../../src/access/codes";
import { type Decision, decide, type Known, mayEnter, type Question, whoAsks } from "../../../src/access/decide";
import { applyEntries, clientOfEntry, type Entry } from "../../../src/access/entries";
import { Roster } from "../../../src/access/roster";
import type { Rules } from "../../../src/access/rules";
import { always, hoursOf, readRanges } from "../../../src/problems/hours";

const hour = 60 * 60_000;
const now = Date.UTC(2026, 3, 12, 7, 52, 10);

const rules: Rules = {
  door: "Front",
  sites: [],
  credentialFormat: "auto",
  statuses: ["activePackage", "introOffer"],
  graceHours: 0,
  packages: [],
  hours: always,
  hasHours: false,
  timeZone: "",
  maxAgeSeconds: 30,
  gapSeconds: 3,
  staleHours: 0,
  whenStale: "warn",
  testsOpen: false,
  trustCheckInHours: 0,
};

let sequence = 0;

type Told = { event: string; at?: number } & Record<string, unknown>;

const status = (clientID: string, status: string, more: object = {}): Told => ({
  ...{ event: "clientStatusChange", clientID, siteID: "manly", status },
  ...more,
});
const fob = (clientID: string, fobNumber: string, more: object = {}): Told => ({
  ...{ event: "checkIn", clientID, siteID: "manly", fobNumber, checkInStatus: "Valid" },
  ...more,
});

function toEvent({ event, at = now - hour, ...payload }: Told): RosterEvent {
  sequence += 1;
  return { event, payload, at, inbox: "inbox", sequence };
}

function rosterOf(told: readonly Told[], entries: readonly Entry[] = []): Roster {
  const roster = new Roster();
  for (const each of told) roster.apply(toEvent(each));
  for (const entry of entries) {
    const client = clientOfEntry(entry, roster, new Map());
    assert.ok(client);
    roster.set(applyEntries(client, [entry], { ...roster.newest, at: now - hour }));
  }
  return roster;
}

interface Case {
  told?: readonly Told[];
  entries?: readonly Entry[];
  tests?: readonly Told[];
  rules?: Partial<Rules>;
  known?: Partial<Known>;
  at?: number;
}

const scan = (text: string, more: object = {}): Question => ({ kind: "credential", text, ...more });
const checkIn = (more: object = {}, asked: object = {}): Question => ({
  kind: "checkIn",
  payload: { clientID: "c1", siteID: "manly", checkInStatus: "Valid", ...more },
  at: now,
  isRedelivered: false,
  isTest: false,
  ...asked,
});

function decided(
  question: Question,
  { told = [], entries = [], tests = [], known, rules: other, at = now }: Case = {},
): Decision {
  const all: Known = {
    roster: rosterOf(told, entries),
    tests: rosterOf(tests),
    mode: "normal",
    lastEventAt: now - hour,
    ...known,
  };
  return decide(question, all, { ...rules, ...other }, at);
}

const member = [status("c1", "activePackage"), fob("c1", "100")];
const closed = [...member, status("c1", "suspendedMembership")];
const night = hoursOf(readRanges([{ days: ["mon"], from: "01:00", to: "02:00" }]) as never, "UTC");
const hours = { hours: night, hasHours: true };

const table: readonly [name: string, question: Question, given: Case, code: Code, allow: boolean][] = [
  ["a lockdown", scan("100"), { told: member, known: { mode: "lockdown" } }, "locked_down", false],
  [
    "a lockdown, for staff too",
    scan("7"),
    { entries: [{ kind: "staff", credential: "7" }], known: { mode: "lockdown" } },
    "locked_down",
    false,
  ],
  ["an open door", scan("999"), { known: { mode: "open" } }, "open_mode", true],
  [
    "an open door, while the roster is loaded",
    scan("999"),
    { known: { mode: "open", roster: undefined } },
    "open_mode",
    true,
  ],
  ["what cannot be read", { kind: "malformed" }, { told: member }, "malformed", false],
  ["while the roster is loaded", scan("100"), { known: { roster: undefined } }, "roster_loading", false],
  ["a blocked client", scan("100"), { told: member, entries: [{ kind: "blocked", clientID: "c1" }] }, "blocked", false],
  [
    "a blocked client's check-in",
    checkIn(),
    { told: member, entries: [{ kind: "blocked", clientID: "c1" }] },
    "blocked",
    false,
  ],
  [
    "a check-in with a fob that is blocked, of a client who is not",
    checkIn({ fobNumber: "0x64" }),
    { told: member, entries: [{ kind: "blocked", credential: "100" }] },
    "blocked",
    false,
  ],
  ["what a broker has kept", scan("100", { isRetained: true }), { told: member }, "redelivered", false],
  [
    "what a broker has kept, of staff",
    scan("7", { isRetained: true }),
    { entries: [{ kind: "staff", credential: "7" }] },
    "redelivered",
    false,
  ],
  [
    "a blocked fob of a client who is not",
    scan("100"),
    { told: member, entries: [{ kind: "blocked", credential: "100" }] },
    "blocked",
    false,
  ],
  ["staff", scan("7"), { entries: [{ kind: "staff", credential: "7" }] }, "staff", true],
  [
    "staff whose time is over",
    scan("7"),
    { entries: [{ kind: "staff", credential: "7", until: now - 1 }] },
    "unknown_credential",
    false,
  ],
  ["an unknown fob", scan("999"), { told: member }, "unknown_credential", false],
  ["a fob that was replaced", scan("100"), { told: [...member, fob("c1", "200")] }, "unknown_credential", false],
  ["the fob that replaced it", scan("200"), { told: [...member, fob("c1", "200")] }, "ok", true],
  [
    "a credential past its end",
    scan("7"),
    { entries: [{ kind: "member", credential: "7", status: "activePackage", until: now - 1 }] },
    "unknown_credential",
    false,
  ],
  [
    "two clients with one fob",
    scan("100"),
    { told: [...member, status("c2", "activePackage"), fob("c2", "100")] },
    "ambiguous_credential",
    false,
  ],
  [
    "one of whom is confirmed by hand",
    scan("100"),
    {
      told: [...member, status("c2", "activePackage"), fob("c2", "100")],
      entries: [{ kind: "member", clientID: "c2", credential: "100" }],
    },
    "ok",
    true,
  ],
  ["an old check-in", checkIn({}, { at: now - 31_000 }), { told: member }, "too_old", false],
  [
    "a check-in that Hapana refuses",
    checkIn({ checkInStatus: "Invalid" }),
    { told: member },
    "refused_by_hapana",
    false,
  ],
  [
    "a check-in of which Hapana says nothing",
    checkIn({ checkInStatus: null }),
    { told: member },
    "refused_by_hapana",
    false,
  ],
  ["a check-in that came again", checkIn({}, { isRedelivered: true }), { told: member }, "redelivered", false],
  [
    "a check-in of staff that came again",
    checkIn({}, { isRedelivered: true }),
    { told: member, entries: [{ kind: "staff", clientID: "c1" }] },
    "redelivered",
    false,
  ],
  ["a check-in of staff", checkIn(), { told: member, entries: [{ kind: "staff", clientID: "c1" }] }, "staff", true],
  [
    "a check-in elsewhere",
    checkIn({ siteID: "bondi" }),
    { told: member, rules: { sites: ["manly"] } },
    "wrong_site",
    false,
  ],
  ["a check-in nowhere", checkIn({ siteID: null }), { told: member, rules: { sites: ["manly"] } }, "wrong_site", false],
  ["a client known elsewhere only", scan("100"), { told: member, rules: { sites: ["bondi"] } }, "wrong_site", false],
  ["a door whose locations cannot be read", scan("100"), { told: member, rules: { sites: [""] } }, "wrong_site", false],
  [
    "a status that opens elsewhere, at a door for all",
    scan("100"),
    { told: [...closed, status("c1", "activePackage", { siteID: "bondi" })] },
    "ok",
    true,
  ],
  [
    "a status that opens elsewhere, at a door of one",
    scan("100"),
    { told: [...closed, status("c1", "activePackage", { siteID: "bondi" })], rules: { sites: ["manly"] } },
    "status_not_allowed",
    false,
  ],
  ["a status never seen", scan("100"), { told: [fob("c1", "100")] }, "status_unknown", false],
  [
    "a status never seen, after a check-in that is trusted",
    scan("100"),
    { told: [fob("c1", "100")], rules: { trustCheckInHours: 2 } },
    "ok",
    true,
  ],
  [
    "a status never seen, after a check-in that is trusted no more",
    scan("100"),
    { told: [fob("c1", "100")], rules: { trustCheckInHours: 1 } },
    "status_unknown",
    false,
  ],
  [
    "a status never seen, after a check-in that Hapana refused",
    scan("100"),
    { told: [fob("c1", "100", { checkInStatus: "Invalid" })], rules: { trustCheckInHours: 2 } },
    "status_unknown",
    false,
  ],
  ["a check-in of somebody whose status was never seen", checkIn(), {}, "ok", true],
  ["a check-in of somebody whose status does not open", checkIn(), { told: closed }, "status_not_allowed", false],
  ["a status that does not open", scan("100"), { told: closed }, "status_not_allowed", false],
  [
    "an account that never bought anything",
    scan("100"),
    { told: [status("c1", "accountCreated"), fob("c1", "100")] },
    "status_not_allowed",
    false,
  ],
  [
    "an unknown status",
    scan("100"),
    { told: [status("c1", "somethingNew"), fob("c1", "100")] },
    "status_not_allowed",
    false,
  ],
  ["a grace", scan("100"), { told: closed, rules: { graceHours: 2 } }, "grace", true],
  ["a grace that is over", scan("100"), { told: closed, rules: { graceHours: 1 } }, "status_not_allowed", false],
  [
    "a fob that is blocked, of more clients than anybody looks at",
    scan("100"),
    {
      told: Array.from({ length: 9 }, (_, each) => [
        status(`c${each}`, "activePackage"),
        fob(`c${each}`, "100"),
      ]).flat(),
      entries: [
        { clientID: "c0", credential: "100" },
        { kind: "blocked", credential: "100" },
      ],
    },
    "blocked",
    false,
  ],
  [
    "no grace where none is set, though the clock is a moment behind",
    scan("100"),
    { told: [...member, status("c1", "inactive", { at: now + 60_000 })] },
    "status_not_allowed",
    false,
  ],
  [
    "a status by hand of all locations, newer than Hapana's of one",
    scan("100"),
    { told: member, entries: [{ clientID: "c1", status: "left" }] },
    "status_not_allowed",
    false,
  ],
  [
    "a status by hand of one location, newer than one of all",
    scan("100"),
    {
      told: member,
      entries: [
        { clientID: "c1", status: "left" },
        { clientID: "c1", status: "activePackage", location: "manly" },
      ],
    },
    "ok",
    true,
  ],
  [
    "no grace for who never was let in",
    scan("100"),
    { told: [status("c1", "inactive"), fob("c1", "100")], rules: { graceHours: 99 } },
    "status_not_allowed",
    false,
  ],
  [
    "a grace from the first of two that close",
    scan("100"),
    {
      told: [
        ...member,
        status("c1", "suspendedMembership", { at: now - 5 * hour }),
        status("c1", "inactive", { at: now - 1 }),
      ],
      rules: { graceHours: 2 },
    },
    "status_not_allowed",
    false,
  ],
  ["another package", scan("100"), { told: member, rules: { packages: ["Gold"] } }, "package_not_allowed", false],
  [
    "a package by its category",
    scan("100"),
    {
      told: [
        status("c1", "activePackage", {
          activePackages: [{ packageID: "p", packageName: "n", packageCategory: "Gold" }],
        }),
        fob("c1", "100"),
      ],
      rules: { packages: ["gold"] },
    },
    "ok",
    true,
  ],
  ["outside of the hours", scan("100"), { told: member, rules: hours }, "outside_hours", false],
  ["again at once", scan("100", { secondsSinceLast: 2 }), { told: member }, "too_soon", false],
  ["again after a while", scan("100", { secondsSinceLast: 3 }), { told: member }, "ok", true],
  [
    "nothing heard for long",
    scan("100"),
    { told: member, known: { lastEventAt: now - 3 * hour }, rules: { staleHours: 2, whenStale: "refuse" } },
    "roster_stale",
    false,
  ],
  [
    "nothing heard for long, with a warning",
    scan("100"),
    { told: member, known: { lastEventAt: now - 3 * hour }, rules: { staleHours: 2 } },
    "ok",
    true,
  ],
  ["a test", checkIn({}, { isTest: true }), { tests: [status("c1", "activePackage")] }, "test_only", false],
  [
    "a test that may open",
    checkIn({}, { isTest: true }),
    { tests: [status("c1", "activePackage")], rules: { testsOpen: true } },
    "ok",
    true,
  ],
  [
    "a test of a client whom a test has suspended",
    checkIn({}, { isTest: true }),
    { told: member, tests: [status("c1", "suspendedMembership")] },
    "status_not_allowed",
    false,
  ],
  [
    "a real check-in of a client whom a test has suspended",
    checkIn(),
    { told: member, tests: [status("c1", "suspendedMembership")] },
    "ok",
    true,
  ],
  [
    "a fob that only tests know",
    scan("55"),
    { tests: [status("t", "activePackage"), fob("t", "55")] },
    "test_only",
    false,
  ],
  ["a member", scan("100"), { told: member }, "ok", true],
  [
    "a check-in by a fob that is blocked",
    checkIn({ fobNumber: "100" }),
    { told: member, entries: [{ kind: "blocked", credential: "100" }] },
    "blocked",
    false,
  ],
  [
    "a client who is blocked, and stands in a list of members",
    scan("100"),
    {
      told: member,
      entries: [
        { kind: "blocked", clientID: "c1" },
        { clientID: "c1", credential: "100" },
      ],
    },
    "blocked",
    false,
  ],
  [
    "a client who is blocked no more",
    scan("100"),
    {
      told: member,
      entries: [
        { kind: "blocked", clientID: "c1" },
        { kind: "member", clientID: "c1" },
      ],
    },
    "ok",
    true,
  ],
  [
    "a status at a location that claims to be all of them",
    scan("100"),
    { told: [...closed, status("c1", "activePackage", { siteID: "*" })], rules: { sites: ["manly"] } },
    "status_not_allowed",
    false,
  ],
  [
    "a status of nobody, and a fob of nobody",
    scan("100"),
    { told: [status(null as never, "activePackage"), fob(null as never, "100")] },
    "unknown_credential",
    false,
  ],
  [
    "a check-in with spaces around the id of who is suspended",
    checkIn({ clientID: " c1 " }),
    { told: closed },
    "status_not_allowed",
    false,
  ],
  [
    "a fob with the number 0, which nobody has",
    scan("100"),
    { told: [...member, fob("c1", "0"), fob("c1", 0 as never)] },
    "ok",
    true,
  ],
  ["a member, in other letters", scan("0x64"), { told: member }, "ok", true],
  [
    "a client by hand",
    scan("7"),
    { entries: [{ kind: "member", credential: "7", status: "activePackage" }], rules: { sites: ["manly"] } },
    "ok",
    true,
  ],
];

describe("the decision at a door", () => {
  for (const [name, question, given, code, allow] of table) {
    it(`${name}: ${code}`, () => {
      const decision = decided(question, given);
      assert.equal(decision.code, code);
      assert.equal(decision.allow, allow);
    });
  }

  it("says whose a fob was that is no longer valid, and nothing of that where the clock is wrong", () => {
    const entries: Entry[] = [{ kind: "member", credential: "7", name: "Cleaner", until: now - 1 }];
    const { code, isExpired, client } = decided(scan("7"), { entries });
    assert.deepEqual([code, isExpired, client?.firstName], ["unknown_credential", true, "Cleaner"]);
    const unsure = decided(scan("7"), { entries, at: 0 });
    assert.deepEqual([unsure.code, unsure.isExpired, unsure.isClockWrong], ["unknown_credential", undefined, true]);
    assert.equal(decided(scan("8"), { entries }).isExpired, undefined);
  });

  it("names everybody whose a fob may be", () => {
    const { code, client, clients } = decided(scan("100"), { told: [...member, fob("c2", "100")] });
    assert.deepEqual([code, client], ["ambiguous_credential", undefined]);
    assert.deepEqual(
      clients?.map(({ clientID }) => clientID),
      ["c1", "c2"],
    );
  });

  it("can be told later whom a locked door has kept out, where only one can have been there", () => {
    const roster = rosterOf([...member, fob("c2", "200"), fob("c3", "200")]);
    const asked = [scan("100"), scan("200"), scan("300"), checkIn(), { kind: "malformed" } as const];
    assert.deepEqual(
      asked.map((question) => whoAsks(question, roster, rules)),
      ["c1", undefined, undefined, "c1", undefined],
    );
  });

  it("has a case for every code", () => {
    const tried = new Set(table.map(([, , , code]) => code));
    assert.deepEqual(
      codes.filter((code) => !tried.has(code)),
      [],
    );
  });

  describe("where the clock is wrong", () => {
    const wrong = { at: now - 9 * hour };
    it("decides by status", () => assert.equal(decided(scan("100"), { told: member, ...wrong }).code, "ok"));
    for (const [name, given, code] of [
      ["hours", { told: member, rules: hours }, "outside_hours"],
      ["grace", { told: closed, rules: { graceHours: 99 } }, "status_not_allowed"],
    ] as const) {
      it(`refuses by ${name}, and says why`, () => {
        const decision = decided(scan("100"), { ...given, ...wrong });
        assert.deepEqual([decision.code, decision.isClockWrong], [code, true]);
      });
    }
    it("does not let in who may have ended", () => {
      const entries: Entry[] = [{ kind: "staff", credential: "7", until: now + hour }];
      assert.equal(decided(scan("7"), { entries, ...wrong }).code, "unknown_credential");
      assert.equal(decided(scan("7"), { entries }).code, "staff");
    });
  });

  it("believes what comes for the first time, also after a backup was put over the inbox and the clock put back", () => {
    const roster = rosterOf(member);
    roster.apply({ ...toEvent(status("c1", "suspendedMembership", { at: now - 9 * hour })), sequence: 1 });
    const known: Known = { roster, tests: new Roster(), mode: "normal", lastEventAt: undefined };
    assert.equal(decide(scan("100"), known, rules, now).code, "status_not_allowed");
  });

  for (const siteID of ["__proto__", "constructor", "toString"])
    it(`takes a location that is called ${siteID} for any other`, () => {
      const told = [status("c1", "activePackage", { siteID }), fob("c1", "100", { siteID })];
      assert.equal(decided(scan("100"), { told }).code, "ok");
      assert.equal(decided(scan("100"), { told, rules: { sites: ["manly"] } }).code, "wrong_site");
      const entries = [{ credential: "7", status: "activePackage", location: siteID }];
      assert.equal(decided(scan("7"), { entries, rules: { sites: [siteID] } }).code, "ok");
    });

  it("keeps the fob that was seen last, when an older check-in with another comes again", () => {
    const roster = rosterOf(member);
    const old = toEvent(fob("c1", "200"));
    roster.apply(toEvent(fob("c1", "100")));
    roster.apply({ ...old, isAgain: true });
    const known: Known = { roster, tests: new Roster(), mode: "normal", lastEventAt: undefined };
    assert.equal(decide(scan("100"), known, rules, now).code, "ok");
    assert.equal(decide(scan("200"), known, rules, now).code, "unknown_credential");
  });

  it("lets in nobody whose newest status closes, whatever comes again and in whatever order", () => {
    const kinds = fc.constantFrom("activePackage", "introOffer", "suspendedMembership", "inactive");
    const world = fc.tuple(
      fc.array(fc.record({ client: fc.constantFrom("a", "b"), status: kinds, jump: fc.integer({ min: -5, max: 5 }) }), {
        minLength: 1,
        maxLength: 12,
      }),
      fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 8 }),
    );
    fc.assert(
      fc.property(world, ([changes, again]) => {
        let clock = now - 100 * hour;
        const events = changes.map(({ client, status: word, jump }) => {
          // A clock is put back, too.
          clock += jump * 60_000;
          return toEvent(status(client, word, { at: clock }));
        });
        // What came is told again, at any later time.
        const order = events.flatMap((event, index) => [
          event,
          ...again
            .filter(([at]) => at % events.length === index)
            .map(([, what]) => ({ ...(events[what % (index + 1)] as RosterEvent), isAgain: true })),
        ]);
        const roster = new Roster();
        roster.apply(toEvent(fob("a", "1", { at: now - 200 * hour })));
        roster.apply(toEvent(fob("b", "2", { at: now - 200 * hour })));
        for (const event of order) roster.apply(event);
        for (const [client, text] of [
          ["a", "1"],
          ["b", "2"],
        ] as const) {
          const newest = changes.filter((change) => change.client === client).at(-1)?.status;
          const isOpen = newest === "activePackage" || newest === "introOffer";
          const known = { roster, tests: new Roster(), mode: "normal" as const, lastEventAt: undefined };
          assert.equal(decide(scan(text), known, rules, now).allow, isOpen);
          const found = roster.client(client);
          assert.equal(found !== undefined && mayEnter(found, rules, now) !== undefined, isOpen);
        }
      }),
      { numRuns: 500 },
    );
  });
});
