import assert from "node:assert/strict";
import { definitionOf, eventTypes } from "../../../src/events/catalog";
import { sampleEvent } from "../../../src/events/sample-event";
import { validate } from "../../../src/events/validate";

const now = new Date("2027-01-31T23:55:00");

/** The same numbers every time, from 0 up to 1. */
function dice(seed = 1): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

describe("a sample event", () => {
  for (const type of eventTypes) {
    describe(type, () => {
      it("has the fields of the catalog's sample, and each of them fits", () => {
        const sample = sampleEvent(type, { now, random: dice() });
        assert.deepEqual(Object.keys(sample), Object.keys(definitionOf(type).sample));
        assert.deepEqual(validate(type, sample).issues, []);
      });

      const hasMailbox = JSON.stringify(definitionOf(type).sample).includes("@");

      it("is never twice the same, even for the same client if the event has an email address", () => {
        const random = dice();
        const samples = Array.from({ length: 200 }, () => sampleEvent(type, { now, random }));
        assert.equal(new Set(samples.map(({ clientID }) => clientID)).size, 200);
        const ofOneClient = new Set(samples.map((sample) => JSON.stringify({ ...sample, clientID: "c" })));
        if (hasMailbox) assert.equal(ofOneClient.size, 200);
      });

      it("leaves the catalog's sample as it is, and depends on nothing but what it is given", () => {
        const before = structuredClone(definitionOf(type).sample);
        const sample = sampleEvent(type, { now, random: dice() });
        assert.deepEqual(definitionOf(type).sample, before);
        assert.deepEqual(sampleEvent(type, { now, random: dice() }), sample);
      });

      it("tells of one client only: no other name, address or date of the sample is left over", () => {
        const sample = sampleEvent(type, { now, random: () => 0.999 });
        const text = JSON.stringify(sample);
        if (hasMailbox) assert.match(text, /taylor\.9{8}@example\.com/);
        assert.doesNotMatch(text, /alex|2026-04-12|20260412/i);
      });

      it("happens at the location that it is given", () => {
        assert.equal(sampleEvent(type, { now, random: dice(), siteID: "site 7" }).siteID, "site 7");
        assert.equal(sampleEvent(type, { now, random: dice() }).siteID, definitionOf(type).sample.siteID);
      });
    });
  }

  it("happens now, and what follows in the sample follows as much later", () => {
    const sample = sampleEvent("checkIn", { now, random: dice() });
    assert.deepEqual([sample.checkInTime, sample.sessionStartTime], ["2027-01-31 23:55:00", "2027-02-01 00:02:50"]);
    assert.equal(sampleEvent("accountCreated", { now, random: dice() }).joinDate, "2027-01-31");
  });

  it("keeps a date that is not the sample's day", () => {
    assert.equal(sampleEvent("accountCreated", { now, random: dice() }).birthDate, "1990-07-21");
  });
});
