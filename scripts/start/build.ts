import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "../..");
const script = join(root, "scripts/build.ts");

/**
 * Builds the package into a folder of its own, so that current users of `dist` are not disturbed. The build's output is
 * shown only if it fails.
 * @returns the package's folder, which is removed when this process exits
 */
export async function build(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "node-red-hapana-package-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  copyFileSync(join(root, "package.json"), join(folder, "package.json"));
  for (const name of ["examples", "node_modules"]) symlinkSync(join(root, name), join(folder, name), "junction");

  const child = spawn(process.execPath, [...process.execArgv, script, join(folder, "dist")], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const code = await new Promise((resolve) => child.on("close", resolve));
  if (code !== 0) throw new Error(`The build failed:\n${output}`);
  return folder;
}
