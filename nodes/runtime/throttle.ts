/** A function that runs at once, and then no more often than its interval. */
interface Throttled {
  (): void;
  /** Cancels a run that is still due. */
  cancel(): void;
}

/**
 * Limits how often something runs; a call within the interval is not dropped, but postponed to its end.
 * @param interval milliseconds
 * @param run what to run
 */
export function throttle(interval: number, run: () => void): Throttled {
  let timer: NodeJS.Timeout | undefined;
  let isDue = false;
  const throttled = () => {
    if (timer) {
      isDue = true;
      return;
    }
    timer = setTimeout(() => {
      timer = undefined;
      if (!isDue) return;
      isDue = false;
      throttled();
    }, interval).unref();
    run();
  };
  throttled.cancel = () => {
    clearTimeout(timer);
    timer = undefined;
    isDue = false;
  };
  return throttled;
}
