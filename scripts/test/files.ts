import { readdirSync, readFileSync } from "node:fs";

/** Tests that start whole Node-REDs, or even browsers; the slowest come first. */
const slow = [
  ...["browser/", "package/", "crash/", "examples/", "flows/", "hostile/", "bench/"],
  ...["scripts/start.", "scripts/start-cluster.", "scripts/add-event.", "scripts/dev."],
];

/** A slow one that starts a Node-RED. */
const slowButQuick = "test/flows/answers.test.ts";

/** All test files below a folder; the slowest come first, so that none of them is left for the end. */
export function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts") && !file.includes("node_modules"))
    .map((file) => `${folder}/${file.replaceAll("\\", "/")}`)
    .sort((one, other) => rank(one) - rank(other) || one.localeCompare(other));
}

/** Those that measure time or memory, or change what others use. */
export function measuring(files: readonly string[]): string[] {
  return files.filter((file) => file.endsWith(".alone.test.ts"));
}

/** Too slow for every day: the benchmark, long visits to the editor, and what shorter tests show with fewer cases. */
const inAllOnly = [
  "test/bench/",
  ...["function-types", "import", "sidebar/access", "sidebar/event-log"].map((name) => `test/browser/${name}.test.ts`),
  ...["access-dialog", "accessibility", "dialogs", "email"].map((name) => `test/browser/editor/${name}.test.ts`),
  ...["address", "choices", "secrets", "variables"].map((name) => `test/browser/editor/endpoint-${name}.test.ts`),
  "test/browser/editor/locations.test.ts",
  ...["cluster", "disk", "done", "failover", "poison", "random-deploys", "shared-whole"].map(
    (name) => `test/crash/${name}.test.ts`,
  ),
  ...["not-running", "problems", "test-event-settings"].map((name) => `test/flows/${name}.test.ts`),
  ...["add-event", "dev", "start-cluster"].map((name) => `test/scripts/${name}.test.ts`),
  "test/src/inbox/level/search.property.test.ts",
];

/** What `npm test` runs: it should finish within ten minutes on a small machine. */
export function forEveryDay(files: readonly string[]): string[] {
  return files.filter((file) => !inAllOnly.some((beginning) => file.startsWith(beginning)));
}

/** The others, which can run in parallel. */
export function notMeasuring(files: readonly string[]): string[] {
  return files.filter((file) => !file.endsWith(".alone.test.ts"));
}

/** The units, and one file that starts a Node-RED. */
export function quickOnes(files: readonly string[]): string[] {
  return notMeasuring(files).filter((file) => rank(file) === slow.length || file === slowButQuick);
}

/** Those that do more in their long form, or try more cases. */
export function longForms(files: readonly string[]): string[] {
  return files.filter((file) => /support\/(endurance|properties)"/.test(readFileSync(file, "utf8")));
}

/** The position among the slow ones; after all of them for fast files. */
function rank(file: string): number {
  const index = slow.findIndex((beginning) => file.startsWith(`test/${beginning}`));
  return index === -1 ? slow.length : index;
}
