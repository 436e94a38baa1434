import assert from "node:assert/strict";
import { isWholeNumber, validator } from "../../../nodes/editor/validator";

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
  const limits = { least: 1, most: 60 };

  it("is one within its limits, as text or as a number", () => {
    for (const value of [1, 60, "1", " 60 ", "007"]) assert.equal(isWholeNumber(value, limits), true, String(value));
  });

  it("is nothing else", () => {
    for (const value of [0, 61, -1, 1.5, "", " ", "1e1", "0x10", "ten", undefined, null, "1 2"]) {
      assert.equal(isWholeNumber(value, limits), false, String(value));
    }
  });
});
