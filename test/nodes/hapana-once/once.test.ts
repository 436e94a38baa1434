import assert from "node:assert/strict";
import { configOf, type OnceConfig, type SavedOnce } from "../../../nodes/hapana-once/config";
import { keyOf } from "../../../nodes/hapana-once/key";
import { statusOf } from "../../../nodes/hapana-once/status";

const usual: OnceConfig = { key: "hapana.deliveryId", days: 30 };

describe("what is saved of a once node", () => {
  const odd: Record<string, [SavedOnce, Partial<OnceConfig>]> = {
    nothing: [{}, {}],
    "null everywhere": [{ key: null, days: null }, {}],
    "a key as it is called in flows": [{ key: " msg.payload.clientID " }, { key: "payload.clientID" }],
    "a number as text": [{ days: "7" }, { days: 7 }],
    "a number beyond its bounds": [{ days: 0 }, { days: 1 }],
  };
  for (const [what, [saved, expected]] of Object.entries(odd))
    it(`is made right: ${what}`, () => assert.deepEqual(configOf(saved), { ...usual, ...expected }));

  it("is left alone where a newer version has saved it", () => assert.equal(configOf({ version: 99 }), undefined));
});

describe("what is done once", () => {
  const hapana = { event: "checkIn", test: false };

  it("is told by a text or a number, and by nothing else", () => {
    for (const value of [undefined, null, "", "  ", {}, [], true, Number.NaN])
      assert.equal(keyOf({}, "payload", value), undefined, String(value));
    assert.equal(keyOf({}, "payload", 5), keyOf({}, "payload", "5"));
  });

  it("is never the same in a test and in earnest", () => {
    const test = { hapana: { ...hapana, test: true } };
    assert.notEqual(keyOf({ hapana }, "payload.clientID", "c"), keyOf(test, "payload.clientID", "c"));
  });

  it("is another one where one delivery's id comes with another event, but of a client the same", () => {
    const other = { hapana: { ...hapana, event: "packagePurchased" } };
    assert.notEqual(keyOf({ hapana }, "hapana.deliveryId", "d"), keyOf(other, "hapana.deliveryId", "d"));
    assert.equal(keyOf({ hapana }, "payload.clientID", "c"), keyOf(other, "payload.clientID", "c"));
  });
});

describe("a once node's status", () => {
  const status = (situation: Partial<Parameters<typeof statusOf>[0]>) =>
    statusOf(
      { isUnsaved: false, passed: 0, again: 0, ...situation },
      (key, values) => `${key} ${JSON.stringify(values)}`,
    );

  it("says nothing before anything has come, then how many, and first of all that its disk refuses", () => {
    assert.deepEqual(status({}), {});
    assert.match(String(status({ passed: 2, again: 1 }).text), /counts .*"passed":2,"again":1/);
    assert.match(String(status({ passed: 2, isUnsaved: true }).text), /^unsaved/);
  });
});
