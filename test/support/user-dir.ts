import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const root = join(__dirname, "../..");
const packageName = "@gymflows/node-red-hapana";

/**
 * Makes an empty userDir under the system's folder for temporary files.
 * @param packageFolder the package to be found in its palette; this checkout unless said otherwise; `null` for none
 * @returns its path
 */
export function makeUserDir(packageFolder: string | null = root): string {
  const userDir = mkdtempSync(join(tmpdir(), "node-red-hapana-"));
  writeManifest(userDir, {});
  if (packageFolder !== null) usePackage(userDir, packageFolder);
  return userDir;
}

/** Lets Node-RED find the package in that folder, in the place of any that it found before. */
export function usePackage(userDir: string, packageFolder: string): void {
  const link = join(userDir, "node_modules", packageName);
  mkdirSync(dirname(link), { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(packageFolder, link, "junction");
  writeManifest(userDir, { [packageName]: "*" });
}

function writeManifest(userDir: string, dependencies: Readonly<Record<string, string>>): void {
  writeFileSync(join(userDir, "package.json"), JSON.stringify({ private: true, dependencies }));
}

/** What `settings.js` may hold: JSON, or `code()` where it has to be a function. */
export type Settings = Readonly<Record<string, unknown>>;

const codes = new WeakMap<object, string>();

/**
 * A setting that JSON cannot carry.
 * @example { httpNodeMiddleware: code("(request, response, next) => next()") }
 */
export function code(source: string): object {
  const setting = {};
  codes.set(setting, source);
  return setting;
}

let quiet: Settings = {
  flowFile: "flows.json",
  credentialSecret: "a secret for scratch folders only",
  uiHost: "127.0.0.1",
  editorTheme: { tours: false, welcomeTips: false },
  telemetry: { enabled: false },
  functionGlobalContext: code(`{ fs: require("fs") }`),
};

/** Node-RED ends with the process that started it, even where that one was killed. */
const endWithParent = `process.stdin.on("end", () => process.exit(1)).resume();`;

/** With this, all of Node-RED's own nodes are there. */
export const allCoreNodes: Settings = { nodesExcludes: [] };

/** Sets what `settings.js` is to hold from now on, unless a test says otherwise. */
export function setDefaults(settings: Settings): void {
  quiet = { ...quiet, ...settings };
}

/** Writes `settings.js`: quiet, only on this machine, and with `fs` in the global context for function nodes. */
export function writeSettings(userDir: string, settings: Settings): void {
  const entries = Object.entries({ ...quiet, ...settings }).map(([name, value]) => `  ${name}: ${toSource(value)},`);
  writeFileSync(join(userDir, "settings.js"), `${endWithParent}\nmodule.exports = {\n${entries.join("\n")}\n};\n`);
}

function toSource(value: unknown): string {
  const source = typeof value === "object" && value !== null ? codes.get(value) : undefined;
  return source ?? JSON.stringify(value);
}
