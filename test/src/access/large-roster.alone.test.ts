import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { decide, type Known } from "../../../src/access/decide";
import { Roster } from "../../../src/access/roster";
import type { Rules } from "../../../src/access/rules";
import { always } from "../../../src/problems/hours";

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

/** Bytes that are in use once everything that is garbage is collected. */
function usedMemory(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}

describe("a large roster", () => {
  it("decides in well under a millisecond, and costs less than 60 MB", async function () {
    this.timeout(60_000);
    const clients = 100_000;
    const before = usedMemory();
    const roster = new Roster();
    for (let each = 0; each < clients; each += 1) {
      const moment = { inbox: "i", sequence: each, at: Date.now() };
      const names = { firstName: "Alex", lastName: `Example ${each}`, email: `alex${each}@example.com` };
      const client = { clientID: `client-${each}`, siteID: "manly", ...names };
      roster.apply({ ...moment, event: "clientStatusChange", payload: { ...client, status: "activePackage" } });
      const credentials = { barcode: `B-${each}`, fobNumber: String(each + 1) };
      roster.apply({ ...moment, event: "checkIn", payload: { ...client, ...credentials, checkInStatus: "Valid" } });
    }
    assert.equal(roster.credentials, 2 * clients);
    const megabytes = (usedMemory() - before) / 2 ** 20;
    assert.ok(megabytes < 60, `${megabytes} MB`);
    const known: Known = { roster, tests: new Roster(), mode: "normal", lastEventAt: Date.now() };
    const decisions = 20_000;
    const begun = performance.now();
    for (let each = 0; each < decisions; each += 1) {
      const question = { kind: "credential", text: String(((each * 7919) % clients) + 1) } as const;
      assert.ok(decide(question, known, rules, Date.now()).allow);
    }
    const milliseconds = (performance.now() - begun) / decisions;
    assert.ok(milliseconds < 0.2, `${milliseconds} ms each`);
  });
});
