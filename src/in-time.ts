/**
 * Waits for something, but only so long; it goes on all the same.
 * @param milliseconds how long
 * @param tooLate why it is not waited for any longer
 */
export async function inTime<Result>(
  acting: Promise<Result>,
  milliseconds: number,
  tooLate: () => Error,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooLate()), milliseconds);
  });
  try {
    return await Promise.race([acting, late]);
  } finally {
    clearTimeout(timer);
  }
}
