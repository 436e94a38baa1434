import fc from "fast-check";
import { enduring, isEndurance } from "./endurance";
import { keepFigures } from "./summary";
import { startWatchdog } from "./watchdog";

/** Of each property: as many as a quick run can afford, or more than a million in all. */
const cases = Number(process.env.PROPERTY_CASES ?? enduring(300, 60_000));

/** The same cases in every `npm test`, others each time in the long form; `PROPERTY_SEED` asks for those of an earlier run. */
const seed = Number(process.env.PROPERTY_SEED ?? enduring(20_260_412, Date.now() % 2 ** 31));

/** The path that a failure has printed: only its case is checked, and made smaller. */
const path = process.env.PROPERTY_PATH;

/** Whether a long run was asked for: tests then must not run out of time. */
const isLongRun = isEndurance || process.env.PROPERTY_CASES !== undefined;

/** How long all cases of a property may take, in milliseconds; `0` for as long as they need. */
export const propertyTimeout = isLongRun ? 0 : 60_000;

/** Cases are small. One that takes longer than this would let a sender hold up Node-RED. */
const slowest = 5_000;

/** Without a sign of life for so long, a case will not end by itself any more. */
const patience = 30_000;

let checked = 0;

/** Checks a property with the number of cases and the seed that this run is to have; a case that hangs ends the run. */
export async function check<Parameters>(property: fc.IAsyncPropertyWithHooks<Parameters>): Promise<void> {
  const watchdog = startWatchdog(`A property (PROPERTY_SEED=${seed} PROPERTY_CASES=${cases})`, patience);
  let began = 0;
  const watched = property
    .beforeEach(async () => {
      watchdog.beat();
      began = performance.now();
    })
    .afterEach(async () => {
      const took = performance.now() - began;
      if (took > slowest) throw new Error(`This case took ${Math.round(took)} ms.`);
    });
  try {
    const details = await fc.check(watched, {
      ...{ numRuns: cases, seed },
      // Making it smaller can take much longer than finding it.
      ...(path === undefined ? { endOnFailure: isLongRun } : { path }),
    });
    checked += details.numRuns;
    if (details.failed) throw new Error(await fc.asyncDefaultReportMessage(details), { cause: details.errorInstance });
  } finally {
    await watchdog.stop();
  }
  keepFigures({ what: "properties of the receiver, the events and the signature", platform: "–", figures: told() });
}

function told(): string {
  return `${checked.toLocaleString("en")} cases, seed ${seed}`;
}

// Outside of every `describe`: once, after all tests.
after(() => {
  if (isLongRun) console.log(`\n  ${told()}`);
});
