import assert from "node:assert/strict";
import { catalog } from "../../../src/events/catalog";
import { envelopes, toText } from "../../support/envelopes";
import { eventIn } from "../../support/receiving";

describe("an event in any envelope", () => {
  for (const { name, wrap } of envelopes) {
    describe(name, () => {
      for (const { type, sample } of catalog) {
        it(`is ${type}, with the same payload and nothing to complain of`, async () => {
          const wrapped = wrap(type, sample);
          const received = await eventIn(toText(wrapped), wrapped.below?.replaceAll("/", ""));
          assert.deepEqual([received.event, received.payload, received.issues], [type, sample, []]);
          assert.deepEqual([received.clientID, received.siteID], [sample.clientID, sample.siteID]);
        });
      }
    });
  }
});
