import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { RunNotes } from "../../test/support/run-notes";
import { showNode } from "./commands";

const mochaProgram = "node_modules/mocha/bin/mocha.js";
const c8Program = "node_modules/c8/bin/c8.js";
const coverageFolder = join("coverage", "tmp");

/** A file for what the runs of Mocha have to tell at the end. */
export function makeNotesFile(): string {
  return join(mkdtempSync(join(tmpdir(), "node-red-hapana-tests-")), "notes.jsonl");
}

/** What the runs of Mocha had to tell, together; removes the file. */
export function readNotes(file: string): RunNotes {
  const notes = new RunNotes();
  if (existsSync(file)) for (const line of readFileSync(file, "utf8").trim().split("\n")) notes.add(line);
  rmSync(dirname(file), { recursive: true, force: true });
  return notes;
}

/**
 * Runs Mocha.
 * @param parameters options and files
 * @param notesFile where its notes go
 * @param environment added to this process's own
 */
export function mocha(
  parameters: readonly string[],
  notesFile: string,
  environment: NodeJS.ProcessEnv,
): Promise<boolean> {
  return showNode([mochaProgram, ...parameters], { ...environment, RUN_NOTES: notesFile });
}

/** What of the code the tests have run, in this process's children. */
export const coverage = {
  async begin(): Promise<boolean> {
    rmSync(coverageFolder, { recursive: true, force: true });
    mkdirSync(coverageFolder, { recursive: true });
    process.env.NODE_V8_COVERAGE = coverageFolder;
    return true;
  },
  /** Prints the table; fails where it is less than `.c8rc.json` demands. */
  async check(): Promise<boolean> {
    delete process.env.NODE_V8_COVERAGE;
    return showNode([c8Program, "report"]);
  },
};
