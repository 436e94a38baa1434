/** Whether the long form of the tests runs: `npm run test:endurance`. */
export const isEndurance = process.env.ENDURANCE === "1";

/**
 * @param short how often, or how much, in `npm test`
 * @param long the same in the long form
 */
export function enduring(short: number, long: number): number {
  return isEndurance ? long : short;
}
