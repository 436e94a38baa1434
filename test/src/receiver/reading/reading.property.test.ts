import assert from "node:assert/strict";
import fc from "fast-check";
import { definitionOf, eventTypes } from "../../../../src/events/catalog";
import { parseJson } from "../../../../src/receiver/parse-json";
import type { ValidEvent } from "../../../support/arbitraries";
import { crowdedEvent, nastyBody, scatteredEvent } from "../../../support/nasty-bodies";
import { check, propertyTimeout } from "../../../support/properties";
import { inventedIn } from "../../../support/provenance";
import { type Reading, read, readAll } from "../../../support/reading";

function assertOwn({ type, fields }: ValidEvent, { event, payload, reason }: Reading): void {
  assert.equal(event, type, reason);
  for (const name of Object.keys(definitionOf(type).schema.shape)) {
    const own = fields[name];
    if (own !== undefined && own !== null) assert.deepEqual(payload[name], own, name);
  }
}

describe("whatever stands in and around an event", function () {
  this.timeout(propertyTimeout);

  it("its own fields come out unchanged, with anything nested inside it", async () => {
    await check(
      fc.asyncProperty(crowdedEvent, async ({ sent, body }) => {
        assertOwn(sent, await read(body, { url: sent.type }));
      }),
    );
  });

  it("its own fields come out unchanged, with anything nested inside it, in an envelope", async () => {
    await check(
      fc.asyncProperty(
        crowdedEvent,
        fc.constantFrom("data", "payload", "after", "zzz"),
        async ({ sent, body }, key) => {
          assertOwn(sent, await read({ id: "evt_1", [key]: body }, { url: sent.type }));
        },
      ),
    );
  });

  it("an event that is spread over objects beside each other comes out whole", async () => {
    await check(
      fc.asyncProperty(scatteredEvent, async ({ sent, body }) => {
        assertOwn(sent, await read(body, { url: sent.type }));
      }),
    );
  });

  it("no value of a payload is invented, or another's, or of the past", async () => {
    const url = fc.option(fc.constantFrom(...eventTypes), { nil: undefined });
    await check(
      fc.asyncProperty(nastyBody, url, async (body, url) => {
        const text = JSON.stringify(body);
        for (const reading of await readAll(text, { url })) {
          if (reading.event === "unrecognised" || reading.event === "refused") continue;
          const fields = Object.keys(definitionOf(reading.event).schema.shape);
          assert.deepEqual(inventedIn(parseJson(text).value, reading, fields), []);
        }
      }),
    );
  });
});
