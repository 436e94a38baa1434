import assert from "node:assert/strict";
import { testFieldsOf } from "../../../nodes/sidebar/editor/test-fields";
import { catalog, definitionOf } from "../../../src/events/catalog";

const sampleOf = (sample: object) => Object.entries(sample).map(([name, usual]) => ({ name, usual: usual as unknown }));
const checkIn = definitionOf("checkIn").sample;
const fieldsOf = (payload: object, body: unknown = {}, issues: { field: string; problem: string }[] = []) =>
  testFieldsOf({ payload, body, issues }, sampleOf(checkIn));

describe("a test event that is made of an event", () => {
  it("changes in the sample what the event was like, and leaves alone what is the same", () => {
    const payload = { ...checkIn, checkInStatus: "Invalid", siteID: "manly", packageID: null };
    assert.deepEqual(fieldsOf(payload), { checkInStatus: "Invalid", siteID: "manly", packageID: null });
    assert.deepEqual(fieldsOf({ ...checkIn, checkInTime: "2024-01-01 08:00:00" }), { siteID: checkIn.siteID });
  });

  it("puts nothing of a real person into the flow, whatever the event and however deep", () => {
    for (const { type, sample } of catalog) {
      const ofSomebody = (value: unknown): unknown => {
        if (Array.isArray(value)) return value.map(ofSomebody);
        if (typeof value !== "object" || value === null) return "of Maria";
        return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, ofSomebody(each)]));
      };
      const payload = ofSomebody({
        ...sample,
        activePackages: [{ packageName: "Gold", note: "Maria's" }],
        extra: "Maria",
      });
      const names = Object.keys(testFieldsOf({ payload, body: payload, issues: [] }, sampleOf(sample)));
      const personal =
        /client|mail|first|last|phone|address|birth|mobile|image|barcode|fob|instructor|message|subject|gender|join|custom|time/i;
      assert.deepEqual(
        names.filter((name) => personal.test(name)),
        [],
        type,
      );
    }
    const { sample } = definitionOf("clientStatusChange");
    const payload = { ...sample, activePackages: [{ packageName: "Gold", note: "Maria's" }] };
    assert.deepEqual(testFieldsOf({ payload, body: {}, issues: [] }, sampleOf(sample)), {
      ...{ siteID: sample.siteID, activePackages: [{ packageName: "Gold" }] },
    });
  });

  it("sends what could not be read as it came, so that the issue comes again", () => {
    const { sample } = definitionOf("packagePurchased");
    const payload = { ...sample, amount: null, email: null };
    const body = { ...sample, amount: "1.234", email: 5 };
    const issues = ["amount", "email"].map((field) => ({ field, problem: "cannot be read" }));
    assert.deepEqual(testFieldsOf({ payload, body, issues }, sampleOf(sample)), {
      siteID: sample.siteID,
      amount: "1.234",
    });
  });
});
