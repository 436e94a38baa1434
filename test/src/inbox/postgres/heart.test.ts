import assert from "node:assert/strict";
import { Heart } from "../../../../src/inbox/postgres/heart";
import { StoreError } from "../../../../src/inbox/store-error";
import { waitFor } from "../../../support/wait-for";

describe("the heart of an inbox in PostgreSQL", () => {
  it("says that all is well only where it could write: a database that only answers may keep nothing", async () => {
    const told: (string | undefined)[] = [];
    let canWrite = false;
    const heart = new Heart(
      async () => {
        if (!canWrite) throw new StoreError("UNREACHABLE");
      },
      async () => undefined,
      () => false,
      (fault) => told.push((fault as StoreError | undefined)?.code),
    );
    heart.start();
    await waitFor(
      () => (told.filter((code) => code === "UNREACHABLE").length > 1 ? true : undefined),
      () => "it does not say that it cannot",
    );
    assert.equal(told.includes(undefined), false);
    canWrite = true;
    await waitFor(
      () => (told.includes(undefined) ? true : undefined),
      () => "it does not say that it can",
    );
    await heart.close();
  });
});
