import assert from "node:assert/strict";
import { readValue, showValue } from "../../../../nodes/hapana-test-event/editor/field-value";

describe("a field that a test event changes, typed into the dialog", () => {
  it("is text where the field holds text, whatever it looks like", () => {
    for (const text of ["Invalid", "0004711", "12", "[]", '{"a": 1}', "", " "])
      assert.equal(readValue(text, ["string"]), text);
    assert.equal(readValue("12", []), "12");
  });

  it("is a number where the field holds one", () => {
    assert.equal(readValue("49.5", ["number"]), 49.5);
    assert.equal(readValue("1712345678", ["string", "number"]), 1712345678);
    assert.equal(readValue("2026-04-12", ["string", "number"]), "2026-04-12");
  });

  it("is a list or an object where the field holds one", () => {
    assert.deepEqual(readValue(' [{"packageID": "7"}]', ["array"]), [{ packageID: "7" }]);
    assert.deepEqual(readValue('{"size": "M"}', ["string", "object"]), { size: "M" });
    assert.equal(readValue("12 High Street", ["string", "object"]), "12 High Street");
  });

  it("is text where it does not fit, so that a test can also send what is wrong", () => {
    assert.equal(readValue("$49", ["number"]), "$49");
    assert.equal(readValue("", ["number"]), "");
    assert.equal(readValue("true", ["number"]), "true");
    assert.equal(readValue("[1, 2", ["array"]), "[1, 2");
  });

  it("comes back as it was shown", () => {
    for (const value of ["Invalid", "", "[x"]) assert.equal(readValue(showValue(value), ["string", "array"]), value);
    for (const value of [7, [1], { a: "b" }])
      assert.deepEqual(readValue(showValue(value), ["number", "array", "object"]), value);
  });
});
