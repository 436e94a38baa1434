import assert from "node:assert/strict";
import { decide, type Known } from "../../../src/access/decide";
import { Roster } from "../../../src/access/roster";
import { doorRules, fobOf, manyClients, megabytesInUse } from "../../support/large-roster";

describe("a large roster", () => {
  it("decides in well under a millisecond, and costs less than 60 MB", async function () {
    this.timeout(60_000);
    const clients = 100_000;
    const before = megabytesInUse();
    const roster = new Roster();
    for (const event of manyClients(clients)) roster.apply(event);
    assert.equal(roster.credentials, 2 * clients);
    const megabytes = megabytesInUse() - before;
    assert.ok(megabytes < 60, `${megabytes} MB`);
    const known: Known = { roster, tests: new Roster(), mode: "normal", lastEventAt: Date.now() };
    const decisions = 20_000;
    const begun = performance.now();
    for (let each = 0; each < decisions; each += 1) {
      const question = { kind: "credential", text: fobOf((each * 7919) % clients) } as const;
      assert.ok(decide(question, known, doorRules, Date.now()).allow);
    }
    const milliseconds = (performance.now() - begun) / decisions;
    assert.ok(milliseconds < 0.2, `${milliseconds} ms each`);
  });
});
