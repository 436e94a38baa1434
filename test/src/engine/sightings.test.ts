import assert from "node:assert/strict";
import { Sightings } from "../../../src/engine/sightings";
import type { ReceivedEvent } from "../../../src/receiver/receive";

const deliveryOf = (siteIDs: readonly (string | undefined)[], test = false) => ({
  test,
  events: siteIDs.map((siteID) => ({ siteID, event: "checkIn" }) as ReceivedEvent),
});
const siteIDsOf = ({ report }: Sightings) => report.sites.map(({ siteID }) => siteID);

describe("what an endpoint has seen of Hapana", () => {
  it("names each location once, in the order in which they came", () => {
    const sightings = new Sightings();
    sightings.note(deliveryOf(["north", "south"]), "B");
    sightings.note(deliveryOf(["north", undefined, ""]), "B");
    assert.deepEqual(siteIDsOf(sightings), ["north", "south"]);
  });

  it("tells the last event of each location, by which a studio finds out which it is", () => {
    const sightings = new Sightings();
    const before = Date.now();
    sightings.note(deliveryOf(["north", "south"]), "B");
    sightings.note({ test: false, events: [{ siteID: "north", event: "packagePurchased" } as ReceivedEvent] }, "B");
    assert.deepEqual(
      sightings.report.sites.map(({ siteID, event }) => [siteID, event]),
      [
        ["north", "packagePurchased"],
        ["south", "checkIn"],
      ],
    );
    for (const { at } of sightings.report.sites) assert.ok(at >= before && at <= Date.now());
  });

  it("takes no more room than a studio needs, whatever is sent", () => {
    const sightings = new Sightings();
    sightings.note(deliveryOf(["x".repeat(10_000)]), "B");
    assert.deepEqual(siteIDsOf(sightings), []);
    sightings.note(deliveryOf(Array.from({ length: 1_000 }, (_, number) => `site ${number}`)), "B");
    assert.equal(sightings.report.sites.length, 200);
  });

  it("tells when which token was used", () => {
    const sightings = new Sightings();
    sightings.watchTokens("B", "A");
    const before = Date.now();
    sightings.note(deliveryOf(["north"]), "A");
    const { token, previousToken } = sightings.report;
    assert.equal(token.used, undefined);
    assert.ok(token.since <= before);
    assert.ok((previousToken.used ?? 0) >= before && (previousToken.used ?? 0) <= Date.now());
    sightings.note(deliveryOf(["north"]), "B");
    assert.ok((sightings.report.token.used ?? 0) >= before);
  });

  it("still tells it after a deploy, and of a token that has become the previous one", () => {
    const sightings = new Sightings();
    sightings.watchTokens("B", "A");
    sightings.note(deliveryOf(["north"]), "B");
    const { token } = sightings.report;
    sightings.watchTokens("B", "A");
    assert.deepEqual(sightings.report.token, token);
    sightings.watchTokens("C", "B");
    assert.equal(sightings.report.token.used, undefined);
    assert.deepEqual(sightings.report.previousToken, token);
    sightings.watchTokens("D", "C");
    assert.equal(sightings.report.previousToken.used, undefined);
    assert.deepEqual(siteIDsOf(sightings), ["north"]);
  });

  it("is nothing of a token where none was asked for, and nothing of one that is not watched any more", () => {
    const sightings = new Sightings();
    sightings.watchTokens(" B ", undefined);
    sightings.note(deliveryOf([]), undefined);
    sightings.note(deliveryOf([]), "A");
    sightings.note(deliveryOf([]), "");
    assert.equal(sightings.report.token.used, undefined);
    sightings.note(deliveryOf([]), "B");
    assert.ok(sightings.report.token.used);
  });

  it("finds the token that is both the current and the previous one", () => {
    const sightings = new Sightings();
    sightings.watchTokens("B", "B");
    sightings.note(deliveryOf([]), "B");
    assert.ok(sightings.report.token.used);
  });

  it("takes a siteID without the spaces around it", () => {
    const sightings = new Sightings();
    sightings.note(deliveryOf([" north ", "  "]), undefined);
    assert.deepEqual(siteIDsOf(sightings), ["north"]);
  });

  it("is nothing of a test event, whose location may be invented and whose token is our own", () => {
    const sightings = new Sightings();
    sightings.note(deliveryOf(["invented"], true), "B");
    assert.deepEqual([siteIDsOf(sightings), sightings.report.token.used], [[], undefined]);
  });
});
