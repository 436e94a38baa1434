import assert from "node:assert/strict";
import { type AccessNodes, type DoorView, serveAccess } from "../../../nodes/runtime/serve-access";
import type { RosterKeeper } from "../../../src/access/keeper";
import { Rosters } from "../../../src/access/rosters";
import type { StoredEvent } from "../../../src/inbox/stored-event";
import { type Answer, post } from "../../support/post";
import { StandInRed } from "../../support/stand-in-red";
import { waitFor } from "../../support/wait-for";

const lockedAt = Date.UTC(2026, 3, 12, 7, 52);

const door: DoorView & { told: DoorView["told"] } = {
  ...{ id: "front", roster: "roster", name: "Front door", told: { mode: "lockdown", since: lockedAt } },
  async tell(mode) {
    this.told = { mode };
  },
};

const nodes: AccessNodes = {
  doors: new Map([[door.id, door]]),
  roster: (id) =>
    id === "roster"
      ? {
          ...{ name: "Members", endpoint: "endpoint", endpointName: "Hapana /hapana" },
          siteName: (siteID) => (siteID === "manly" ? "Manly" : undefined),
          siteNamed: (name) => (name === "Manly" ? "manly" : name),
        }
      : undefined,
};

type Row = Record<string, unknown>;

/** What is in the answers together: each has some of it. */
interface Found {
  rosters: (Row & { state: string; lastEvent?: string })[];
  clients: (Row & { clientID: string; firstName?: string })[];
  total: number;
  decisions: (Row & { id: string; at: string; code: string })[];
  next?: string;
  credentials: (Row & { credential: string; count: number; kind?: string; doorName?: string })[];
  firstName: string;
  isByHand: boolean;
  status: { status: string };
  sites: (Row & { siteName?: string; lastCheckIn: { isValid: boolean } })[];
}

