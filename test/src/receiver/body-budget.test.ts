import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { BodyBudget } from "../../../src/receiver/body-budget";
import type { BodyLimits } from "../../../src/receiver/limits";
import { readBody } from "../../../src/receiver/read-body";

const limits: BodyLimits = { bytes: 1_000, milliseconds: 5_000 };

describe("the memory of all bodies that are on their way", () => {
  const begin = (budget: BodyBudget) => {
    const stream = new PassThrough();
    const outcome = readBody(stream, undefined, limits, budget).then((body) =>
      "code" in body ? body.code : body.toString(),
    );
    return { stream, outcome };
  };
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it("is bounded: the largest is given up, the small ones arrive", async () => {
    const budget = new BodyBudget(100);
    const [small, large, larger] = [begin(budget), begin(budget), begin(budget)];
    small.stream.write("a");
    large.stream.write("b".repeat(40));
    larger.stream.write("c".repeat(50));
    await settled();
    small.stream.write("a".repeat(20));
    assert.equal(await larger.outcome, "tooBusy");
    small.stream.end();
    large.stream.end();
    assert.deepEqual([await small.outcome, await large.outcome], ["a".repeat(21), "b".repeat(40)]);
  });

  it("is given back, however a body ends", async () => {
    const budget = new BodyBudget(100);
    for (const end of ["end", "destroy"] as const) {
      for (let count = 0; count < 5; count += 1) {
        const { stream, outcome } = begin(budget);
        stream.write("x".repeat(90));
        await settled();
        stream[end]();
        assert.equal(await outcome, end === "end" ? "x".repeat(90) : "aborted");
      }
    }
  });

  it("gives up the body that is larger than all of it", async () => {
    const { stream, outcome } = begin(new BodyBudget(100));
    stream.write("x".repeat(101));
    assert.equal(await outcome, "tooBusy");
  });
});
