import assert from "node:assert/strict";
import { type Situation, statusOf } from "../../../nodes/hapana-access/status";

const calm: Situation = {
  ...{ obstacle: undefined, mode: "normal", since: undefined, isToldLast: false },
  ...{ clients: 3, lastEvent: "17:40", isUnsaved: false, last: undefined },
};

const say = (key: string, values: Record<string, string | number> = {}) =>
  [key, ...Object.entries(values).map(([name, value]) => `${name}=${value}`)].join(" ");

const decided = (allow: boolean, more: object = {}) => ({
  decision: { allow, code: allow ? ("ok" as const) : ("status_not_allowed" as const), ...more },
  time: "17:52",
});

describe("a door's status", () => {
  const cases: readonly [string, Partial<Situation>, string][] = [
    [
      "what keeps it from deciding",
      { obstacle: { code: "rosterGone" }, mode: "open" },
      "red ring: rosterGone code=rosterGone",
    ],
    ["a lockdown", { mode: "lockdown", last: decided(true) }, "red dot: lockdown"],
    ["since when it is locked down", { mode: "lockdown", since: "10:11" }, "red dot: lockdownSince time=10:11"],
    ["that it is open to everybody", { mode: "open" }, "yellow dot: open"],
    [
      "that it decides again, and no longer whom it has refused before",
      { since: "10:12", isToldLast: true, last: decided(false) },
      "grey dot: normalSince time=10:12",
    ],
    [
      "what is no longer valid",
      {
        since: "10:12",
        last: { decision: { allow: false, code: "unknown_credential", isExpired: true }, time: "17:52" },
      },
      "red ring: refused who= why=code.expired time=17:52 count=3",
    ],
    ["that the roster is being loaded", { clients: undefined }, "blue ring: loading"],
    ["that the roster cannot be saved", { isUnsaved: true, last: decided(true) }, "yellow ring: unsaved"],
    ["that nobody is known", { clients: 0 }, "grey ring: empty"],
    ["how many are known, and as of when", {}, "grey dot: clientsAsOf count=3 time=17:40"],
    ["how many are known where no event has come", { lastEvent: undefined }, "grey dot: clients count=3 time="],
    [
      "who was let in",
      { last: { ...decided(true), name: "Maria" } },
      "green dot: letIn who=Maria,  why=code.ok time=17:52 count=3",
    ],
    [
      "nobody's name unless it may",
      { last: decided(false) },
      "red ring: refused who= why=code.status_not_allowed time=17:52 count=3",
    ],
    [
      "that nothing was heard for long",
      { last: decided(true, { isStale: true }) },
      "yellow dot: stale who= why=code.ok time=17:52 count=3",
    ],
  ];
  for (const [what, situation, expected] of cases) {
    it(`says ${what}`, () => {
      const { fill, shape, text } = statusOf({ ...calm, ...situation }, say);
      assert.equal(`${fill} ${shape}: ${text}`, expected);
    });
  }
});
