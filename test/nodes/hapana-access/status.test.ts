import assert from "node:assert/strict";
import { type Situation, statusOf } from "../../../nodes/hapana-access/status";
import { spokenWords } from "../../support/spoken-words";

const calm: Situation = {
  ...{ obstacle: undefined, mode: "normal", since: undefined, isToldLast: false },
  ...{ clients: 3, lastEvent: "17:40", isUnsaved: false, last: undefined },
};

const { own } = spokenWords("hapana-access", "en-US");

const decided = (allow: boolean, more: object = {}) => ({
  decision: { allow, code: allow ? ("ok" as const) : ("status_not_allowed" as const), ...more },
  time: "17:52",
});

describe("a door's status", () => {
  const cases: readonly [string, Partial<Situation>, string][] = [
    [
      "what keeps it from deciding",
      { obstacle: { code: "rosterGone" }, mode: "open" },
      "red ring: the roster is disabled or deleted",
    ],
    ["a lockdown", { mode: "lockdown", last: decided(true) }, "red dot: locked down: nobody comes in"],
    ["since when it is locked down", { mode: "lockdown", since: "10:11" }, "red dot: locked down since 10:11"],
    ["that it is open to everybody", { mode: "open" }, "yellow dot: open: everybody comes in"],
    [
      "that it decides again, and no longer whom it has refused before",
      { since: "10:12", isToldLast: true, last: decided(false) },
      "grey dot: normal since 10:12",
    ],
    [
      "what is no longer valid",
      {
        since: "10:12",
        last: { decision: { allow: false, code: "unknown_credential", isExpired: true }, time: "17:52" },
      },
      "red ring: refused: no longer valid (17:52)",
    ],
    ["that the roster is being loaded", { clients: undefined }, "blue ring: loading the roster…"],
    [
      "that the roster cannot be saved",
      { isUnsaved: true, last: decided(true) },
      "yellow ring: the roster cannot be saved",
    ],
    ["that nobody is known", { clients: 0 }, "grey ring: no clients yet"],
    ["how many are known, and as of when", {}, "grey dot: clients: 3 (as of 17:40)"],
    ["how many are known where no event has come", { lastEvent: undefined }, "grey dot: clients: 3"],
    ["who was let in", { last: { ...decided(true), name: "Maria" } }, "green dot: let in: Maria, ok (17:52)"],
    [
      "why, and not who, where there is no room for both",
      { last: { ...decided(false), name: "Maximiliane Wolfeschlegelstein" } },
      "red ring: refused: status (17:52)",
    ],
    ["nobody's name unless it may", { last: decided(false) }, "red ring: refused: status (17:52)"],
    [
      "that nothing was heard for long",
      { last: decided(true, { isStale: true }) },
      "yellow dot: let in, but nothing heard (17:52)",
    ],
  ];
  for (const [what, situation, expected] of cases) {
    it(`says ${what}`, () => {
      const { fill, shape, text } = statusOf({ ...calm, ...situation }, own);
      assert.equal(`${fill} ${shape}: ${text}`, expected);
    });
  }
});
