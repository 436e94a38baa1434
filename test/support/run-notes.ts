import { howToGetABrowser } from "./find-browser";

const slowest = 10;

/** What a run of the tests tells at its end: how many passed, what failed, where its time went, and what is to be mended. */
export class RunNotes {
  passed = 0;
  failed = 0;
  skipped = 0;
  /** How many tests found no browser. */
  browserTestsSkipped = 0;
  /** The tests that failed, and whatever else did, such as the linter. */
  readonly failures: string[] = [];
  /** The tests that were tried twice, with what was wrong at first. */
  readonly secondTries: string[] = [];
  readonly #milliseconds = new Map<string, number>();

  /** Notes of something besides the tests, which counts as a failure. */
  static ofFailure(what: string): RunNotes {
    const notes = new RunNotes();
    notes.failed = 1;
    notes.failures.push(what);
    return notes;
  }

  /** From what {@link toJSON} has made. */
  static parse(text: string): RunNotes {
    const { failures, secondTries, milliseconds, ...counts } = JSON.parse(text) as ReturnType<RunNotes["toJSON"]>;
    const notes = Object.assign(new RunNotes(), counts);
    notes.failures.push(...failures);
    notes.secondTries.push(...secondTries);
    for (const [file, each] of milliseconds) notes.noteTime(file, each);
    return notes;
  }

  get isGood(): boolean {
    return this.failed === 0;
  }

  /** Adds what a test, or a hook, of a file took. */
  noteTime(file: string, milliseconds: number): void {
    this.#milliseconds.set(file, (this.#milliseconds.get(file) ?? 0) + milliseconds);
  }

  /** Adds another run's. */
  add(other: RunNotes): void {
    this.passed += other.passed;
    this.failed += other.failed;
    this.skipped += other.skipped;
    this.browserTestsSkipped += other.browserTestsSkipped;
    this.failures.push(...other.failures);
    this.secondTries.push(...other.secondTries);
    for (const [file, each] of other.#milliseconds) this.noteTime(file, each);
  }

  /** The test files in which something failed; `undefined` where something else did, too. */
  get failedFiles(): string[] | undefined {
    const files = this.failures.map((failure) => /^test\/\S+\.test\.ts(?=: )/.exec(failure)?.[0] ?? "");
    return files.includes("") ? undefined : [...new Set(files)];
  }

  /** Takes what has failed for passed: it did so at a second try. */
  noteSecondTry(): void {
    this.secondTries.push(...this.failures.splice(0));
    this.passed += this.failed;
    this.failed = 0;
  }

  toJSON() {
    const { passed, failed, skipped, browserTestsSkipped, failures, secondTries } = this;
    const milliseconds = [...this.#milliseconds];
    return { passed, failed, skipped, browserTestsSkipped, failures, secondTries, milliseconds };
  }

  /** For people to read; the last line is for machines, too. */
  toString(): string {
    return [
      ...this.#slowestFiles(),
      ...listed("Passed, or failed, only at the second try, which is to be mended:", this.secondTries),
      ...listed("Failed:", this.failures),
      ...(this.browserTestsSkipped > 0
        ? [`${this.browserTestsSkipped} browser tests were skipped, because there is no browser: ${howToGetABrowser}`]
        : []),
      `${this.passed} passed, ${this.failed} failed, ${this.skipped} skipped`,
    ].join("\n");
  }

  #slowestFiles(): string[] {
    const files = [...this.#milliseconds].sort(([, one], [, other]) => other - one).slice(0, slowest);
    const lines = files.map(([file, each]) => `${(each / 1_000).toFixed(1).padStart(7)} s  ${file}`);
    return lines.length > 1 ? ["The slowest files:", ...lines, ""] : [];
  }
}

function listed(title: string, entries: readonly string[]): string[] {
  if (entries.length === 0) return [];
  return [title, ...entries.map((entry) => `  ${entry.replaceAll("\n", "\n    ")}`), ""];
}
