/**
 * Shows what is being waited for, with a dot every second, and how long it took.
 * @param name what is being done
 * @param work the work, already started
 */
export async function step<Result>(name: string, work: Promise<Result>): Promise<Result> {
  const start = Date.now();
  process.stdout.write(`${name} …`);
  const dots = setInterval(() => process.stdout.write("."), 1_000);
  try {
    const result = await work;
    process.stdout.write(` done (${((Date.now() - start) / 1_000).toFixed(1)} s)\n`);
    return result;
  } catch (error) {
    process.stdout.write(" failed\n");
    throw error;
  } finally {
    clearInterval(dots);
  }
}
