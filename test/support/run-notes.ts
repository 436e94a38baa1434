import { howToGetABrowser } from "./find-browser";

const slowest = 10;

/** What a run of the tests tells at its end, besides what failed: where its time went, and what is to be mended. */
export class RunNotes {
  passed = 0;
  failed = 0;
  skipped = 0;
  /** How many tests found no browser. */
  browserTestsSkipped = 0;
  /** The tests that passed only at the second try, with what was wrong at the first. */
  readonly secondTries: string[] = [];
  readonly #milliseconds = new Map<string, number>();

  /** Adds what a test, or a hook, of a file took. */
  noteTime(file: string, milliseconds: number): void {
    this.#milliseconds.set(file, (this.#milliseconds.get(file) ?? 0) + milliseconds);
  }

  /** Adds another run's notes, as {@link toLine} gives them. */
  add(line: string): void {
    const { milliseconds, secondTries, ...counts } = JSON.parse(line) as NotesAsJson;
    this.passed += counts.passed;
    this.failed += counts.failed;
    this.skipped += counts.skipped;
    this.browserTestsSkipped += counts.browserTestsSkipped;
    this.secondTries.push(...secondTries);
    for (const [file, each] of milliseconds) this.noteTime(file, each);
  }

  /** One line, for {@link add}. */
  toLine(): string {
    const { passed, failed, skipped, browserTestsSkipped, secondTries } = this;
    const milliseconds = [...this.#milliseconds];
    return JSON.stringify({ passed, failed, skipped, browserTestsSkipped, secondTries, milliseconds });
  }

  /** For people to read; the last line is for machines, too. */
  toString(): string {
    return [
      ...this.#slowestFiles(),
      ...this.#whatIsToBeMended(),
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

  #whatIsToBeMended(): string[] {
    if (this.secondTries.length === 0) return [];
    const tests = this.secondTries.map((each) => `  ${each.replaceAll("\n", "\n    ")}\n`);
    return ["Passed, or failed, only at the second try, which is to be mended:", ...tests];
  }
}

interface NotesAsJson {
  passed: number;
  failed: number;
  skipped: number;
  browserTestsSkipped: number;
  secondTries: string[];
  milliseconds: [string, number][];
}
