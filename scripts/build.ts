/**
 * Builds `dist`: the runtime (CommonJS), the editor's HTML with its assets, and the types. Given the path of an empty folder,
 * it builds there, and leaves `dist` as it is.
 */
import { execFileSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { buildEditor } from "./build-editor";
import { buildRuntime } from "./build-runtime";

const root = join(__dirname, "..");
const [folder] = process.argv.slice(2);
const dist = resolve(folder ?? join(root, "dist"));

async function main(): Promise<void> {
  if (!folder) await rm(dist, { recursive: true, force: true });
  await buildRuntime(root, dist);
  await buildEditor(root, dist);
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const types = ["-p", join(root, "tsconfig.types.json"), "--outDir", dist];
  execFileSync(process.execPath, [tsc, ...types], { stdio: "inherit" });
}

main();
