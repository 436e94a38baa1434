import { Worker } from "node:worker_threads";

/** Ends this process where something in it never comes back. */
interface Watchdog {
  /** Says that things go on. */
  beat(): void;
  stop(): Promise<unknown>;
}

/** It has a thread of its own: nothing in the thread that hangs could tell. */
const watch = `
  const { workerData: { beats, patience, what } } = require("node:worker_threads");
  const counter = new Int32Array(beats);
  while (Atomics.wait(counter, 0, Atomics.load(counter, 0), patience) !== "timed-out");
  require("node:fs").writeSync(2, what + " has hung for " + patience + " ms.\\n");
  process.kill(process.pid, "SIGKILL");
`;

/**
 * Watches code that may never end: neither mocha nor a timer can interrupt a loop.
 * @param what what is said to have hung
 * @param patience how long it may go without a beat, in milliseconds
 */
export function startWatchdog(what: string, patience: number): Watchdog {
  const beats = new SharedArrayBuffer(4);
  const counter = new Int32Array(beats);
  const worker = new Worker(watch, { eval: true, workerData: { beats, patience, what } });
  worker.unref();
  return {
    beat() {
      Atomics.add(counter, 0, 1);
      Atomics.notify(counter, 0);
    },
    stop: () => worker.terminate(),
  };
}
