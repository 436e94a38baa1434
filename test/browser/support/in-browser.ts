import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { findBrowser } from "../../support/find-browser";
import { stopAllNodeReds } from "../../support/node-red";
import { launchBrowser } from "./launch-browser";

/** Gives the browser, once a test or a hook runs. */
export type GetBrowser = () => Browser;

/**
 * Describes tests that need a browser. Where there is none they are skipped; in CI, which must not skip them unseen, that is a
 * failure. Real browsers on a busy machine fail a test once in a few thousand: such a test is tried once more, and named at the
 * end of the run.
 */
export function describeInBrowser(title: string, define: (browser: GetBrowser) => void): void {
  describe(title, function () {
    this.timeout(60_000);
    this.retries(Number(process.env.BROWSER_RETRIES ?? 1));
    let browser: Browser | undefined;

    before(async function () {
      if (!findBrowser() && !process.env.CI) this.skip();
      browser = await launchBrowser();
    });
    after(async () => {
      await stopAllNodeReds();
      await browser?.close();
    });

    define(() => {
      if (!browser) throw new Error("The browser has not been started yet.");
      return browser;
    });
  });
}

const arimo = ([400, 700] as const).map((weight) => {
  const file = require.resolve(`@fontsource/arimo/files/arimo-latin-${weight}-normal.woff2`);
  return `font-weight: ${weight}; src: url(data:font/woff2;base64,${readFileSync(file, "base64")});`;
});

/**
 * Style that lets Node-RED's editor look the same on every machine: it asks for Helvetica or Arial, and where there is neither,
 * each system has something else in their place. Arimo is as wide as both.
 */
export const sameFontsEverywhere = ["Helvetica Neue", "Arial", "Helvetica"]
  .flatMap((family) => arimo.map((face) => `@font-face { font-family: "${family}"; ${face} }`))
  .join("\n");
