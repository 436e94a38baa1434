import assert from "node:assert/strict";
import { Journey } from "../../../src/engine/journey";

const delivered = { kind: "delivered" };

describe("an event's journey through a flow", () => {
  let journey: Journey<string, string>;
  beforeEach(() => {
    journey = new Journey();
  });

  it("moves as long as a node has a message of it", () => {
    journey.enter("function", "1", true);
    journey.enter("delay", "1", true);
    journey.leave("function", "1");
    assert.equal(journey.isMoving, true);
    journey.leave("delay", "1");
    assert.deepEqual([journey.isMoving, journey.end], [false, delivered]);
  });

  it("tells the messages apart that a node has", () => {
    for (const message of ["1", "2", "3"]) journey.enter("split", message, true);
    for (const message of ["3", "1"]) journey.leave("split", message);
    assert.equal(journey.isMoving, true);
    journey.leave("split", "2");
    assert.equal(journey.isMoving, false);
  });

  it("has failed once all others are through, with the first error, whoever has finished after that", () => {
    journey.enter("function", "1", true);
    journey.enter("http request", "2", true);
    journey.leave("function", "1", "no such member");
    assert.equal(journey.isMoving, true);
    journey.leave("http request", "2", "timed out");
    assert.deepEqual([journey.isMoving, journey.end], [false, { kind: "failed", error: "no such member" }]);
  });

  it("rests where all that is left has reported an error, and may never finish", () => {
    journey.enter("tcp request", "1", true);
    journey.enter("delay", "2", true);
    journey.fail("tcp request", "1", "connect failed");
    assert.equal(journey.isMoving, true);
    journey.leave("delay", "2");
    assert.deepEqual([journey.isMoving, journey.end], [false, { kind: "failed", error: "connect failed" }]);
  });

  it("moves on where a node goes on after it has reported an error, and ends as failed", () => {
    journey.enter("http request", "1", true);
    journey.fail("http request", "1", "connect ECONNREFUSED");
    assert.equal(journey.isMoving, false);
    journey.enter("debug", "1", true);
    journey.leave("http request", "1");
    assert.equal(journey.isMoving, true);
    journey.leave("debug", "1");
    assert.deepEqual([journey.isMoving, journey.end], [false, { kind: "failed", error: "connect ECONNREFUSED" }]);
  });

  it("takes an error for the message that it is about; of a clone, for one that the node has", () => {
    for (const message of ["1", "2"]) journey.enter("exec", message, true);
    journey.fail("exec", "2", "first");
    journey.leave("exec", "2");
    assert.equal(journey.isMoving, true, "the other message is still there");
    journey.fail("exec", "a clone of 1", "second");
    assert.equal(journey.isMoving, false);
  });

  it("is not troubled by a node that reports twice, or what it has not got", () => {
    journey.enter("function", "1", true);
    journey.leave("function", "1");
    journey.leave("function", "1");
    journey.fail("elsewhere", "1", "an error of another message");
    journey.enter("debug", "1", true);
    assert.equal(journey.isMoving, true);
  });

  it("can be confirmed as long as a node has it that says when it is through", () => {
    journey.enter("switch", "1", false);
    assert.equal(journey.canBeConfirmed, false);
    journey.enter("delay", "2", true);
    assert.equal(journey.canBeConfirmed, true);
    journey.leave("delay", "2");
    assert.deepEqual([journey.canBeConfirmed, journey.isAt((node) => node === "switch")], [false, true]);
  });
});
