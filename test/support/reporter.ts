import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import Mocha from "mocha";
import { RunNotes } from "./run-notes";

const { EVENT_HOOK_END, EVENT_RUN_END, EVENT_TEST_END, EVENT_TEST_FAIL, EVENT_TEST_PENDING, EVENT_TEST_RETRY } =
  Mocha.Runner.constants;

/** As much of what is wrong is repeated at the end, where a long log is cut off before it, in characters. */
const maxMessage = 600;

/**
 * Mocha's usual report, and behind it what a whole run is to tell: see {@link RunNotes}. Where `RUN_NOTES` names a file, the
 * notes go there, for `scripts/test.ts`, which runs Mocha more than once.
 */
class Reporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    const notes = new RunNotes();
    const noteTime = ({ file, duration }: Mocha.Runnable) => {
      if (file) notes.noteTime(relative(process.cwd(), file), duration ?? 0);
    };
    runner.on(EVENT_HOOK_END, noteTime);
    runner.on(EVENT_TEST_END, noteTime);
    runner.on(EVENT_TEST_PENDING, ({ file = "" }: Mocha.Test) => {
      // There, nothing else is a reason to skip.
      if (/[/\\]test[/\\]browser[/\\]/.test(file)) notes.browserTestsSkipped += 1;
    });
    runner.on(EVENT_TEST_RETRY, (test: Mocha.Test, error: Error) => {
      notes.secondTries.push(`${whereIs(test)}\n${error.stack ?? error.message}`);
    });
    runner.on(EVENT_TEST_FAIL, (test: Mocha.Runnable, { message }: Error) => {
      notes.failures.push(`${whereIs(test)}\n${message.slice(0, maxMessage)}`);
    });
    runner.once(EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      Object.assign(notes, { passed: passes, failed: failures, skipped: pending });
      const { RUN_NOTES } = process.env;
      if (RUN_NOTES) writeFileSync(RUN_NOTES, JSON.stringify(notes));
      else console.log(notes.toString());
    });
  }
}

function whereIs(test: Mocha.Runnable): string {
  return test.file
    ? `${relative(process.cwd(), test.file).replaceAll("\\", "/")}: ${test.fullTitle()}`
    : test.fullTitle();
}

export = Reporter;
