/**
 * Installs the further Node-REDs that the tests run on: one folder under `test/platforms` each, which carries its own
 * Node.js. Done at once where they are installed already.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const platforms = join(__dirname, "../test/platforms");

for (const version of readdirSync(platforms)) install(version);

function install(version: string): void {
  const folder = join(platforms, version);
  const modules = join(folder, "node_modules");
  const stamp = join(modules, ".installed");
  const wanted = `${process.platform} ${process.arch}\n${readFileSync(join(folder, "package-lock.json"), "utf8")}`;
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;

  console.log(`Installing Node-RED ${version} for the tests (once, about 350 MB) …`);
  npm(folder, "ci", "--no-audit", "--no-fund", "--loglevel=error");
  fetchNodeBinary(join(modules, "node"));
  writeFileSync(stamp, wanted);
}

/** The package `node` fetches its binary in an install script, which npm may have been told not to run. */
function fetchNodeBinary(nodePackage: string): void {
  const binary = join(nodePackage, "bin/node");
  if (!existsSync(binary)) {
    execFileSync(process.execPath, ["installArchSpecificPackage.js"], { cwd: nodePackage, stdio: "inherit" });
  }
  execFileSync(binary, ["--version"]);
}

function npm(folder: string, ...parameters: string[]): void {
  execFileSync("npm", parameters, { cwd: folder, stdio: "inherit", shell: process.platform === "win32" });
}
