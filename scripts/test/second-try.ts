import type { Step } from "./commands";

/** If more files than these have failed, it is not chance. */
const maxFiles = 3;

/**
 * Runs the few files with failures once more, with nothing beside them. Among thousands of tests that start real
 * programs on a busy machine, one may fail by chance. A second success is still reported as something to fix, and a second failure counts.
 * @param first runs all tests
 * @param again runs some files
 */
export function triedTwice(first: Step, again: (files: readonly string[]) => Step): Step {
  return async () => {
    const notes = await first();
    const files = notes.failedFiles;
    if (notes.isGood || !files || files.length > maxFiles) return notes;
    const second = await again(files)();
    if (second.isGood) notes.noteSecondTry();
    else notes.failures.push(...second.failures.map((failure) => `the second try: ${failure}`));
    return notes;
  };
}
