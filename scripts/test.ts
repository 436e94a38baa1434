/**
 * Runs the tests. `npm test` runs the whole form; package.json names the others:
 *
 * - `quick`: what is wrong most often, in under a minute: lint, types, the units, and one Node-RED.
 * - `all`: as the whole, the benchmark in short, and every file on every Node-RED.
 * - `endurance`: all, and then the long forms of the tests that have one.
 */
import { join } from "node:path";
import { atOnce, command, each, endOnSignals, inOrder, type Step } from "./test/commands";
import { filesOf, forEveryDay, longForms, measuring, notMeasuring, quickOnes } from "./test/files";
import { coverage, mocha } from "./test/mocha";
import { triedTwice } from "./test/second-try";

process.chdir(join(__dirname, ".."));

const files = filesOf("test");
const sideBySide = ["--parallel", "--jobs", "2"];
const onAll = { ALL_PLATFORMS: "1" };

const prepare = () =>
  atOnce(
    command("npm run lint", "npm", ["run", "--silent", "lint"]),
    command("npm run typecheck", "npm", ["run", "--silent", "typecheck"]),
    command("npm run build", "npm", ["run", "--silent", "build"]),
    command("scripts/install-platforms.ts", "npx", ["tsx", "scripts/install-platforms.ts"]),
  );
const tests =
  (some: readonly string[], environment?: NodeJS.ProcessEnv): Step =>
  () =>
    each(
      mocha("the tests side by side", [...sideBySide, ...notMeasuring(some)], environment),
      mocha("the tests one by one", measuring(some), environment),
    );

const again = (some: readonly string[]) => mocha("the second try", some);

const forms: Readonly<Record<string, Step>> = {
  whole: () =>
    inOrder(prepare, coverage.begin, () => each(triedTwice(tests(forEveryDay(files)), again), coverage.check)),
  quick: () => inOrder(prepare, mocha("the quick tests", [...sideBySide, ...quickOnes(files)], { PLATFORM: "4.1" })),
  all: () => inOrder(prepare, tests(files, onAll)),
  endurance: () =>
    inOrder(prepare, tests(files, onAll), mocha("the long forms", longForms(files), { ...onAll, ENDURANCE: "1" })),
};

async function run(): Promise<void> {
  const began = Date.now();
  const [name = "whole"] = process.argv.slice(2);
  const form = forms[name];
  if (!form) throw new Error(`There is no form "${name}" of the tests, only ${Object.keys(forms).join(", ")}.`);
  endOnSignals();
  const notes = await form();
  const seconds = Math.round((Date.now() - began) / 1_000);
  console.log(`\n${notes.isGood ? "Good" : "Something failed"}, after ${seconds} s.\n\n${notes}`);
  process.exitCode ||= notes.isGood ? 0 : 1;
}

run().catch(({ message }: Error) => {
  console.error(message);
  process.exitCode = 1;
});
