import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** A Chromium or Chrome, and what it wants in its environment. */
export interface BrowserProgram {
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

/** Their names on a PATH, and where macOS and Windows keep them. */
const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const places = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
];

/** The machine's own browser. */
export function systemBrowser(): BrowserProgram | undefined {
  const { CHROME_PATH, PATH = "" } = process.env;
  if (CHROME_PATH) return { executablePath: CHROME_PATH };
  const onPath = PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const executablePath = [...onPath, ...places].find((path) => existsSync(path));
  return executablePath === undefined ? undefined : { executablePath };
}

/** The browser that the tests use: the machine's own, else the one from npm. */
export function findBrowser(): BrowserProgram | undefined {
  return systemBrowser() ?? packagedBrowser();
}

function packagedBrowser(): BrowserProgram | undefined {
  const executablePath = join(packagedBrowserFolder, "chromium");
  if (!existsSync(join(chromiumModules, ".installed"))) return undefined;
  return {
    executablePath,
    env: {
      ...process.env,
      FONTCONFIG_PATH: join(packagedBrowserFolder, "fonts"),
      LD_LIBRARY_PATH: join(packagedBrowserFolder, "al2023/lib"),
    },
  };
}