describe("what the editor is told of rosters and doors", () => {
  let red: StandInRed;
  let rosters: Rosters;
  let keeper: RosterKeeper;
  let url: string;
  let sequence = 0;

  beforeEach(async () => {
    red = new StandInRed();
    rosters = new Rosters(red.userDir);
    serveAccess(red.RED, rosters, nodes);
    url = `${await red.listen()}/hapana-access`;
    keeper = rosters.open("roster");
    await keeper.ready;
  });
  afterEach(async () => {
    await rosters.keepOnly(new Set());
    await red.end();
  });

  async function tell(event: string, payload: Record<string, unknown>) {
    sequence += 1;
    const stored: StoredEvent = {
      ...{ sequence, event: event as StoredEvent["event"], siteID: "manly", issues: [], deliveryId: `del_${sequence}` },
      ...{ receivedAt: new Date().toISOString(), test: false, body: {}, payload: { siteID: "manly", ...payload } },
    };
    await keeper.take(stored, 1, "inbox");
  }

  async function tellOfMaria() {
    await tell("clientUpdated", { clientID: "m1", firstName: "María", lastName: "Gómez", email: "maria@example.com" });
    await tell("clientStatusChange", { clientID: "m1", status: "suspended" });
    await tell("checkIn", { clientID: "m1", fobNumber: "BC614E", checkInStatus: "Valid" });
  }

  const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
    post(`${url}${path}`, { method: "GET", headers });
  const order = (path: string, body: unknown): Promise<Answer> => post(`${url}${path}`, { body });

  async function found(path: string, headers: Record<string, string> = {}) {
    const answer = await get(path, headers);
    assert.equal(answer.status, 200, answer.body);
    return answer.json() as unknown as Found;
  }

  it("are the rosters, how they stand, and their doors", async () => {
    await tellOfMaria();
    const { rosters: listed } = await found("/rosters");
    assert.equal(typeof listed[0]?.lastEvent, "string");
    assert.deepEqual(
      listed.map(({ lastEvent: _, ...each }: Record<string, unknown>) => each),
      [
        {
          ...{ roster: "roster", name: "Members", endpoint: "endpoint", endpointName: "Hapana /hapana" },
          ...{ state: "behind", clients: 1, credentials: 1 },
          doors: [{ door: "front", name: "Front door", mode: "lockdown", since: new Date(lockedAt).toISOString() }],
        },
      ],
    );
    keeper.behindIs(false);
    assert.equal((await found("/rosters")).rosters[0]?.state, "ready");
  });

  it("is what a door is told, also where the disk refuses to keep that", async () => {
    const locked = door.told;
    assert.deepEqual((await order("/mode", { door: "front", mode: "normal" })).json(), { mode: "normal" });
    assert.equal(door.told.mode, "normal");
    assert.equal((await order("/mode", { door: "back", mode: "normal" })).status, 404);
    keeper.roster = undefined;
    assert.equal((await order("/mode", { door: "front", mode: "open" })).status, 503);
    assert.equal(door.told.mode, "open");
    door.told = locked;
  });

  it("are clients, by any word, and by a credential in another writing", async () => {
    await tellOfMaria();
    await tell("clientUpdated", { clientID: "z1", firstName: "Aaron" });
    const ids = async (search: string, query = "") => {
      const { clients, total } = await found(`/roster/clients${query}`, {
        "hapana-search": encodeURIComponent(search),
      });
      assert.equal(total, clients.length);
      return clients.map(({ clientID }: { clientID: string }) => clientID);
    };
    assert.deepEqual(await ids(""), ["z1", "m1"]);
    for (const search of ["gomez maria", "MARIA@example", "m1", "bc614e", "0012345678", "00:BC:61:4E"])
      assert.deepEqual(await ids(search), ["m1"], search);
    assert.deepEqual(await ids("nobody"), []);
    await order("/roster/import", { entries: [{ clientID: "z1", kind: "blocked" }] });
    assert.deepEqual(await ids("", "?standing=blocked"), ["z1"]);
    assert.deepEqual(await ids("", "?standing=staff"), []);
    const { clients, total } = await found("/roster/clients?limit=1");
    assert.deepEqual([clients.length, total], [1, 2]);
  });

  it("are the first by name of very many", async () => {
    const entries = Array.from({ length: 900 }, (_, each) => ({
      ...{ clientID: `c${each}`, name: `N${String((each * 7) % 900).padStart(3, "0")}` },
    }));
    await keeper.import(entries, Date.now());
    const { clients, total } = await found("/roster/clients?limit=3");
    assert.equal(total, 900);
    assert.deepEqual(
      clients.map(({ firstName }: { firstName?: string }) => firstName),
      ["N000", "N001", "N002"],
    );
  });

  it("is all that is known of a client", async () => {
    await tellOfMaria();
    const client = await found("/roster/client", { "hapana-client": "m1" });
    assert.deepEqual([client.firstName, client.isByHand, client.status.status], ["María", false, "suspended"]);
    assert.deepEqual([client.sites[0]?.siteName, client.sites[0]?.lastCheckIn.isValid], ["Manly", true]);
    assert.deepEqual([client.credentials[0]?.credential, client.credentials[0]?.kind], ["BC614E", "fob"]);
  });

  it("are decisions, with what they rest on", async () => {
    await tellOfMaria();
    const asOf = Date.now() - 5_000;
    const base = { door: "front", test: false, at: Date.now() } as const;
    await keeper.noteDecision({ ...base, code: "unknown_credential", allow: false, credential: "77" });
    await keeper.noteDecision({
      ...{ ...base, code: "status_not_allowed", allow: false, clientID: "m1", credential: "BC614E" },
      ...{ siteID: "manly", status: "suspended", asOf },
    });
    const [newest] = (await found("/roster/decisions?decision=refuse&limit=1")).decisions;
    const { id: _, at: __, ...row } = newest ?? {};
    assert.deepEqual(row, {
      ...{ door: "front", doorName: "Front door", decision: "refuse", code: "status_not_allowed", test: false },
      ...{ siteID: "manly", siteName: "Manly", status: "suspended", since: new Date(asOf).toISOString() },
      ...{ client: { clientID: "m1", firstName: "María", lastName: "Gómez" }, credential: "BC614E" },
    });
    const codes = async (path: string, headers = {}) =>
      (await found(`/roster/decisions${path}`, headers)).decisions.map(({ code }: { code: string }) => code);
    assert.deepEqual(await codes("", { "hapana-client": "m1" }), ["status_not_allowed"]);
    assert.deepEqual(await codes("?decision=allow"), []);
    assert.deepEqual(await codes("?to=2026-01-01"), []);
    assert.equal((await codes("?from=2026-01-01")).length, 2);
    const first = await found("/roster/decisions?limit=1");
    assert.deepEqual(await codes(`?before=${first.next}`), ["unknown_credential"]);
    red.forbidden.add("hapana.personal");
    const [seen] = (await found("/roster/decisions?limit=1")).decisions;
    assert.deepEqual([seen?.client, seen?.credential, seen?.status], [undefined, undefined, "suspended"]);
  });

  it("are decisions about whoever may be meant, and of what is no longer valid", async () => {
    await tellOfMaria();
    await tell("clientUpdated", { clientID: "z1", firstName: "Aaron" });
    const base = { door: "front", test: false, at: Date.now(), allow: false, credential: "5" } as const;
    await keeper.noteDecision({ ...base, code: "ambiguous_credential", clientIDs: ["m1", "z1"] });
    await keeper.noteDecision({ ...base, code: "unknown_credential", clientID: "z1", isExpired: true });
    const [expired, ambiguous] = (await found("/roster/decisions")).decisions;
    assert.deepEqual([expired?.isExpired, expired?.client], [true, { clientID: "z1", firstName: "Aaron" }]);
    assert.deepEqual(ambiguous?.clients, [
      { clientID: "m1", firstName: "María", lastName: "Gómez" },
      { clientID: "z1", firstName: "Aaron" },
    ]);
    const ofMaria = (await found("/roster/decisions", { "hapana-client": "m1" })).decisions;
    assert.deepEqual(
      ofMaria.map(({ code }: { code: string }) => code),
      ["ambiguous_credential"],
    );
    red.forbidden.add("hapana.personal");
    assert.equal((await found("/roster/decisions")).decisions[1]?.clients, undefined);
    await rosters.forget("m1");
    assert.equal((await found("/roster/decisions")).decisions.length, 1);
  });

  it("are what was read and belongs to nobody, until somebody has it", async () => {
    await tellOfMaria();
    const base = { door: "front", test: false, code: "unknown_credential", allow: false } as const;
    for (const [at, credential] of ["55", "BC614E", "0x37"].entries())
      await keeper.noteDecision({ ...base, at: Date.now() + at, credential });
    const unknown = async () => (await found("/roster/unknown-credentials")).credentials;
    const [one, ...others] = await unknown();
    assert.deepEqual(others, []);
    assert.deepEqual([one?.credential, one?.count, one?.doorName], ["0x37", 2, "Front door"]);
    const answer = await order("/roster/import", { entries: [{ credential: "55", clientID: "m1" }] });
    assert.equal(answer.json().changed, 1);
    assert.deepEqual(await unknown(), []);
  });

  it("is nothing of whoever is forgotten: what they held is not told as read and unknown", async () => {
    await tellOfMaria();
    const base = { door: "front", test: false, code: "unknown_credential", allow: false } as const;
    for (const credential of ["55", "66"]) await keeper.noteDecision({ ...base, at: Date.now(), credential });
    await order("/roster/import", { entries: [{ credential: "0x37", clientID: "m1" }] });
    await order("/roster/forget", { clientID: "m1" });
    const { credentials } = await found("/roster/unknown-credentials");
    assert.deepEqual(
      credentials.map(({ credential }: { credential: string }) => credential),
      ["66"],
    );
  });

  it("is what an import would change, before it changes anything", async () => {
    await tellOfMaria();
    const csv = "fob;Email;Location\r\n55;maria@example.com;Manly\r\n;;\r\nx;y;z\r\n;nobody;";
    const preview = await order("/roster/import", { csv: `${csv}\n2;;`, count: true });
    assert.deepEqual(preview.json().changes, [
      { clientID: "m1", name: "María Gómez", isNew: false, credentials: ["55"] },
      { clientID: "by hand: y", isNew: true, credentials: ["x"] },
      { clientID: "by hand: nobody", isNew: true, credentials: [] },
      { clientID: "by hand: n2", isNew: true, credentials: ["2"] },
    ]);
    assert.equal(keeper.roster?.size, 1);
    const faulty = await order("/roster/import", { entries: [{ kind: "guest", clientID: "a" }, { clientID: "b" }, 7] });
    assert.deepEqual(faulty.json().faulty, [
      { row: 1, problem: "unknownKind" },
      { row: 3, problem: "notAnObject" },
    ]);
    assert.deepEqual([faulty.json().added, keeper.roster?.size], [1, 2]);
    red.forbidden.add("hapana.personal");
    const [named] = (await order("/roster/import", { csv, count: true })).json().changes as { name?: string }[];
    assert.equal(named?.name, undefined);
  });

  it("is what may be a mistake in a list, and what of it was not understood", async () => {
    await tellOfMaria();
    const lines = [
      "Fob No.;First name;Last name;E-mail;Expiry;Remarks;Kind",
      "5,01E+09;Ann;;ann@example.com;;a;",
      "5005;Cleo;;cleo@example.com;;;",
      "5005;Dan;;dan@example.com;;;",
      "12345678;Eve;Adams;eve@example.com;;;",
      "7;Fay;;fay@example.com;2020-01-31;;",
      ";Gus;;gus@example.com;;;",
      ";Hal;;hal@example.com;;;blocked",
    ];
    const asked = { csv: lines.join("\r\n"), count: true };
    const { unknownColumns, checks, withoutStatus, added, faulty } = (await order("/roster/import", asked)).json();
    assert.deepEqual([unknownColumns, withoutStatus, added, faulty], [["Remarks"], 5, 7, []]);
    assert.deepEqual(checks, [
      { problem: "noCredential", rows: [6] },
      { problem: "shortened", rows: [1], credential: "5,01E+09" },
      {
        ...{ problem: "twice", rows: [2, 3], credential: "5005" },
        clients: [
          { name: "Cleo", clientID: "by hand: cleo@example.com" },
          { name: "Dan", clientID: "by hand: dan@example.com" },
        ],
      },
      {
        ...{ problem: "held", rows: [4], credential: "12345678" },
        clients: [{ name: "María Gómez", clientID: "m1" }],
      },
      { problem: "past", rows: [5], credential: "7", until: new Date(2020, 1, 1).toISOString() },
    ]);
    red.forbidden.add("hapana.personal");
    const seen = (await order("/roster/import", asked)).json().checks as { clients?: unknown }[];
    assert.deepEqual(seen[3]?.clients, [{ clientID: "m1" }]);
  });

  it("is that a list gives a fob to two people of whom it says nothing but a name: neither gets it", async () => {
    const guests = [
      "fob;name;until;kind",
      "5005;Cleo;2020-01-31;",
      "5005;Dan;;",
      "6006;Eve;;",
      "7007;Fay;;",
      "7007;Gus;;blocked",
    ];
    const { ambiguous, added } = (await order("/roster/import", { csv: guests.join("\n") })).json();
    assert.deepEqual([ambiguous, added], [[1, 2], 2]);
    const again = { csv: "fob;name\n6006;Hal Young\n6006;hal young" };
    const { changes } = (await order("/roster/import", again)).json();
    assert.deepEqual(
      (changes as { name?: string }[]).map(({ name }) => name),
      ["hal young"],
    );
  });

  it("is a roster as a table, which an import reads as the same roster", async () => {
    await tellOfMaria();
    const entries = [
      { clientID: "s1", name: "=HYPERLINK(1)", kind: "staff", until: "2030-01-01" },
      { clientID: "s1", credential: "8", until: "2029-01-01" },
      { credential: "9", status: "activePackage" },
    ];
    await order("/roster/import", { entries });
    const table = await get("/roster/clients/export");
    assert.match(String(table.headers["content-disposition"]), /hapana-roster\.csv/);
    assert.match(table.body, /'=HYPERLINK/);
    assert.match(table.body, /,8,byHand,2029-01-01,/);
    const other = rosters.open("other");
    await other.ready;
    const before = await found("/roster/clients");
    const again = await order("/roster/import", { csv: table.body });
    assert.deepEqual([again.json().unchanged, again.json().faulty], [3, []]);
    assert.deepEqual(await found("/roster/clients"), before);
  });

  it("is what doors have decided, as a table in which no cell is a formula", async () => {
    const base = { door: "front", test: false, at: Date.now() } as const;
    await keeper.noteDecision({ ...base, code: "unknown_credential", allow: false, credential: "=1+1" });
    for (let each = 0; each < 450; each += 1) await keeper.noteDecision({ ...base, code: "ok", allow: true });
    const isWritten = async () => (await keeper.decisions.list({ limit: 500 })).decisions.length === 451 || undefined;
    await waitFor(isWritten, () => "they are not written");
    const table = await get("/roster/decisions/export");
    assert.match(String(table.headers["content-type"]), /^text\/csv/);
    assert.equal(table.body.trimEnd().split("\r\n").length, 452);
    assert.match(table.body, /'=1\+1/);
    const [head, , first] = table.body.split("\r\n");
    assert.match(`${head} ${first}`, /^\ufeffat,localTime,.* [^,]*Z,\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,/);
  });

  it("is changed by who may: a credential is taken away, a client forgotten", async () => {
    await tellOfMaria();
    const count = async (path: string, body: unknown) => (await order(path, body)).json().count;
    await order("/roster/import", { entries: [{ credential: "BC614E", name: "Cleaner" }] });
    const removed = await order("/roster/remove-credential", { clientID: "by hand: n12345678", credential: "BC614E" });
    assert.deepEqual(removed.json(), { count: 1, heldBy: { name: "María Gómez", clientID: "m1" } });
    assert.equal(await count("/roster/remove-credential", { clientID: "m1", credential: "12345678" }), 1);
    assert.equal(await count("/roster/remove-credential", { clientID: "m1", credential: "12345678" }), 0);
    assert.equal(await count("/roster/forget", { clientID: "m1", count: true }), 1);
    assert.equal(await count("/roster/forget", { clientID: "m1" }), 1);
    assert.equal(await count("/roster/forget", { clientID: "m1" }), 0);
  });

  it("is published as soon as something changes, without saying what", async () => {
    await tellOfMaria();
    await waitFor(
      () => red.published.length > 0 || undefined,
      () => "it is not published",
    );
    assert.deepEqual(red.published[0], { topic: "hapana/access", data: { roster: "roster" } });
  });

  for (const [path, status, message] of [
    ["/nowhere/clients", 404, /GET hapana-access\/rosters/],
    ["/roster/clients?standing=guest", 400, /staff, blocked, byHand/],
    ["/roster/clients?limit=501", 400, /from 1 to 500/],
    ["/roster/clients?search=maria", 400, /no filter "search"/],
    ["/roster/client", 404, /Hapana-Client/],
    ["/roster/decisions?code=maybe", 400, /locked_down/],
    ["/roster/decisions?decision=maybe", 400, /allow or refuse/],
    ["/roster/decisions?before=x", 400, /next of the previous page/],
    ["/roster/decisions?from=yesterday", 400, /ISO 8601/],
    ["/%ff/clients", 400, /encodeURIComponent/],
  ] as const)
    it(`is nothing where it cannot be meant: ${path}`, async () => {
      const answer = await get(path);
      assert.equal(answer.status, status, answer.body);
      assert.match(String(answer.json().message), message);
    });

  for (const [path, body, roster = "/roster"] of [
    ["/import", {}],
    ["/import", { csv: "a", entries: [] }],
    ["/import", { csv: 7 }],
    ["/import", { csv: "fob;email" }],
    ["/import", { csv: 'fob;name\n1;"Maria\n2;Sam' }],
    ["/import", { entries: "all" }],
    ["/import", { entries: [{}], count: "yes" }],
    ["/import", []],
    ["/mode", {}, ""],
    ["/mode", { door: "front", mode: "ajar" }, ""],
    ["/remove-credential", { clientID: "m1" }],
    ["/remove-credential", { credential: "7" }],
    ["/forget", {}],
  ] as const)
    it(`changes nothing where it cannot be meant: ${path} ${JSON.stringify(body)}`, async () => {
      assert.equal((await order(`${roster}${path}`, body)).status, 400);
    });

  it("is told and done to nobody who may not, nor by a page of another site", async () => {
    await tellOfMaria();
    red.forbidden.add("hapana.personal");
    for (const path of ["/clients", "/client", "/clients/export", "/unknown-credentials", "/decisions/export"])
      assert.equal((await get(`/roster${path}`, { "hapana-client": "m1" })).status, 401, path);
    assert.equal((await get("/roster/decisions", { "hapana-client": "m1" })).status, 400);
    red.forbidden.add("hapana.write");
    for (const path of ["/roster/import", "/mode", "/roster/remove-credential", "/roster/forget"]) {
      assert.equal((await order(path, {})).status, 401, path);
      red.forbidden.delete("hapana.write");
      const headers = { "content-type": "text/plain" };
      assert.equal((await post(`${url}${path}`, { body: "{}", headers })).status, 415, path);
      red.forbidden.add("hapana.write");
    }
  });

  it("is told in words where the disk refuses, also of a table, which would break off", async () => {
    await keeper.close();
    for (const path of ["/decisions", "/decisions/export", "/unknown-credentials"]) {
      const answer = await get(`/roster${path}`);
      assert.equal(answer.status, 503, path);
      assert.match(String(answer.json().message), /its disk refuses/);
    }
  });

  it("is nothing while a roster is being loaded: it is asked to come again", async () => {
    keeper.roster = undefined;
    const answer = await get("/roster/clients");
    assert.equal(answer.status, 503);
    assert.match(String(answer.json().message), /\(EBUSY\).*being loaded/);
    await assert.rejects(rosters.forget("m1"));
  });
});
