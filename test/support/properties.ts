import fc from "fast-check";

/** As many cases as a quick test run can afford; `PROPERTY_CASES` asks for more. */
const cases = Number(process.env.PROPERTY_CASES ?? 300);

/** The same cases in every run, unless `PROPERTY_SEED` asks for others. */
const seed = Number(process.env.PROPERTY_SEED ?? 20260412);

/** Whether a long run was asked for: tests then must not run out of time. */
export const isLongRun = process.env.PROPERTY_CASES !== undefined;

/** Checks a property with the number of cases and the seed that this run is to have. */
export async function check<Parameters>(property: fc.IAsyncProperty<Parameters>): Promise<void> {
  await fc.assert(property, { numRuns: cases, seed, endOnFailure: isLongRun });
}
