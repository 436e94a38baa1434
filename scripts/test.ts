/**
 * Runs the tests. `npm test` runs the whole form; package.json names the others:
 *
 * - `quick`: what is wrong most often, in under a minute: lint, types, the units, and one Node-RED.
 * - `all`: as the whole, and every file on every Node-RED.
 * - `endurance`: all, and then the long forms of the tests that have one.
 */
import { join } from "node:path";
import { atOnce, each, inOrder, runCommand, type Step } from "./test/commands";
import { filesOf, longForms, measuring, notMeasuring, quickOnes } from "./test/files";
import { coverage, makeNotesFile, mocha, readNotes } from "./test/mocha";

process.chdir(join(__dirname, ".."));

const began = Date.now();
const notesFile = makeNotesFile();
const files = filesOf("test");
const jobs = "2";

const prepare = () =>
  atOnce(
    runCommand("npm", ["run", "--silent", "lint"]),
    runCommand("npm", ["run", "--silent", "typecheck"]),
    runCommand("npm", ["run", "--silent", "build"]),
    runCommand("npx", ["tsx", "scripts/install-platforms.ts"]),
  );
const tests =
  (environment = {}): Step =>
  () =>
    each(
      () => mocha(["--parallel", "--jobs", jobs, ...notMeasuring(files)], notesFile, environment),
      () => mocha(measuring(files), notesFile, environment),
    );

const forms: Readonly<Record<string, Step>> = {
  whole: () => inOrder(prepare, coverage.begin, () => each(tests(), coverage.check)),
  quick: () =>
    inOrder(prepare, () => mocha(["--parallel", "--jobs", jobs, ...quickOnes(files)], notesFile, { PLATFORM: "4.1" })),
  all: () => inOrder(prepare, tests({ ALL_PLATFORMS: "1" })),
  endurance: () =>
    inOrder(prepare, tests({ ALL_PLATFORMS: "1" }), () =>
      mocha(longForms(files), notesFile, { ALL_PLATFORMS: "1", ENDURANCE: "1" }),
    ),
};

async function run(): Promise<void> {
  const [name = "whole"] = process.argv.slice(2);
  const form = forms[name];
  if (!form) throw new Error(`There is no form "${name}" of the tests, only ${Object.keys(forms).join(", ")}.`);
  const isGood = await form();
  const seconds = Math.round((Date.now() - began) / 1_000);
  console.log(`\n${isGood ? "Good" : "Something failed, see above"}, after ${seconds} s.\n`);
  console.log(readNotes(notesFile).toString());
  process.exitCode = isGood ? 0 : 1;
}

void run();
