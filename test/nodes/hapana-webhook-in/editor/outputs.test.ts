import assert from "node:assert/strict";
import { inCatalogOrder, outputMap } from "../../../../nodes/hapana-webhook-in/editor/outputs";

describe("the outputs when the selection of events changes", () => {
  it("stay where nothing changes", () => {
    assert.deepEqual(outputMap(["a", "b"], ["a", "b"]), { 0: 0, 1: 1, 2: 2 });
  });

  it("move up where an event before them is gone", () => {
    assert.deepEqual(outputMap(["a", "b", "c"], ["b", "c"]), { 0: -1, 1: 0, 2: 1, 3: 2 });
  });

  it("move down where an event before them is new", () => {
    assert.deepEqual(outputMap(["b"], ["a", "b"]), { 0: 1, 1: 2, "new-a": 0 });
  });

  it("keep the last one for unrecognised events, also where all others change", () => {
    assert.deepEqual(outputMap(["a", "b"], ["c"]), { 0: -1, 1: -1, 2: 1, "new-c": 0 });
    assert.deepEqual(outputMap([], ["a"]), { 0: 1, "new-a": 0 });
    assert.deepEqual(outputMap(["a"], []), { 0: -1, 1: 0 });
  });

  it("are in catalog order, however the events were saved", () => {
    assert.deepEqual(inCatalogOrder(["a", "b", "c"], ["c", "a", "gone"]), ["a", "c"]);
  });
});
