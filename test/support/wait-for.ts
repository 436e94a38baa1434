import { setTimeout as delay } from "node:timers/promises";

/**
 * Asks again and again until there is an answer.
 * @param ask its first result that is not `undefined` is returned
 * @param describe says in the error how far things came
 * @param timeout in milliseconds
 */
export async function waitFor<Result>(
  ask: () => Result | undefined | Promise<Result | undefined>,
  describe: () => string,
  timeout = 30_000,
): Promise<Result> {
  const deadline = Date.now() + timeout;
  while (true) {
    const result = await ask();
    if (result !== undefined) return result;
    if (Date.now() > deadline) throw new Error(`Waited ${timeout} ms: ${describe()}.`);
    await delay(20);
  }
}
