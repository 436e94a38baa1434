import assert from "node:assert/strict";
import type { Notice } from "../../../../src/inbox/inbox";
import { type DatabaseSource, type LevelDatabase, put, type Write } from "../../../../src/inbox/level/database";
import { Writer } from "../../../../src/inbox/level/writer";
import { StoreError } from "../../../../src/inbox/store-error";
import { waitFor } from "../../../support/wait-for";

/** A database that is one `Map`, and fails when it is told to. */
class FakeSource implements DatabaseSource {
  readonly isDurable = true;
  readonly rows = new Map<string, string>();
  readonly batches: { keys: string[]; sync: boolean }[] = [];
  /** How many have begun. */
  begun = 0;
  opened: boolean[] = [];
  closed = 0;
  /** What the next batches and openings throw. */
  batchFaults: (Error | undefined)[] = [];
  openFaults: Error[] = [];
  isReplaced = false;
  /** A batch that fails has been kept all the same. */
  keepsRefused = false;
  hold: Promise<void> = Promise.resolve();

  async open(_: (notice: Notice) => void, isDamaged = false) {
    const fault = this.openFaults.shift();
    if (fault) throw fault;
    this.opened.push(isDamaged);
    const write = async (writes: readonly Write[], sync: boolean) => {
      this.begun += 1;
      await this.hold;
      if (writes.some(({ key }) => key === undefined)) throw new TypeError("a fault of ours");
      const fault = this.batchFaults.shift();
      if (!fault || this.keepsRefused) {
        for (const write of writes) {
          if (write.type === "put") this.rows.set(write.key, String(write.value));
          else this.rows.delete(write.key);
        }
      }
      if (fault) throw fault;
      this.batches.push({ keys: writes.map(({ key }) => key), sync });
    };
    return {
      level: {} as LevelDatabase,
      write,
      isDamaged: false,
      isRepaired: isDamaged,
      isSound: async () => true,
      verify: () => {
        if (this.isReplaced) throw new StoreError("REPLACED");
      },
      verifyWritten: () => {
        if (this.isReplaced) throw new StoreError("REPLACED");
      },
      close: async () => {
        this.closed += 1;
      },
    };
  }
}

const ioError = (words: string) => Object.assign(new Error(words), { code: "LEVEL_IO_ERROR" });
const ofOurs = { type: "put", key: undefined, value: "" } as unknown as Write;

