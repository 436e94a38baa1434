import { type Browser, chromium } from "playwright-core";
import { findBrowser, howToGetABrowser } from "../../support/find-browser";

const switches =
  "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

/** Node-RED's editor asks for the catalogue of nodes: the tests are to be the same with the internet and without it. */
const onlyThisMachine = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost";

/**
 * Starts a browser.
 * @throws Error where there is none, saying how to get one
 */
export async function launchBrowser(): Promise<Browser> {
  const program = findBrowser();
  if (!program) throw new Error(`There is no browser for the tests: ${howToGetABrowser}.`);
  return chromium.launch({ ...program, args: [...switches.split(" "), onlyThisMachine] });
}
