import type { Page } from "playwright-core";
import { waitFor } from "../../support/wait-for";

/** In the browser: the dialog that lies on top, or nothing. */
const top = `[...document.querySelectorAll(".red-ui-tray")].at(-1)`;

/** In the browser: whether a dialog has slid in as far as it goes. */
const isAtRest = `((tray) => tray.style.right === "0px" && tray.getAnimations().length === 0)`;

/** How long Node-RED may take to heed a click before it counts as not heeded: it does so at once, but the machine may be busy. */
const heedTime = 2_000;

/** Node-RED's dialogs: they slide in from the right, one in the place of the other. */
export class Trays {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Whether there is one. */
  async isOpen(): Promise<boolean> {
    return this.#page.evaluate(`${top} !== undefined`);
  }

  /** Opens a dialog, and waits until it lies still. */
  async open(click: () => Promise<unknown>, selector: string): Promise<void> {
    await this.#change(click, `the dialog ${selector} does not open`);
    await this.#until(`(tray) => tray?.querySelector(${JSON.stringify(selector)}) && ${isAtRest}(tray)`);
  }

  /** Closes the dialog that lies on top, and waits until the one below lies there, or none. */
  async close(click: () => Promise<unknown>): Promise<void> {
    await this.#change(click, "the dialog does not close");
    await this.#until(`(tray) => tray !== globalThis.topTray && (tray ? ${isAtRest}(tray)
      : !document.querySelector(".red-ui-tray") && !$("#red-ui-editor-shade").is(":visible"))`);
  }

  /** Clicks until Node-RED heeds it: for a moment after a deploy, and while something moves, it may let no click through. */
  async #change(click: () => Promise<unknown>, problem: string): Promise<void> {
    await this.#until(`(tray) => !tray || ${isAtRest}(tray)`);
    await this.#page.evaluate(`globalThis.topTray = ${top}`);
    await waitFor(
      async () => {
        await click();
        // At the click, the old dialog begins to leave; where there was none, the new one is there.
        return this.#until(
          `(tray) => tray !== globalThis.topTray || tray && tray.style.right !== "0px"`,
          heedTime,
        ).then(
          () => true,
          () => undefined,
        );
      },
      () => problem,
    );
  }

  async #until(condition: string, timeout?: number): Promise<void> {
    await this.#page.waitForFunction(`(${condition})(${top})`, undefined, { timeout });
  }
}
