/**
 * Ends this process cleanly on Ctrl-C, and when it is asked to end.
 * @param stop ends what it has started
 * @returns whether it is ending: errors no longer matter then
 */
export function stopOnSignal(stop: () => Promise<void>): () => boolean {
  let isStopping = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, async () => {
      isStopping = true;
      console.log("\nStopping …");
      await stop();
      process.exit(0);
    });
  }
  return () => isStopping;
}
