import assert from "node:assert/strict";
import { type Hours, hoursOf, isTimeZone, type Range, readRanges } from "../../../src/problems/hours";

const hour = 60 * 60_000;

function hours(timeZone: string, ...ranges: { days?: string[]; from: string; to: string }[]): Hours {
  const read = readRanges(ranges);
  assert.ok(Array.isArray(read), JSON.stringify(read));
  return hoursOf(read, timeZone);
}

const open = (within: Hours, from: string, to: string) => within.openBetween(Date.parse(from), Date.parse(to)) / hour;
const isOpen = (within: Hours, at: string) => within.isOpen(Date.parse(at));

describe("the hours within which silence matters", () => {
  describe("as they are saved", () => {
    const right: Record<string, [unknown, Range[]]> = {
      "nothing, which is always": [undefined, []],
      "an empty list": [[], []],
      "a usual day": [[{ days: ["mon"], from: "06:00", to: "22:00" }], [{ days: ["mon"], from: 360, to: 1320 }]],
      "days written out, and a short time": [
        [{ days: ["Monday", "SUN"], from: "6:00", to: "24:00" }],
        [{ days: ["mon", "sun"], from: 360, to: 1440 }],
      ],
    };
    for (const [what, [saved, expected]] of Object.entries(right))
      it(`are understood: ${what}`, () => assert.deepEqual(readRanges(saved), expected));

    it("are of every day where none is named", () => {
      assert.deepEqual(readRanges([{ from: "06:00", to: "22:00" }]), [
        { days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], from: 360, to: 1320 },
      ]);
    });

    const wrong: Record<string, [unknown, object]> = {
      "a text": ["06:00-22:00", { code: "noHours" }],
      "a line that is none": [[null], { code: "noHours" }],
      "no day at all": [[{ days: [], from: "06:00", to: "22:00" }], { code: "noDays" }],
      "a day that is none": [
        [{ days: ["holiday"], from: "06:00", to: "22:00" }],
        { code: "unknownDay", value: "holiday" },
      ],
      "no time": [[{ days: ["mon"], to: "22:00" }], { code: "unknownTime", value: "" }],
      "a time that is none": [[{ days: ["mon"], from: "06:00", to: "24:01" }], { code: "unknownTime", value: "24:01" }],
      "a beginning at the day's end": [
        [{ days: ["mon"], from: "24:00", to: "06:00" }],
        { code: "unknownTime", value: "24:00" },
      ],
      "minutes that are none": [
        [{ days: ["mon"], from: "06:60", to: "22:00" }],
        { code: "unknownTime", value: "06:60" },
      ],
    };
    for (const [what, [saved, expected]] of Object.entries(wrong))
      it(`are not guessed: ${what}`, () => assert.deepEqual(readRanges(saved), expected));
  });

  it("know the time zones of this machine, and no other", () => {
    assert.deepEqual(["", "UTC", "Australia/Sydney"].map(isTimeZone), [true, true, true]);
    assert.deepEqual(["Sydney", "Mars/Olympus"].map(isTimeZone), [false, false]);
  });

  it("are always where nothing is said", () => {
    assert.equal(isOpen(hours("UTC"), "2026-03-01T03:00:00Z"), true);
    assert.equal(open(hours("UTC"), "2026-03-01T03:00:00Z", "2026-03-02T03:00:00Z"), 24);
  });

  it("begin at their beginning, and end before their end", () => {
    const within = hours("UTC", { days: ["mon"], from: "06:00", to: "22:00" });
    assert.deepEqual(
      ["05:59:59", "06:00:00", "21:59:59", "22:00:00"].map((time) => isOpen(within, `2026-03-02T${time}Z`)),
      [false, true, true, false],
    );
    assert.equal(isOpen(within, "2026-03-03T12:00:00Z"), false);
  });

  it("count only themselves: what was closed in between is left out", () => {
    const within = hours("UTC", { from: "06:00", to: "22:00" });
    assert.equal(open(within, "2026-03-02T21:00:00Z", "2026-03-03T09:00:00Z"), 4);
    assert.equal(open(within, "2026-03-02T22:30:00Z", "2026-03-03T05:00:00Z"), 0);
    assert.equal(open(within, "2026-03-03T09:00:00Z", "2026-03-02T09:00:00Z"), 0);
  });

  it("of a night belong to the day on which they begin", () => {
    const within = hours("UTC", { days: ["fri"], from: "22:00", to: "02:00" });
    assert.equal(isOpen(within, "2026-03-07T01:00:00Z"), true, "Saturday morning");
    assert.equal(isOpen(within, "2026-03-06T01:00:00Z"), false, "Friday morning");
    assert.equal(open(within, "2026-03-01T00:00:00Z", "2026-03-08T00:00:00Z"), 4);
  });

  it("that end when they begin are a whole day", () => {
    const within = hours("UTC", { days: ["mon"], from: "00:00", to: "00:00" });
    assert.equal(open(within, "2026-03-01T00:00:00Z", "2026-03-08T00:00:00Z"), 24);
  });

  it("that overlap count once", () => {
    const within = hours(
      "UTC",
      { from: "06:00", to: "12:00" },
      { from: "10:00", to: "14:00" },
      { from: "11:00", to: "12:00" },
    );
    assert.equal(open(within, "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"), 8);
  });

  it("go by the clock on the studio's wall, not by the machine's", () => {
    const within = hours("Australia/Sydney", { days: ["mon"], from: "06:00", to: "22:00" });
    // 6:30 on Monday, in the summer.
    assert.equal(isOpen(within, "2026-01-04T19:30:00Z"), true);
    assert.equal(isOpen(within, "2026-01-05T12:00:00Z"), false);
  });

  it("are an hour shorter in the night in which the clock is put forward, and longer when it is put back", () => {
    const night = hours("Europe/Berlin", { from: "22:00", to: "06:00" });
    assert.equal(open(night, "2026-03-27T12:00:00Z", "2026-03-28T12:00:00Z"), 8);
    assert.equal(open(night, "2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z"), 7);
    assert.equal(open(night, "2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z"), 9);
  });

  it("may begin at a time that the clock leaves out", () => {
    const early = hours("Europe/Berlin", { days: ["sun"], from: "02:30", to: "04:00" });
    assert.equal(isOpen(early, "2026-03-29T01:45:00Z"), true, "3:45");
    assert.equal(isOpen(early, "2026-03-29T02:15:00Z"), false, "4:15");
  });

  it("are found at once over years of silence", () => {
    const within = hours("Europe/Berlin", { days: ["mon"], from: "06:00", to: "07:00" });
    assert.ok(open(within, "1970-01-01T00:00:00Z", "2026-03-01T00:00:00Z") <= 58);
  });
});
