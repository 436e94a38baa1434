import assert from "node:assert/strict";
import fc from "fast-check";
import { catalog, definitionOf, eventTypes } from "../../../src/events/catalog";
import { plainPayload } from "../../../src/events/plain-payload";
import { check, propertyTimeout } from "../../support/properties";

const names = [...new Set(catalog.flatMap(({ schema }) => Object.keys(schema.shape))), "loyaltyPoints", "__proto__"];

/** Fields of any event with values that fit, mostly, and some that do not. */
const fields: fc.Arbitrary<Record<string, unknown>> = fc
  .array(
    fc.tuple(
      fc.constantFrom(...names),
      fc.oneof(
        { weight: 6, arbitrary: fc.string() },
        { weight: 1, arbitrary: fc.constantFrom(null, "sms", "$1,234.50", 49, "") },
        { weight: 1, arbitrary: fc.jsonValue() },
      ),
    ),
  )
  .map((entries) => Object.fromEntries([["clientID", "c1"], ...entries]));

describe("a plain payload", function () {
  this.timeout(propertyTimeout);

  it("is what the event's schema gives, wherever there is one", async () => {
    await check(
      fc.asyncProperty(fc.constantFrom(...eventTypes), fields, async (event, fields) => {
        const before = structuredClone(fields);
        const plain = plainPayload(event, fields);
        assert.deepEqual(fields, before);
        if (!plain) return;
        const parsed = definitionOf(event).schema.safeParse(fields);
        assert.ok(parsed.success, `${event} ${JSON.stringify(fields)}`);
        assert.deepEqual(plain, parsed.data);
      }),
    );
  });

  it("is made of every event as Hapana documents it, except where fields take several shapes", () => {
    const made = eventTypes.filter((type) => plainPayload(type, definitionOf(type).sample));
    assert.deepEqual(
      made,
      catalog.filter((definition) => !("shape" in definition)).map(({ type }) => type),
    );
  });
});
