/**
 * Installs what the tests run on, unless it is there already: the additional Node-REDs, each with its own Node.js, and a
 * browser. Each has a folder under `test/platforms`. If everything is installed, it returns at once.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  hasPackagedBrowser,
  packagedBrowserFolder,
  packagedFontsConfig,
  systemBrowser,
} from "../test/support/find-browser";
import { nodeRed50 } from "../test/support/platforms";

const platforms = join(__dirname, "../test/platforms");

function main(): void {
  if (process.env.PLATFORM === "4.0") install("4.0", "Node-RED 4.0", "130 MB", () => undefined);
  install("5.0", "Node-RED 5.0", "350 MB", (modules) => fetchNodeBinary(join(modules, "node")));
  if (systemBrowser() || !hasPackagedBrowser) return;
  install("chromium", "a browser", "70 MB", (modules) => unpackBrowser(join(modules, "@sparticuz/chromium")));
  writeFileSync(packagedFontsConfig, `<fontconfig><dir prefix="relative">fonts</dir></fontconfig>\n`);
}

function install(name: string, what: string, size: string, finish: (modules: string) => void): void {
  const folder = join(platforms, name);
  const modules = join(folder, "node_modules");
  const stamp = join(modules, ".installed");
  const wanted = `${process.platform} ${process.arch}\n${readFileSync(join(folder, "package-lock.json"), "utf8")}`;
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;

  console.log(`Installing ${what} for the tests (once, about ${size}) …`);
  try {
    npm(folder, "ci", "--no-audit", "--no-fund", "--loglevel=error");
    finish(modules);
  } catch (error) {
    throw new Error(`${what} for the tests could not be installed: ${(error as Error).message}`);
  }
  writeFileSync(stamp, wanted);
}

/** The package `node` downloads its binary in an install script, which npm may have been told not to run. */
function fetchNodeBinary(nodePackage: string): void {
  if (!existsSync(nodeRed50.node)) {
    execFileSync(process.execPath, ["installArchSpecificPackage.js"], { cwd: nodePackage, stdio: "inherit" });
  }
  execFileSync(nodeRed50.node, ["--version"]);
}

/** Only once: otherwise the package would do it in the system's temporary folder, in every process that asks. */
function unpackBrowser(chromiumPackage: string): void {
  mkdirSync(packagedBrowserFolder, { recursive: true });
  const unpack = `import("@sparticuz/chromium").then(({ default: chromium }) => chromium.executablePath());`;
  execFileSync(process.execPath, ["--eval", unpack], {
    cwd: chromiumPackage,
    // With this, it also unpacks the libraries that a bare machine lacks.
    env: { ...process.env, TMPDIR: packagedBrowserFolder, AWS_LAMBDA_JS_RUNTIME: "nodejs20.x" },
    stdio: "inherit",
  });
}

function npm(folder: string, ...parameters: string[]): void {
  execFileSync("npm", parameters, { cwd: folder, stdio: "inherit", shell: process.platform === "win32" });
}

try {
  main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
