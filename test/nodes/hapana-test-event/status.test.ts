import assert from "node:assert/strict";
import type { Delivered } from "../../../nodes/hapana-test-event/deliver";
import { failureWords, type Obstacle, obstacleWords, statusOf } from "../../../nodes/hapana-test-event/status";
import type { Verdict } from "../../../nodes/hapana-test-event/verdict";

const own = "hapana-test-event.status";
const ofEndpoint = "@gymflows/node-red-hapana/hapana-endpoint:hapana-endpoint";
const translate = (key: string, values: object = {}) => `${key} ${JSON.stringify(values)}`;

function delivered(verdict: Verdict, event: Delivered["event"] = "checkIn"): Delivered {
  return { event, sent: {}, answer: { statusCode: 200, body: "", duration: 7 }, verdict };
}
const say = (...all: Delivered[]) => {
  const { fill, shape, text } = statusOf(all, translate);
  return `${fill} ${shape}: ${text}`;
};
const accepted = delivered({ kind: "accepted" });

describe("the status of a test event", () => {
  it("is green where all is well, with how long it took", () => {
    assert.equal(say(accepted), `green dot: ${own}.accepted {"event":"Client Check-In","duration":7}`);
    assert.equal(say(accepted, accepted), `green dot: ${own}.allAccepted {"count":2,"duration":14}`);
  });

  it("is yellow where an event was taken, but comes out nowhere", () => {
    for (const kind of ["duplicate", "unselected", "unclaimed"] as const) {
      assert.match(say(accepted, delivered({ kind })), new RegExp(`^yellow dot: ${own}.${kind} `));
    }
  });

  it("is red where one was not taken, and tells that before all else", () => {
    const refused = delivered({ kind: "refused", code: "tokenWrong" }, "accountCreated");
    const text = say(delivered({ kind: "duplicate" }), refused);
    assert.match(text, new RegExp(`^red ring: ${own}.refused .*hapana-endpoint.refusal.tokenWrong`));
    for (const kind of ["httpNodeAuth", "redirected", "notOurs"] as const) {
      assert.match(say(delivered({ kind })), new RegExp(`^red ring: ${own}.${kind} .*"statusCode":200,"reason":""`));
    }
  });

  it("points to the endpoint where only that knows why", () => {
    assert.match(say(delivered({ kind: "refused", code: undefined })), /status\.reasonInEndpoint/);
  });
});

describe("the words for what keeps a test event from being posted", () => {
  it("are the endpoint's own where it is to blame", () => {
    const fault: Obstacle = { code: "pathTaken", holder: "Other" };
    assert.equal(
      obstacleWords(fault, translate),
      `${ofEndpoint}.fault.pathTaken {"code":"pathTaken","holder":"Other"}`,
    );
    assert.equal(obstacleWords({ code: "noEndpoint" }, translate), `${own}.noEndpoint {"code":"noEndpoint"}`);
  });

  for (const [error, words] of [
    ["a text", `${own}.noConnection {"code":"noConnection","reason":"unknown"}`],
    [new DOMException("", "TimeoutError"), `${own}.noAnswer {"code":"noAnswer"}`],
    [
      Object.assign(new Error("connect"), { code: "ECONNREFUSED" }),
      `${own}.noConnection {"code":"noConnection","reason":"ECONNREFUSED"}`,
    ],
    [new Error("in words already"), "in words already"],
  ] as const) {
    it(`are known for ${String(error)}`, () => {
      assert.equal(failureWords(error, translate), words);
    });
  }
});
