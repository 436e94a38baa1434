import assert from "node:assert/strict";
import type { Delivered } from "../../../nodes/hapana-test-event/deliver";
import {
  failureWords,
  type Obstacle,
  obstacleWords,
  statusOf,
  troubleWords,
} from "../../../nodes/hapana-test-event/status";
import type { Verdict } from "../../../nodes/hapana-test-event/verdict";
import { spokenWords } from "../../support/spoken-words";

const english = spokenWords("hapana-test-event", "en-US");

function delivered(verdict: Verdict, event: Delivered["event"] = "checkIn"): Delivered {
  return { event, sent: {}, answer: { statusCode: 200, body: "", duration: 7 }, verdict };
}
const say = (...all: Delivered[]) => {
  const { fill, shape, text } = statusOf(all, english);
  return `${fill} ${shape}: ${text}`;
};
const accepted = delivered({ kind: "accepted" });

describe("the status of a test event", () => {
  it("is green where all is well, with how long it took", () => {
    assert.equal(say(accepted), "green dot: Client Check-In arrived in 7 ms");
    assert.equal(say(accepted, accepted), "green dot: 2 events arrived in 14 ms");
    assert.equal(troubleWords([accepted], english), undefined);
  });

  for (const [kind, brief, rest] of [
    ["duplicate", "Client Check-In is a duplicate", /change one of its fields/],
    ["unselected", "Client Check-In is not ticked", /tick it in one/],
    ["unclaimed", "Client Check-In has to wait", /disabled or gone/],
  ] as const) {
    it(`is yellow where an event was taken, but comes out nowhere, and the log says what to do: ${kind}`, () => {
      const all = [accepted, delivered({ kind })];
      assert.equal(say(...all), `yellow dot: ${brief}`);
      assert.match(troubleWords(all, english) ?? "", rest);
    });
  }

  it("is red where one was not taken, and tells that before all else", () => {
    const refused = delivered({ kind: "refused", code: "tokenWrong" }, "accountCreated");
    const all = [delivered({ kind: "duplicate" }), refused];
    assert.equal(say(...all), "red ring: refused: Hapana sent a wrong token");
    assert.equal(troubleWords(all, english), undefined, "the endpoint says so itself");
    for (const kind of ["httpNodeAuth", "redirected", "notOurs"] as const) {
      assert.match(say(delivered({ kind })), /^red ring: [^:]+$/);
      assert.match(troubleWords([delivered({ kind })], english) ?? "", /settings/);
    }
  });

  it("points to the endpoint where only that knows why", () => {
    assert.equal(say(delivered({ kind: "refused", code: undefined })), "red ring: refused: see the debug sidebar");
  });
});

describe("the words for what keeps a test event from being posted", () => {
  it("are the endpoint's own where it is to blame", () => {
    const fault: Obstacle = { code: "pathTaken", holder: "Other" };
    assert.match(obstacleWords(fault, english), /^another endpoint has this path: choose “Other”/);
    assert.equal(obstacleWords({ code: "noEndpoint" }, english), "choose an endpoint");
  });

  for (const [error, words] of [
    ["a text", "Node-RED cannot connect to itself: unknown"],
    [new DOMException("", "TimeoutError"), "no answer within 10 seconds: Hapana would give up too"],
    [Object.assign(new Error("connect"), { code: "ECONNREFUSED" }), "Node-RED cannot connect to itself: ECONNREFUSED"],
    [new Error("in words already"), "in words already"],
  ] as const) {
    it(`are known for ${String(error)}`, () => {
      assert.equal(failureWords(error, english), words);
    });
  }
});
