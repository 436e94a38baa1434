import assert from "node:assert/strict";
import { judge } from "../../../nodes/hapana-test-event/verdict";
import { type ProblemCode, problems } from "../../../src/receiver/problems";

const calm = {
  before: { unselected: 3, unclaimed: 0 },
  now: { unselected: 3, unclaimed: 0, lastRefusal: undefined },
  hasHttpNodeAuth: false,
};

const answer = (statusCode: number, body: unknown) => ({ statusCode, body, duration: 1 });
const refusal = (code: ProblemCode) => {
  const { status, answer: word, message } = problems[code];
  return answer(status, { status: word, message });
};
const lastRefused = (code: ProblemCode) => ({
  ...calm,
  now: { unselected: 3, unclaimed: 0, lastRefusal: { code, at: 1 } },
});

describe("judging the answer to a test event", () => {
  it("accepted, a duplicate, and accepted for nobody", () => {
    const accepted = answer(200, { status: "accepted", deliveryId: "d" });
    assert.deepEqual(judge(accepted, calm), { kind: "accepted" });
    const forNobody = { ...calm, now: { ...calm.now, unselected: 4 } };
    assert.deepEqual(judge(accepted, forNobody), { kind: "unselected" });
    const forOneGone = { ...calm, now: { ...calm.now, unclaimed: 1 } };
    assert.deepEqual(judge(accepted, forOneGone), { kind: "unclaimed" });
    assert.deepEqual(judge(answer(200, { status: "duplicate", deliveryId: "d" }), calm), { kind: "duplicate" });
  });

  it("refused: what only one problem answers is told from the answer alone", () => {
    for (const code of ["notStored", "rawBodyMissing", "tooLarge", "notJson"] as const) {
      assert.deepEqual(judge(refusal(code), calm), { kind: "refused", code });
    }
  });

  it("refused: what several problems answer is told from what the endpoint saw last, and never guessed", () => {
    const unauthorized = refusal("tokenWrong");
    assert.deepEqual(judge(unauthorized, lastRefused("signatureExpired")), {
      kind: "refused",
      code: "signatureExpired",
    });
    assert.deepEqual(judge(unauthorized, lastRefused("tooLarge")), { kind: "refused", code: undefined });
    assert.deepEqual(judge(unauthorized, calm), { kind: "refused", code: undefined });
  });

  it("answered by something else than the endpoint", () => {
    assert.deepEqual(judge(answer(401, "Unauthorized"), calm), { kind: "notOurs" });
    assert.deepEqual(judge(answer(401, "Unauthorized"), { ...calm, hasHttpNodeAuth: true }), { kind: "httpNodeAuth" });
    assert.deepEqual(judge(answer(302, ""), calm), { kind: "redirected" });
    for (const body of ["OK", "", null, 7, [], { status: "fine" }]) {
      assert.deepEqual(judge(answer(200, body), calm), { kind: "notOurs" });
    }
    assert.deepEqual(judge(answer(500, { status: "accepted" }), calm), { kind: "notOurs" });
  });
});
