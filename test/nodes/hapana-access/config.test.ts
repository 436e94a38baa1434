import assert from "node:assert/strict";
import { configOf, type SavedAccess } from "../../../nodes/hapana-access/config";

const unreadable: readonly SavedAccess[] = [
  { sites: {} },
  { sites: [{}] },
  { sites: [""] },
  { sites: " , " },
  { sites: true },
  { statuses: { 1: "activePackage" } },
  { statuses: [null] },
  { packages: { gold: true } },
  { packages: [{}] },
  { credentialFormat: {} },
  { credentialProperty: ["payload"] },
  { timeZone: ["Australia/Sydney"] },
  { graceHours: {} },
  { maxAgeSeconds: "half a minute" },
  { gapSeconds: [] },
  { staleHours: "24h" },
  { trustCheckInHours: Number.NaN },
  { whenStale: "REFUSE" },
  { whenStale: true },
];

describe("what is saved of a door", () => {
  for (const saved of unreadable) {
    const [[name = "", value] = []] = Object.entries(saved);
    it(`lets nobody in where ${name} is ${JSON.stringify(value)}, and says so`, () =>
      assert.deepEqual(configOf(saved)?.fault, { code: "unreadable", value: name }));
  }

  it("is what a new one has, where nothing is saved", () => {
    assert.equal(configOf({})?.fault, undefined);
    assert.deepEqual(configOf({})?.rules.statuses, ["activePackage", "introOffer"]);
  });

  it("is a list also where it is written as one text", () => {
    const rules = configOf({ sites: "manly, bondi", statuses: "gold", packages: "Unlimited", staleHours: "2" })?.rules;
    assert.deepEqual([rules?.sites, rules?.statuses, rules?.packages], [["manly", "bondi"], ["gold"], ["Unlimited"]]);
    assert.equal(rules?.staleHours, 2);
  });

  it("opens by no status, where none is selected", () => {
    for (const statuses of [[], ""]) assert.deepEqual(configOf({ statuses })?.rules.statuses, []);
  });
});
