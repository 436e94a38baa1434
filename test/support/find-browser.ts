import { existsSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** A Chromium or Chrome, and what it wants in its environment. */
interface BrowserProgram {
  executablePath: string;
  env?: NodeJS.ProcessEnv;
}

/** What the tests say where there is no browser. */
export const howToGetABrowser =
  "install Chromium or Google Chrome, or say where one is: CHROME_PATH=/path/to/chrome npm test";

/** npm has a Chromium for these machines only. */
export const hasPackagedBrowser = process.platform === "linux" && process.arch === "x64";

const chromiumModules = join(__dirname, "../platforms/chromium/node_modules");

/** Where the Chromium from npm is unpacked, with its libraries and fonts. */
export const packagedBrowserFolder = join(chromiumModules, ".unpacked");

/** Says where the fonts of the Chromium from npm are; its own file names places that only a server of Amazon's has. */
export const packagedFontsConfig = join(packagedBrowserFolder, "fonts.conf");

/** Their names on a PATH, and where macOS and Windows keep them. */
const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const places = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/**
 * The machine's own browser.
 * @throws Error where `CHROME_PATH` names something else than a file
 */
export function systemBrowser({ CHROME_PATH, PATH = "" } = process.env): BrowserProgram | undefined {
  if (CHROME_PATH) {
    if (isFile(CHROME_PATH)) return { executablePath: CHROME_PATH };
    throw new Error(`CHROME_PATH is "${CHROME_PATH}", where there is no browser: ${howToGetABrowser}`);
  }
  const folders = PATH.split(delimiter).filter((folder) => folder !== "");
  const onPath = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  const executablePath = [...onPath, ...places].find(isFile);
  return executablePath === undefined ? undefined : { executablePath };
}

/** The browser that the tests use: the machine's own, else the one from npm. */
export function findBrowser(): BrowserProgram | undefined {
  return systemBrowser() ?? packagedBrowser();
}

function packagedBrowser(): BrowserProgram | undefined {
  if (!existsSync(join(chromiumModules, ".installed"))) return undefined;
  return {
    executablePath: join(packagedBrowserFolder, "chromium"),
    env: {
      ...process.env,
      FONTCONFIG_FILE: packagedFontsConfig,
      LD_LIBRARY_PATH: join(packagedBrowserFolder, "al2023/lib"),
    },
  };
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
