import assert from "node:assert/strict";
import { WaitingList } from "../../../nodes/runtime/waiting-list";

describe("a waiting list", () => {
  it("calls everybody each time, and nobody who has left", () => {
    const list = new WaitingList();
    const called: string[] = [];
    const first = () => called.push("first");
    list.add(first);
    list.add(() => called.push("second"));
    list.call();
    list.delete(first);
    list.delete(() => {});
    list.call();
    assert.deepEqual(called, ["first", "second", "second"]);
  });

  it("may be left while it is called, and skips nobody for that", () => {
    const list = new WaitingList();
    const called: number[] = [];
    for (const number of [1, 2, 3]) {
      const once = () => {
        called.push(number);
        list.delete(once);
      };
      list.add(once);
    }
    list.call();
    list.call();
    assert.deepEqual(called, [1, 2, 3]);
  });
});
