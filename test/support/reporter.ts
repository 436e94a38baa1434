import Mocha from "mocha";

/**
 * Mocha's usual report, and at its end the tests that needed a second try, each with what was wrong at the first. Real browsers
 * and processes on a busy machine fail a test once in a few thousand: that is not to hold up everything else, nor to go unnoticed.
 */
class Reporter extends Mocha.reporters.Spec {
  readonly #triedAgain: string[] = [];

  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    runner.on(Mocha.Runner.constants.EVENT_TEST_RETRY, (test: Mocha.Test, error: Error) => {
      this.#triedAgain.push(`${test.fullTitle()}\n${error.stack ?? error.message}`.replaceAll("\n", "\n    "));
    });
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      for (const each of this.#triedAgain) console.log(`  needed a second try: ${each}\n`);
    });
  }
}

export = Reporter;