describe("the writer", () => {
  let source: FakeSource;
  let writer: Writer;
  let told: (string | undefined)[];
  let replaced: number;
  let reopened: number;
  let extra: Write[];
  beforeEach(async () => {
    source = new FakeSource();
    [told, replaced, reopened, extra] = [[], 0, 0, []];
    writer = new Writer(
      source,
      {
        storageChanged: (fault) => told.push(fault && ((fault as { code?: string }).code ?? fault.message)),
        notice: ({ code }) => told.push(code),
      },
      async () => {
        replaced += 1;
        return () => {};
      },
      () => {
        reopened += 1;
      },
      () => extra.splice(0),
    );
    await writer.open();
  });
  afterEach(() => writer.close());

  const undoOf = (...keys: string[]) => (() => keys.map((key) => ({ type: "del", key }))) as never;
  const takes = () =>
    waitFor(
      () => (told.at(-1) === undefined && told.length > 0 ? true : undefined),
      () => told.join(),
    );

  it("writes what comes in one turn at once, in order, and flushes only what is urgent", async () => {
    extra = [put("counts", "1")];
    void writer.writeLazily(put("a", "1"));
    const urgent = writer.write([put("b", "1")], undoOf("b"));
    void writer.writeLazily(put("c", "1"));
    await urgent;
    await writer.writeLazily(put("d", "1"));
    assert.deepEqual(source.batches, [
      { keys: ["counts", "a", "b", "c"], sync: true },
      { keys: ["d"], sync: false },
    ]);
  });

  it("begins the next batch before it answers those who waited for the last one: the disk did nothing meanwhile", async () => {
    let letGo = () => {};
    source.hold = new Promise((resolve) => {
      letGo = resolve;
    });
    const first = writer.write([put("a", "1")], undoOf("a")).then(() => source.begun);
    await waitFor(
      () => (source.begun === 1 ? true : undefined),
      () => "nothing is written",
    );
    const second = writer.write([put("b", "1")], undoOf("b"));
    letGo();
    assert.equal(await first, 2);
    await second;
  });

  it("refuses the whole group where the disk does, and takes back what was kept of it; what is not urgent is kept", async () => {
    source.keepsRefused = true;
    source.batchFaults = [ioError("IO error: x.log: No space left on device")];
    const results = await Promise.allSettled([
      writer.write([put("a", "1")], undoOf("a")),
      writer.write([put("b", "1")], undoOf("b")),
      writer.writeLazily(put("lazy", "1")),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ["rejected", "rejected", "fulfilled"],
    );
    await takes();
    assert.deepEqual([...source.rows.keys()], ["lazy"]);
    assert.deepEqual(told, ["ENOSPC", undefined]);
    assert.equal(reopened, 1);
  }).timeout(10_000);

  it("loses nothing of what is not urgent while it refuses, and keeps its order", async () => {
    source.batchFaults = [ioError("IO error: Input/output error")];
    source.openFaults = [Object.assign(new Error("no"), { code: "EIO" })];
    const writes = [writer.writeLazily(put("x", "1")), writer.writeLazily(put("x", "2"))];
    await waitFor(
      () => (told.length > 0 ? true : undefined),
      () => "it is not told",
    );
    await assert.rejects(writer.write([put("refused", "1")], undoOf()), { code: "EIO" });
    writes.push(writer.writeLazily(put("x", "3"), put("y", "1")));
    await Promise.all(writes);
    assert.deepEqual(
      [...source.rows],
      [
        ["x", "3"],
        ["y", "1"],
      ],
    );
    assert.ok(told.includes("EIO"));
  }).timeout(10_000);

  it("rejects a fault of ours as it is, and writes what came with it", async () => {
    const results = await Promise.allSettled([
      writer.writeLazily(put("a", "1")),
      writer.write([ofOurs], undoOf()),
      writer.write([put("b", "1")], undoOf("b")),
    ]);
    assert.deepEqual(
      results.map((result) => (result.status === "rejected" ? result.reason.message : result.status)),
      ["fulfilled", "a fault of ours", "fulfilled"],
    );
    assert.deepEqual([...source.rows.keys()], ["a", "b"]);
    assert.deepEqual(told, []);
    await writer.write([put("c", "1")], undoOf("c"));
  });

  it("tells of a fault of ours once where nobody waits for it, and goes on", async () => {
    writer.note(ofOurs);
    await writer.write([put("a", "1")], undoOf("a"));
    assert.deepEqual(told, ["a fault of ours", undefined]);
    assert.deepEqual([...source.rows.keys()], ["a"]);
  });

  it("writes nothing of the old files to new ones, and has everything read anew", async () => {
    source.isReplaced = true;
    const urgent = writer.write([put("a", "1")], undoOf("a"));
    await assert.rejects(urgent, { code: "REPLACED" });
    source.isReplaced = false;
    source.rows.clear();
    await writer.writeLazily();
    assert.deepEqual([replaced, [...source.rows.keys()], told], [1, [], ["replaced", "REPLACED", undefined]]);
  });

  it("writes nothing to new files that was meant for the old ones, until they are read", async () => {
    source.isReplaced = true;
    const urgent = writer.write([put("a", "1")], undoOf("a"));
    const meanwhile = urgent.catch(() => {
      source.isReplaced = false;
      return writer.writeLazily(put("of an event in the old files", "1"));
    });
    await assert.rejects(urgent, { code: "REPLACED" });
    await meanwhile;
    await takes();
    await writer.writeLazily(put("new", "1"));
    assert.equal(replaced, 1);
    assert.deepEqual([...source.rows.keys()].includes("of an event in the old files"), false);
    assert.equal(source.rows.has("new"), true);
  });

  it("says that the files were replaced, not what LevelDB makes of it", async () => {
    source.isReplaced = true;
    source.batchFaults = [ioError("IO error: No such file or directory")];
    await assert.rejects(writer.write([put("a", "1")], undoOf("a")), { code: "REPLACED" });
    source.isReplaced = false;
    await takes();
  });

  it("is repaired where LevelDB finds damage as it writes", async () => {
    source.batchFaults = [Object.assign(new Error("Corruption"), { code: "LEVEL_CORRUPTION" })];
    await assert.rejects(writer.write([put("a", "1")], undoOf("a")), { code: "DAMAGED" });
    await takes();
    assert.deepEqual(source.opened, [false, true]);
    assert.equal(writer.canRepair, false);
  });

  it("closes once what is under way is written, also while it fails, and then refuses or passes over all else", async () => {
    let release = () => {};
    source.hold = new Promise((resolve) => {
      release = resolve;
    });
    const written = writer.write([put("a", "1")], undoOf("a"));
    const later = new Promise((resolve) => setTimeout(resolve, 20)).then(() =>
      writer.write([put("b", "1")], undoOf("b")),
    );
    await new Promise((resolve) => setTimeout(resolve, 40));
    const closed = writer.close(put("last", "1"));
    release();
    await Promise.all([written, later, closed]);
    assert.deepEqual([...source.rows.keys()], ["a", "b", "last"]);
    await assert.rejects(writer.write([put("c", "1")], undoOf()), StoreError);
    await writer.writeLazily(put("c", "1"));
    assert.equal(source.closed, 1);
  });

  it("closes while it refuses, and while a batch fails", async () => {
    source.batchFaults = [ioError("x"), ioError("x")];
    const refused = assert.rejects(writer.write([put("a", "1")], undoOf("a")), { code: "EIO" });
    const lazy = writer.writeLazily(put("b", "1"));
    await new Promise((resolve) => setImmediate(resolve));
    await writer.close();
    await Promise.all([refused, lazy]);
    assert.deepEqual([...source.rows.keys()], []);
  });
});
