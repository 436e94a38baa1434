import { mock } from "node:test";

/** Of all that is timed in the engine, the smallest step that a test has to tell from the next. */
const step = 10;

const real = { clearTimeout, clearInterval };

/** A clock in a test's hands: timers, the date and `performance.now()` stand still until it is moved on. */
export class StandInClock {
  /** Takes the clock over. */
  constructor() {
    mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: Date.now() });
    // By hand: what a mock has replaced, any later `mock.restoreAll()` brings back, the fake timers too.
    performance.now = () => Date.now();
    for (const name of ["clearTimeout", "clearInterval"] as const) {
      const fake = globalThis[name];
      // What began by the real clock ends by it: else it would run for ever.
      globalThis[name] = (timer) => {
        fake(timer);
        real[name](timer);
      };
    }
  }

  /** Moves on, in small steps, so that what is timed from the end of something else is in time as well. */
  pass(milliseconds: number): void {
    for (let passed = 0; passed < milliseconds; passed += step) mock.timers.tick(Math.min(step, milliseconds - passed));
  }

  /** Gives the clock back, once what runs by it has had the time to see that there is nothing left to do. For `afterEach`. */
  release(): void {
    this.pass(1_000);
    mock.timers.reset();
    Object.assign(globalThis, real);
    Reflect.deleteProperty(performance, "now");
  }
}

/**
 * Waits, while the clock stands still, for what a real connection brings.
 * @param isSo asked again and again
 */
export async function until(isSo: () => boolean): Promise<void> {
  const deadline = process.hrtime.bigint() + 30_000_000_000n;
  while (!isSo()) {
    if (process.hrtime.bigint() > deadline) throw new Error(`Waited 30 s for this: ${isSo}`);
    await turns(1);
  }
}

/** Lets everything happen that waits for nothing but its turn in the event loop. */
export async function turns(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
