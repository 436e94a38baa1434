import assert from "node:assert/strict";
import { readFields } from "../../../nodes/hapana-test-event/fields";

describe("the fields that a test event is set to change", () => {
  it("are those of a JSON object, and none where nothing was typed", () => {
    assert.deepEqual(readFields(' {"checkInStatus": "Invalid", "clientID": null} '), {
      checkInStatus: "Invalid",
      clientID: null,
    });
    assert.deepEqual([readFields(""), readFields("  ")], [{}, {}]);
  });

  it("cannot be read from anything else", () => {
    for (const text of ["checkInStatus", "{checkInStatus: 'Invalid'}", "[]", "null", "7", '"text"', "{", "{}}"]) {
      assert.equal(readFields(text), undefined, text);
    }
  });
});
