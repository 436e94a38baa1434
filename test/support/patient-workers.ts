import { createRequire } from "node:module";

/** As far as it is used here; Mocha brings it along. */
interface WorkerPools {
  pool(script: string, options: object): unknown;
}

const pools = createRequire(require.resolve("mocha"))("workerpool") as WorkerPools;
const { pool } = pools;

// A process that runs tests writes its coverage as it ends. By default, it is killed after a second: on a slow machine, before that.
pools.pool = (script, options) => pool(script, { ...options, workerTerminateTimeout: 60_000 });
