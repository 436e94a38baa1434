import { mock } from "node:test";

/** Of all that is timed in the engine, the smallest step that a test has to tell from the next. */
const step = 10;

/** A clock in a test's hands: timers, the date and `performance.now()` stand still until it is moved on. */
export class StandInClock {
  /** Takes the clock over. */
  constructor() {
    mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: Date.now() });
    mock.method(performance, "now", () => Date.now());
  }

  /** Moves on, in small steps, so that what is timed from the end of something else is in time as well. */
  pass(milliseconds: number): void {
    for (let passed = 0; passed < milliseconds; passed += step) mock.timers.tick(Math.min(step, milliseconds - passed));
  }

  /** Gives the clock back. For `afterEach`. */
  release(): void {
    mock.timers.reset();
    mock.restoreAll();
  }
}

/** Lets everything happen that waits for nothing but its turn in the event loop. */
export async function turns(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
