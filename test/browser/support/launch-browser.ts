import { type Browser, chromium } from "playwright-core";
import { findBrowser, howToGetABrowser } from "../../support/find-browser";

const flags =
  "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

/**
 * Starts a browser.
 * @throws Error where there is none, saying how to get one
 */
export async function launchBrowser(): Promise<Browser> {
  const program = findBrowser();
  if (!program) throw new Error(`There is no browser for the tests: ${howToGetABrowser}.`);
  return chromium.launch({ ...program, args: flags.split(" ") });
}
