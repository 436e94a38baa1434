import type { Locator, Page } from "playwright-core";
import type { Editor } from "./editor";

/** The tab "Hapana" in the sidebar, used as a person would use it. */
export class EventLogTab {
  readonly #editor: () => Editor;

  /** @param editor gives the editor */
  constructor(editor: () => Editor) {
    this.#editor = editor;
  }

  get page(): Page {
    return this.#editor().page;
  }

  get root(): Locator {
    return this.page.locator(".hapana-sidebar");
  }

  /** The lines of the log that are in the page. */
  get rows(): Locator {
    return this.root.locator(".hapana-row");
  }

  get detail(): Locator {
    return this.root.locator(".hapana-detail");
  }

  /** Shows the tab, as its action does, and waits until the log is there. */
  async show(): Promise<void> {
    await this.page.evaluate("RED.actions.invoke('hapana:show-events')");
    await this.root.waitFor();
    await this.unfoldHealth();
  }

  /** Has all be seen of how the endpoints are doing, also where the tab is low. */
  async unfoldHealth(): Promise<void> {
    const line = this.root.locator(".hapana-health-place > summary");
    await line.waitFor();
    if ((await this.root.locator(".hapana-health-place[open]").count()) === 0) await line.click();
  }

  /** Types into the search, and waits until so many events are left. */
  async search(text: string, count: number): Promise<void> {
    await this.root.locator("#hapana-search").fill(text);
    await this.count(count);
  }

  /** Waits until the log has so many lines, as a screen reader is told. */
  async count(count: number): Promise<void> {
    if (count === 0) await this.root.getByText("No event matches.").waitFor();
    else await this.root.locator(`.hapana-row[aria-setsize="${count}"]`).first().waitFor();
  }

  /** Chooses in the filter, which is opened for it and closed again. */
  async filter(name: string, label: string): Promise<void> {
    await this.root.locator("#hapana-filter-button").click();
    await this.root.locator(`#hapana-filter-${name}`).selectOption({ label });
    await this.root.locator("#hapana-filter-button").click();
  }

  /** Chooses something from the menu. */
  async menu(entry: string): Promise<void> {
    await this.root.locator("#hapana-menu").click();
    await this.page.locator(".red-ui-popover-panel .red-ui-menu").getByText(entry).click();
  }

  /** Answers a question. */
  async answer(button: string): Promise<void> {
    await this.page.locator(".red-ui-notification").getByRole("button", { name: button, exact: true }).click();
  }

  /** Opens an event, and waits until it is there. */
  async open(row: Locator): Promise<void> {
    await row.click();
    await this.detail.waitFor();
  }

  async back(): Promise<void> {
    await this.root.locator("#hapana-back").click();
    await this.root.locator(".hapana-list").waitFor();
  }

  /** Gives it so much height, as another tab does that stands below it. */
  async setHeight(height: number): Promise<void> {
    await this.root.evaluate((root, pixels) => root.style.setProperty("height", `${pixels}px`), height);
  }

  /** Drags the sidebar to a width. */
  async resize(width: number): Promise<void> {
    await this.page.evaluate(`(() => {
      $(".hapana-sidebar").closest("#red-ui-sidebar, .red-ui-sidebar").width(${width});
      RED.events.emit("sidebar:resize");
    })()`);
  }
}
