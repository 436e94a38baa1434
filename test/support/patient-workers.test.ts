import assert from "node:assert/strict";
import { createRequire } from "node:module";

interface Pool {
  readonly workerTerminateTimeout: number;
  terminate(): Promise<unknown>;
}

describe("the processes that run tests", () => {
  it("have time to write their coverage: killed after a second, a slow machine's counted as none", async () => {
    const { pool } = createRequire(require.resolve("mocha"))("workerpool") as {
      pool(script: string, options: object): Pool;
    };
    const made = pool(__filename, { maxWorkers: 1 });
    assert.ok(made.workerTerminateTimeout >= 30_000);
    await made.terminate();
  });
});
