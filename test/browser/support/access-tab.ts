import type { Locator } from "playwright-core";
import { EventLogTab } from "./event-log";

/** The views of the tab "Hapana" that are about who may come in, used as a person would use them. */
export class AccessTab extends EventLogTab {
  /** Changes to a view. */
  async view(name: "Events" | "Clients" | "Doors" | "Unknown"): Promise<void> {
    await this.page.evaluate("RED.actions.invoke('hapana:show-events')");
    await this.root.getByRole("tab", { name }).click();
    await this.root.locator('[role=tab][aria-selected="true"]').getByText(name).waitFor();
  }

  /** The first line of the list in which a text stands. */
  row(text: string): Locator {
    return this.rows.filter({ hasText: text }).first();
  }

  /** Presses a button of what is open. */
  async press(button: string): Promise<void> {
    await this.root.getByRole("button", { name: button, exact: true }).click();
  }

  /** Chooses a file for an import. */
  async chooseFile(file: { name: string; mimeType: string; buffer: Buffer }): Promise<void> {
    const chooser = this.page.waitForEvent("filechooser");
    await this.press("Choose a CSV file…");
    await (await chooser).setFiles(file);
  }

  /** Finds a client by a search, and opens it. */
  async openClient(search: string, name: string): Promise<void> {
    await this.view("Clients");
    if (await this.root.locator("#hapana-back").isVisible()) await this.back();
    await this.root.locator("#hapana-search").fill(search);
    await this.rows.and(this.root.locator('[aria-setsize="1"]')).waitFor();
    await this.open(this.row(name));
  }
}
