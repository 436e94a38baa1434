import assert from "node:assert/strict";
import { validator, wholeNumber } from "../../../nodes/editor/validator";

describe("a validator", () => {
  const notEmpty = validator((value) => (value === "" ? "Enter something." : undefined));

  it("gives the reason, or true", () => {
    assert.equal(notEmpty.call({}, "", {}), "Enter something.");
    assert.equal(notEmpty.call({}, "a", {}), true);
  });

  it("declares two parameters, without which Node-RED takes a reason for a yes", () => {
    assert.equal(notEmpty.length, 2);
  });
});

describe("a whole number", () => {
  const validate = wholeNumber({ min: 1, max: 60 }, "error.seconds");
  const isWholeNumber = (value: unknown) => validate.call({ _: (key) => key }, value, {}) === true;

  it("is one within its limits, as text or as a number", () => {
    for (const value of [1, 60, "1", " 60 ", "007"]) assert.equal(isWholeNumber(value), true, String(value));
  });

  it("is asked for in the node's own words", () => {
    assert.equal(validate.call({ _: (key) => `words for ${key}` }, "soon", {}), "words for error.seconds");
  });

  it("is nothing else", () => {
    for (const value of [0, 61, -1, 1.5, "", " ", "1e1", "0x10", "ten", undefined, null, "1 2"]) {
      assert.equal(isWholeNumber(value), false, String(value));
    }
  });
});
