import assert from "node:assert/strict";
import fc from "fast-check";
import { SequenceQueue } from "../../../../src/inbox/level/sequence-queue";

describe("sequences that wait", () => {
  it("come lowest first, whatever is added, taken, given back and removed", () => {
    const action = fc.record({ kind: fc.constantFrom("add", "take", "back", "remove", "all"), which: fc.nat() });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 300 }), (actions) => {
        const queue = new SequenceQueue();
        let model: number[] = [];
        const taken: number[] = [];
        let next = 1;
        for (const { kind, which } of actions) {
          if (kind === "add") {
            queue.add(next);
            model.push(next++);
          } else if (kind === "take") {
            const [lowest] = model;
            assert.equal(queue.take(), lowest);
            model.shift();
            if (lowest !== undefined) taken.push(lowest);
          } else if (kind === "back" && taken.length > 0) {
            const [sequence = 0] = taken.splice(which % taken.length, 1);
            queue.add(sequence);
            model = [...model, sequence].sort((one, other) => one - other);
          } else if (kind === "remove" && model.length > 0) {
            const [sequence = 0] = model.splice(which % model.length, 1);
            queue.remove(sequence);
          } else if (kind === "all" && which % 7 === 0) {
            assert.deepEqual(queue.takeAll(), model);
            model = [];
          }
          assert.equal(queue.size, model.length);
        }
        assert.deepEqual(queue.takeAll(), model);
      }),
    );
  });

  it("are counted rightly where one is removed that does not wait", () => {
    const queue = new SequenceQueue();
    queue.remove(3);
    queue.add(1);
    queue.remove(7);
    assert.equal(queue.size, 1);
    assert.deepEqual(queue.takeAll(), [1]);
    queue.add(3);
    assert.equal(queue.take(), 3);
  });

  it("cross the borders of what is kept together", () => {
    const queue = new SequenceQueue();
    for (let sequence = 0; sequence < 5_000; sequence += 1) queue.add(sequence);
    for (let sequence = 0; sequence < 4_999; sequence += 1) assert.equal(queue.take(), sequence);
    queue.add(5_000);
    assert.deepEqual(queue.takeAll(), [4_999, 5_000]);
  });
});
