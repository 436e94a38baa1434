import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import type { RootDatabase } from "lmdb";
import { LmdbWriter } from "../../../src/inbox/lmdb-writer";
import { StoreError } from "../../../src/inbox/store-error";

/**
 * As LMDB does, it tells whoever asks of the flush of what was handed to it last; and nothing, where that is refused.
 */
class SlowRoot {
  #handed = 0;
  readonly #accepted: number;

  /** @param accepted how many batches it takes before it refuses */
  constructor(accepted: number) {
    this.#accepted = accepted;
  }

  batch(operation: () => void): Promise<boolean> {
    operation();
    this.#handed += 1;
    const isRefused = this.#handed > this.#accepted;
    const refusal = new Error("No space left on device");
    return new Promise((resolve, reject) => setTimeout(() => (isRefused ? reject(refusal) : resolve(true)), 10));
  }

  get flushed(): Promise<boolean> {
    const then = (resolve: (value: boolean) => void): void => {
      if (this.#handed <= this.#accepted) setTimeout(resolve, 5, true);
    };
    return { then } as unknown as Promise<boolean>;
  }
}

describe("the writer", () => {
  it("answers what is on the disk, also where the transaction behind it is refused", async () => {
    // An empty batch goes before each, so that LMDB begins early enough.
    const writer = new LmdbWriter(new SlowRoot(2) as unknown as RootDatabase, tmpdir());
    const write = () => writer.writes.add({ bytes: 0, apply: () => {}, settle: () => {}, undo: () => {} });
    const first = writer.transaction(write, "flushed");
    // It comes while the first is on its way, and begins in the moment when that is committed.
    await new Promise((resolve) => setImmediate(resolve));
    const second = writer.transaction(write, "flushed");
    second.catch(() => {});
    await first;
    await assert.rejects(second, (error: unknown) => error instanceof StoreError && error.code === "ENOSPC");
  });

  it("does not hand to LMDB what there is no room for", async () => {
    const writer = new LmdbWriter(new SlowRoot(9) as unknown as RootDatabase, tmpdir());
    let isUndone = false;
    const tooMuch = writer.transaction(
      () =>
        writer.writes.add({
          bytes: Number.MAX_SAFE_INTEGER,
          apply: () => assert.fail("LMDB may end the process"),
          settle: () => {},
          undo: () => {
            isUndone = true;
          },
        }),
      "flushed",
    );
    await assert.rejects(tooMuch, (error: unknown) => error instanceof StoreError && error.code === "ENOSPC");
    assert.equal(isUndone, true);
  });
});
