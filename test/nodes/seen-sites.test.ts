import assert from "node:assert/strict";
import { SeenSites } from "../../nodes/runtime/seen-sites";
import type { ReceivedEvent } from "../../src/receiver/receive";

const eventAt = (siteID: string | undefined) => ({ siteID }) as ReceivedEvent;

describe("the locations that events have come from", () => {
  it("are each named once, in the order in which they came", () => {
    const seen = new SeenSites();
    seen.note({ test: false, events: [eventAt("north"), eventAt("south")] });
    seen.note({ test: false, events: [eventAt("north"), eventAt(undefined), eventAt("")] });
    assert.deepEqual(seen.all, ["north", "south"]);
  });

  it("are not those of test events, which may be invented", () => {
    const seen = new SeenSites();
    seen.note({ test: true, events: [eventAt("invented")] });
    assert.deepEqual(seen.all, []);
  });

  it("take no more room than a studio needs, whatever is sent", () => {
    const seen = new SeenSites();
    for (let number = 0; number < 1_000; number += 1) seen.note({ test: false, events: [eventAt(`site ${number}`)] });
    seen.note({ test: false, events: [eventAt("x".repeat(10_000))] });
    assert.equal(seen.all.length, 200);
    const long = new SeenSites();
    long.note({ test: false, events: [eventAt("x".repeat(10_000))] });
    assert.deepEqual(long.all, []);
  });
});
