import assert from "node:assert/strict";
import { configOf } from "../../../nodes/hapana-access/config";
import { applyEntries, type Entry, readEntries } from "../../../src/access/entries";
import { accessChanges, grantsOf } from "../../../src/access/permission";
import { type ClientChange, Roster } from "../../../src/access/roster";

const { rules } = configOf({}) as NonNullable<ReturnType<typeof configOf>>;
const now = Date.UTC(2026, 3, 12, 7, 52, 10);

describe("what a controller is told", () => {
  let roster: Roster;
  let sequence = 0;
  beforeEach(() => {
    roster = new Roster();
  });
  const told = (change: ClientChange | undefined) =>
    change
      ? accessChanges(change, roster, rules, now).map(({ action, client, credentials }) =>
          [action, client.clientID, ...credentials.map(({ text }) => text)].join(" "),
        )
      : [];
  const learn = (event: string, clientID: string, payload: object) => {
    sequence += 1;
    const moment = { inbox: "inbox", sequence, at: now };
    return told(roster.apply({ event, payload: { clientID, siteID: "manly", ...payload }, ...moment }));
  };
  const say = (clientID: string, entry: Entry) => {
    const known = roster.client(clientID) ?? { clientID, sites: {}, credentials: [], retired: [] };
    return told(roster.set(applyEntries(known, [entry], { ...roster.newest, at: now })));
  };
  const granted = () =>
    [...roster.clients()].flatMap((client) =>
      grantsOf(client, roster, rules, now).flatMap(({ credentials }) =>
        credentials.map(({ text }) => `${client.clientID} ${text}`),
      ),
    );
  const member = (clientID: string, fobNumber: string) => [
    ...learn("clientStatusChange", clientID, { status: "activePackage" }),
    ...learn("checkIn", clientID, { fobNumber }),
  ];

  it("is to take a fob away that is blocked, and gives it back when it is not any more", () => {
    assert.deepEqual(member("a", "100"), ["grant a 100"]);
    assert.deepEqual(say("by hand: n100", { kind: "blocked", credential: "100" }), ["revoke a 100"]);
    assert.deepEqual(granted(), []);
    assert.deepEqual(told(roster.forget("by hand: n100")), ["grant a 100"]);
    assert.deepEqual(granted(), ["a 100"]);
  });

  it("is to take a fob away that two clients have, until somebody says whose it is", () => {
    assert.deepEqual(member("a", "100"), ["grant a 100"]);
    assert.deepEqual(member("b", "00100"), ["revoke a 100"]);
    assert.deepEqual(granted(), []);
    assert.deepEqual(say("b", { credential: "100" }).at(-1), "grant b 100");
    assert.deepEqual(granted(), ["b 100"]);
  });
  it("is not given a fob for longer than it was given by hand, because Hapana names it as well", () => {
    learn("clientStatusChange", "a", { status: "activePackage" });
    say("a", { credential: "00BC614E", until: now + 1 });
    assert.deepEqual(learn("checkIn", "a", { fobNumber: "12345678" }), []);
    assert.deepEqual(granted(), ["a 00BC614E"]);
    say("a", { credential: "00BC614E", until: now - 1 });
    learn("checkIn", "a", { fobNumber: "12345678" });
    assert.deepEqual(granted(), []);
  });
  it("is told of a fob that 1,000 clients have in little time, and is given it for none of them", function () {
    this.timeout(30_000);
    for (let each = 0; each < 1_000; each += 1) member(`c${each}`, "100");
    assert.deepEqual(granted(), []);
  });
});

describe("a list of entries", () => {
  const read = (...rows: unknown[]) => readEntries(rows, (name) => name);

  it("names an end of which nobody can tell the month", async () => {
    for (const until of ["01/02/2027", "1.2.2027", "2027", "soon"])
      assert.deepEqual((await read({ fob: "1", until })).faulty, [{ row: 1, problem: "unknownTime" }]);
  });

  it("holds up no other row by one that cannot be read, nor takes it for one of somebody else, or without an end", async () => {
    const noText = { toString: null };
    const rows: readonly unknown[] = [
      ...[{ fob: "1", until: 1e300 }, { fob: "1", until: noText }, { fob: "1", until: true }, { fob: noText }],
      ...[
        { clientID: noText, fob: "1" },
        { clientID: {}, fob: "1" },
        { email: ["a@example.com"] },
        { clientID: "c\x001" },
      ],
      ...[
        { fob: "1", kind: noText },
        { fob: "1", location: {} },
        { constructor: "c" },
        { fob: "1", name: noText, status: {} },
      ],
    ];
    const { entries, faulty } = await read(...rows);
    assert.deepEqual(
      faulty.map(({ problem }) => problem),
      [
        ...["unknownTime", "unknownTime", "unknownTime", "unknownCredential", "nobody", "nobody", "nobody", "nobody"],
        ...["unknownKind", "unknownLocation", "nobody"],
      ],
    );
    assert.deepEqual(entries, [{ credential: "1", row: 12 }]);
  });

  it("reads the last day that there is, also as it was exported", async () => {
    const endOf = async (until: string) => (await read({ fob: "1", until })).entries[0]?.until ?? 0;
    const end = await endOf("9999-12-31");
    assert.equal(await endOf(new Date(end).toISOString()), end);
  });
});
