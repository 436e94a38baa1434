import assert from "node:assert/strict";
import { Batching } from "../../../src/inbox/batching";
import { waitFor } from "../../support/wait-for";

describe("what is done together", () => {
  it("what has a key in common is never in one batch, and keeps its order", async () => {
    const batches: string[][] = [];
    const batching = new Batching<string, string>(10, async (items) => {
      batches.push([...items]);
      return items;
    });
    const items = ["a", "b", "ab", "a2", "c", "b2"];
    await Promise.all(items.map((item) => batching.add(item, [...item.replace(/\d/, "")])));
    assert.deepEqual(batches, [["a", "b", "c"], ["ab"], ["a2", "b2"]]);
  });

  it("goes by as many lanes as there are; what has a key in common with something under way waits for its end", async () => {
    const began: string[] = [];
    const end = new Map<string, () => void>();
    const batching = new Batching<string, string>(
      1,
      async ([item = ""], lane) => {
        began.push(`${item} in ${lane}`);
        await new Promise<void>((resolve) => end.set(item, resolve));
        return [item];
      },
      { lanes: 2 },
    );
    const all = ["a", "a2", "b", "c"].map((item) => batching.add(item, [...item.replace(/\d/, "")]));
    for (const item of ["b", "c", "a", "a2"]) {
      const finish = await waitFor(
        () => end.get(item),
        () => `${item} does not begin`,
      );
      finish();
    }
    await Promise.all(all);
    assert.deepEqual(began, ["a in 0", "b in 1", "c in 1", "a2 in 1"]);
  });

  it("begins beside another batch only where there is enough for it", async () => {
    const batches: string[][] = [];
    const ends: (() => void)[] = [];
    const batching = new Batching<string, string>(
      9,
      async (items) => {
        batches.push([...items]);
        await new Promise<void>((resolve) => ends.push(resolve));
        return items;
      },
      { lanes: 2, minBeside: 2 },
    );
    const begun = (count: number) =>
      waitFor(
        () => (batches.length === count ? true : undefined),
        () => `${batches.length} batches have begun`,
      );
    const all = [batching.add("a")];
    await begun(1);
    all.push(batching.add("b"));
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    assert.equal(batches.length, 1);
    all.push(batching.add("c"));
    await begun(2);
    for (const end of ends) end();
    await Promise.all(all);
    assert.deepEqual(batches, [["a"], ["b", "c"]]);
  });

  it("is no more than so many at a time", async () => {
    const sizes: number[] = [];
    const batching = new Batching<number, number>(2, async (items) => {
      sizes.push(items.length);
      return items;
    });
    await Promise.all([1, 2, 3, 4, 5].map((item) => batching.add(item)));
    assert.deepEqual(sizes, [2, 2, 1]);
  });

  it("who waits while a batch fails is told as well; who comes later is not", async () => {
    let isFailing = true;
    const batching = new Batching<number, number>(1, async (items) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (isFailing) throw new Error("no");
      return items;
    });
    const results = await Promise.allSettled([batching.add(1), batching.add(2)]);
    isFailing = false;
    assert.deepEqual(
      results.map(({ status }) => status),
      ["rejected", "rejected"],
    );
    assert.equal(await batching.add(3), 3);
  });

  it("one item that is refused keeps none of the others", async () => {
    const batching = new Batching<number, number>(9, async (items) =>
      items.map((item) => (item === 2 ? new Error("not you") : item)),
    );
    const results = await Promise.allSettled([1, 2, 3].map((item) => batching.add(item)));
    assert.deepEqual(
      results.map(({ status }) => status),
      ["fulfilled", "rejected", "fulfilled"],
    );
  });
});
