import { readdirSync, readFileSync } from "node:fs";

/** The folders whose files take longest. */
const slowFolders = ["browser", "package", "crash", "examples", "flows"];

/** All test files below a folder; those that take longest come first, so that none of them is left for the end. */
export function filesOf(folder: string): string[] {
  const rank = (file: string) => slowFolders.indexOf(file.split("/")[1] ?? "") + 1 || slowFolders.length + 1;
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts") && !file.includes("node_modules"))
    .map((file) => `${folder}/${file.replaceAll("\\", "/")}`)
    .sort((one, other) => rank(one) - rank(other) || one.localeCompare(other));
}

/** Those that measure time or memory, or change what the others use. */
export function measuring(files: readonly string[]): string[] {
  return files.filter((file) => file.endsWith(".alone.test.ts"));
}

/** The others, which can run side by side. */
export function notMeasuring(files: readonly string[]): string[] {
  return files.filter((file) => !file.endsWith(".alone.test.ts"));
}

/** The units, and one file that starts a Node-RED. */
export function quickOnes(files: readonly string[]): string[] {
  return notMeasuring(files).filter((file) =>
    /^test\/(src|nodes|scripts|support)\/|^test\/flows\/answers\./.test(file),
  );
}

/** Those that do more in their long form, or try more cases. */
export function longForms(files: readonly string[]): string[] {
  return files.filter((file) => /support\/(endurance|properties)"/.test(readFileSync(file, "utf8")));
}
