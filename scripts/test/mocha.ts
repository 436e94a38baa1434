import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunNotes } from "../../test/support/run-notes";
import { type Ending, runNode, type Step } from "./commands";

const mochaProgram = "node_modules/mocha/bin/mocha.js";
const c8Program = "node_modules/c8/bin/c8.js";
const coverageFolder = join("coverage", "tmp");

/** How much of Mocha's standard error is shown if it broke off: the stack of one error. */
const maxLastWords = 4_000;

/**
 * Runs Mocha.
 * @param what the tests' name for people
 * @param parameters options and files
 * @param environment added to this process's own
 */
export function mocha(what: string, parameters: readonly string[], environment: NodeJS.ProcessEnv = {}): Step {
  return async () => {
    const folder = mkdtempSync(join(tmpdir(), "node-red-hapana-notes-"));
    const file = join(folder, "notes.json");
    try {
      let lastWords = "";
      const ending = await runNode([mochaProgram, ...parameters], { ...environment, RUN_NOTES: file }, (text) => {
        lastWords = (lastWords + text).slice(-maxLastWords);
      });
      return judge(what, ending, existsSync(file) ? readFileSync(file, "utf8") : undefined, lastWords);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}

/**
 * The report of a Mocha run, which may have ended early, or failed without a failing test.
 * @param what the tests' name for people
 * @param ending how Mocha has ended
 * @param text the reporter's final output, if it got that far
 * @param lastWords the end of Mocha's standard error: if it broke off, that is why
 */
export function judge(what: string, ending: Ending, text: string | undefined, lastWords = ""): RunNotes {
  const ended = ending === null ? "ended" : ending;
  if (text === undefined) {
    const why = lastWords.trim() && `, and wrote last:\n${lastWords.trim()}`;
    return RunNotes.ofFailure(`${what}: Mocha ${ended} before all tests had run${why}`);
  }
  const notes = RunNotes.parse(text);
  if (ending !== null && notes.isGood) notes.add(RunNotes.ofFailure(`${what}: Mocha ${ended}, though no test failed`));
  return notes;
}

/** The code coverage of this process's children. */
export const coverage = {
  async begin(): Promise<RunNotes> {
    rmSync(coverageFolder, { recursive: true, force: true });
    mkdirSync(coverageFolder, { recursive: true });
    process.env.NODE_V8_COVERAGE = coverageFolder;
    return new RunNotes();
  },
  /** Prints the table; fails if it is less than `.c8rc.json` demands. */
  async check(): Promise<RunNotes> {
    delete process.env.NODE_V8_COVERAGE;
    const ending = await runNode([c8Program, "report"]);
    return ending === null ? new RunNotes() : RunNotes.ofFailure("coverage: less than .c8rc.json demands");
  },
};
