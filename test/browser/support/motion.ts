import type { Page } from "playwright-core";

/** How Node-RED's dialogs come and go: `real` as a person sees it, `quick` without the third of a second that each takes. */
export type Motion = "real" | "quick";

/** Delays below this are Node-RED's animations and what waits for them; longer ones are for a person to read something. */
const longestAnimation = 1_000;
const speed = 25;

/** In the browser: all short delays become shorter alike, so that what came before another thing still does. */
const quickTimers = `{
  const { setTimeout } = window;
  window.setTimeout = (work, delay = 0, ...rest) =>
    setTimeout(work, delay < ${longestAnimation} ? delay / ${speed} : delay, ...rest);
}`;

const stillStyle = "*, *::before, *::after { transition: none !important; animation: none !important; }";

/** Prepares a page before it is loaded. */
export async function prepareMotion(page: Page, motion: Motion): Promise<void> {
  if (motion === "quick") await page.addInitScript(quickTimers);
}

/** Completes what {@link prepareMotion} began, once the page is loaded. */
export async function settleMotion(page: Page, motion: Motion): Promise<void> {
  if (motion === "real") return;
  await page.addStyleTag({ content: stillStyle });
  await page.evaluate("$.fx.off = true");
}
