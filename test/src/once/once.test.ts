import assert from "node:assert/strict";
import { memorySource } from "../../../src/inbox/level/memory-source";
import { OnceMemory } from "../../../src/once/memory";
import { Once } from "../../../src/once/once";

const what = { node: "n", key: "k" };

describe("doing something once", () => {
  let once: Once;
  let memory: OnceMemory;
  let seen: string[];

  beforeEach(() => {
    memory = new OnceMemory(memorySource());
    once = new Once(memory);
    seen = [];
  });
  afterEach(() => memory.close());

  /** Somebody who comes for it; whoever passes goes on until it is ended. */
  function visitor(name: string, { key = "k", isGone = (): boolean => false } = {}) {
    let end: (hasSucceeded: boolean) => void = () => {};
    let begun = () => {};
    const hasBegun = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const settled = once.visit({ ...what, key }, 30, {
      isGone,
      pass: () => {
        seen.push(`${name} passes`);
        begun();
        return new Promise<boolean>((resolve) => {
          end = resolve;
        });
      },
      skip: () => seen.push(`${name} skips`),
    });
    return { hasBegun, settled, end: (hasSucceeded: boolean) => end(hasSucceeded) };
  }

  it("lets the first pass, and whoever comes after it has succeeded skip", async () => {
    const first = visitor("first");
    await first.hasBegun;
    first.end(true);
    await first.settled;
    await visitor("second").settled;
    assert.deepEqual(seen, ["first passes", "second skips"]);
  });

  it("lets those wait that come meanwhile, and skip where it succeeds", async () => {
    const first = visitor("first");
    const others = [visitor("second"), visitor("third")];
    await first.hasBegun;
    assert.deepEqual(seen, ["first passes"]);
    first.end(true);
    await Promise.all(others.map(({ settled }) => settled));
    assert.deepEqual(seen, ["first passes", "second skips", "third skips"]);
  });

  it("lets the next one pass where it fails", async () => {
    const [first, second, third] = [visitor("first"), visitor("second"), visitor("third")];
    await first.hasBegun;
    first.end(false);
    await second.hasBegun;
    second.end(true);
    await third.settled;
    assert.deepEqual(seen, ["first passes", "second passes", "third skips"]);
  });

  it("passes over one who waits and is gone when it is its turn", async () => {
    const first = visitor("first");
    const gone = visitor("gone", { isGone: () => true });
    const third = visitor("third");
    await first.hasBegun;
    first.end(false);
    await gone.settled;
    await third.hasBegun;
    assert.deepEqual(seen, ["first passes", "third passes"]);
  });

  it("lets nobody wait for something else", async () => {
    const [one, other] = [visitor("one", { key: "1" }), visitor("other", { key: "2" })];
    await Promise.all([one.hasBegun, other.hasBegun]);
    assert.deepEqual(seen.sort(), ["one passes", "other passes"]);
  });
});
