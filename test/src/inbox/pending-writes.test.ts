import assert from "node:assert/strict";
import type { Progress, Tables } from "../../../src/inbox/tables";
import { kinds, tidyUp } from "../../support/inbox";

const row = (attempt: number): Progress => ({ endpoint: "endpoint", attempt, failures: 0, crashes: 0 });

for (const { name, open } of kinds) {
  describe(`tables ${name}, while what was written is on its way`, () => {
    let tables: Tables;

    beforeEach(() => {
      tables = open();
    });
    afterEach(tidyUp);

    const attempts = (after = 0, limit = 100) =>
      tables.waiting.list("webhook", after, limit).map(({ sequence, row: { attempt } }) => [sequence, attempt]);
    const write = (operation: () => void) => tables.transaction(operation, "committed");

    it("show it at once, in order, mixed with what is on the disk already", async () => {
      await write(() => {
        for (const sequence of [10, 30, 50]) tables.waiting.put("webhook", sequence, row(1));
      });
      const written = write(() => {
        tables.waiting.put("webhook", 20, row(2));
        tables.waiting.put("webhook", 30, row(2));
        tables.waiting.remove("webhook", 50);
        tables.waiting.put("another", 40, row(2));
      });
      const expected = [
        [10, 1],
        [20, 2],
        [30, 2],
      ];
      assert.deepEqual(attempts(), expected);
      assert.deepEqual(attempts(10), expected.slice(1));
      assert.deepEqual(attempts(0, 2), expected.slice(0, 2));
      assert.equal(tables.waiting.get("webhook", 50), undefined);
      assert.deepEqual(tables.waiting.owners().sort(), ["another", "webhook"]);
      await written;
      assert.deepEqual(attempts(), expected);
    });

    it("fill a list up to its limit, however much in front of it has just been removed", async () => {
      await write(() => {
        for (let sequence = 1; sequence <= 20; sequence += 1) tables.waiting.put("webhook", sequence, row(1));
      });
      const written = write(() => {
        for (let sequence = 1; sequence <= 10; sequence += 1) tables.waiting.remove("webhook", sequence);
      });
      assert.deepEqual(
        attempts(0, 3).map(([sequence]) => sequence),
        [11, 12, 13],
      );
      await written;
    });

    it("let an operation that throws see its own writes, and then nobody", async () => {
      await write(() => tables.waiting.put("webhook", 1, row(1)));
      const seen: unknown[] = [];
      const failing = write(() => {
        tables.waiting.put("webhook", 1, row(2));
        tables.waiting.put("webhook", 1, row(3));
        tables.waiting.remove("webhook", 1);
        tables.waiting.put("webhook", 2, row(1));
        seen.push(...attempts());
        throw new Error("broken");
      });
      await assert.rejects(failing);
      assert.deepEqual(seen, [[2, 1]]);
      assert.deepEqual(attempts(), [[1, 1]]);
    });

    it("keep the last of several writes of one row", async () => {
      await Promise.all([
        write(() => tables.facts.put("fact", 1)),
        write(() => tables.facts.put("fact", 2)),
        write(() => tables.facts.remove("fact")),
        write(() => tables.facts.put("fact", 3)),
      ]);
      assert.equal(tables.facts.get("fact"), 3);
    });
  });
}
