/**
 * Builds `dist`: the runtime (CommonJS, one file each), the editor's HTML with its assets, and the types. Given the
 * path of an empty folder, it builds there, and leaves `dist` as it is.
 */
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { buildEditor } from "./build-editor";

const root = join(__dirname, "..");
const [folder] = process.argv.slice(2);
const dist = resolve(folder ?? join(root, "dist"));

async function main(): Promise<void> {
  if (!folder) await rm(dist, { recursive: true, force: true });
  await build({
    entryPoints: [...runtimeFiles("src"), ...runtimeFiles("nodes")],
    outbase: root,
    outdir: dist,
    format: "cjs",
    platform: "node",
    target: "node20",
    logLevel: "warning",
  });
  await buildEditor(root, dist);
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const types = ["-p", join(root, "tsconfig.types.json"), "--outDir", dist];
  execFileSync(process.execPath, [tsc, ...types], { stdio: "inherit" });
}

function runtimeFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.includes("editor"))
    .map((file) => join(root, folder, file));
}

main();
