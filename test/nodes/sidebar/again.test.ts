import assert from "node:assert/strict";
import { Again } from "../../../nodes/sidebar/editor/again";

describe("what is done again whenever it is asked for", () => {
  it("is never done twice at the same time, and once more for all that was asked meanwhile", async () => {
    const waiting: (() => void)[] = [];
    const again = new Again(() => new Promise((resolve) => waiting.push(resolve)));
    const done = again.run();
    void again.run();
    void again.run();
    assert.equal(waiting.length, 1);
    waiting[0]?.();
    await Promise.resolve();
    await Promise.resolve();
    assert.equal(waiting.length, 2);
    waiting[1]?.();
    await done;
    assert.equal(waiting.length, 2);
  });

  it("can be done after it went wrong", async () => {
    let count = 0;
    const again = new Again(async () => {
      count += 1;
      if (count === 1) throw new Error("no");
    });
    await assert.rejects(again.run(), /no/);
    await again.run();
    assert.equal(count, 2);
  });
});
