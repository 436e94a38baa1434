import assert from "node:assert/strict";
import { always, hoursOf, readRanges } from "../../../src/problems/hours";
import { isTooSilent, Silences } from "../../../src/problems/silence";

const hour = 60 * 60_000;
const at = (time: string) => Date.parse(`2026-03-0${time}:00Z`);
const patience = { silence: 4 * hour, hours: always };

describe("silence", () => {
  it("is too long from the given hours on, and never where there are none", () => {
    assert.equal(isTooSilent(patience, at("2T08:00"), at("2T11:59")), false);
    assert.equal(isTooSilent(patience, at("2T08:00"), at("2T12:00")), true);
    assert.equal(isTooSilent({ ...patience, silence: 0 }, at("1T08:00"), at("2T12:00")), false);
  });

  it("does not go on while it is closed, nor is it told then", () => {
    const ranges = readRanges([{ from: "06:00", to: "22:00" }]);
    assert.ok(Array.isArray(ranges));
    const opened = { silence: 4 * hour, hours: hoursOf(ranges, "UTC") };
    assert.equal(isTooSilent(opened, at("2T21:00"), at("3T06:30")), false);
    assert.equal(isTooSilent(opened, at("2T21:00"), at("3T09:00")), true);
    assert.equal(isTooSilent(opened, at("2T12:00"), at("2T23:00")), false, "long enough, but in the night");
    assert.equal(isTooSilent(opened, at("2T12:00"), at("3T06:00")), true, "told in the morning");
  });

  it("is told once to each, until something comes", () => {
    const silences = new Silences(undefined);
    silences.arrived("a", at("2T08:00"));
    const isNews = (who: string, time: string) => silences.isNews(who, "a", patience, at(time));
    assert.deepEqual(
      [isNews("n", "2T11:00"), isNews("n", "2T12:00"), isNews("n", "2T13:00"), isNews("m", "2T13:00")],
      [false, true, false, true],
    );
    silences.arrived("a", at("2T14:00"));
    assert.deepEqual([isNews("n", "2T17:00"), isNews("n", "2T18:00")], [false, true]);
  });

  it("is not told again after a restart", () => {
    const before = new Silences(undefined);
    before.arrived("a", at("2T08:00"));
    assert.equal(before.isNews("n", "a", patience, at("2T12:00")), true);
    const after = new Silences(JSON.parse(JSON.stringify(before)));
    assert.equal(after.isNews("n", "a", patience, at("2T13:00")), false);
    assert.equal(after.last("a"), at("2T08:00"));
  });

  it("begins when it is first looked for, where nothing has ever come: a restart does not begin it anew", () => {
    const before = new Silences(undefined);
    assert.equal(before.isNews("n", "a", patience, at("2T08:00")), false);
    const after = new Silences(JSON.parse(JSON.stringify(before)));
    assert.equal(after.isNews("n", "a", patience, at("2T12:00")), true);
  });

  it("begins anew where the clock was put back, instead of waiting until it is there again", () => {
    const silences = new Silences(undefined);
    silences.arrived("a", at("9T08:00"));
    assert.equal(silences.isNews("n", "a", patience, at("2T08:00")), false);
    assert.equal(silences.isNews("n", "a", patience, at("2T12:00")), true);
  });

  it("is told at once where the clock was put forward, as after a night without power", () => {
    const silences = new Silences({ last: { a: at("2T08:00") } });
    assert.equal(silences.isNews("n", "a", patience, at("3T08:00")), true);
  });

  it("of what is gone is forgotten, and what cannot be read is none", () => {
    const silences = new Silences({ last: { a: 1, b: "x" }, told: { n: ["a"], m: "a" } });
    silences.keepOnly(new Set(["c"]), new Set(["m"]));
    assert.deepEqual(JSON.parse(JSON.stringify(silences)), { last: {}, told: {} });
    assert.doesNotThrow(() => new Silences([null]));
  });
});
