import type { Browser, Locator, Page } from "playwright-core";
import { waitFor } from "../../support/wait-for";
import { collectComplaints } from "./complaints";
import { sameFontsEverywhere } from "./in-browser";
import { type Motion, prepareMotion, settleMotion } from "./motion";
import { Trays } from "./trays";

/** How the editor is to look. */
type Theme = "light" | "dark";

/** Node-RED's editor in a real browser, used as a person would use it. */
export class Editor {
  readonly page: Page;
  /** What the console complained of. */
  readonly complaints: string[] = [];
  readonly #motion: Motion;
  readonly #trays: Trays;

  private constructor(page: Page, motion: Motion) {
    this.page = page;
    this.#motion = motion;
    this.#trays = new Trays(page);
    collectComplaints(page, this.complaints);
  }

  /**
   * Opens the editor and waits until it can be used.
   * @param browser where
   * @param url Node-RED's address
   * @param options the language, the size, and how its dialogs move: quickly unless said otherwise
   */
  static async open(
    browser: Browser,
    url: string,
    options: { language?: string; height?: number; motion?: Motion } = {},
  ): Promise<Editor> {
    const { language = "en-US", height = 1000, motion = "quick" } = options;
    const page = await browser.newPage({
      viewport: { width: 1400, height },
      permissions: ["clipboard-read", "clipboard-write"],
    });
    page.setDefaultTimeout(15_000);
    // tsx marks every function with its name, also those that are sent to the browser, where nobody knows the marker.
    await page.addInitScript("globalThis.__name = (named) => named");
    await page.addInitScript(`localStorage.setItem("editor-language", "${language}")`);
    await prepareMotion(page, motion);
    const editor = new Editor(page, motion);
    await editor.#load(() => page.goto(url));
    return editor;
  }

  /** Loads the editor anew, as after closing the browser, and in another theme where one is given. */
  async reload(theme?: Theme): Promise<void> {
    if (theme) await this.page.evaluate(`localStorage.setItem("view-dark-theme", "${theme}")`);
    await this.#load(async () => {
      const { length } = this.complaints;
      await this.page.reload({ waitUntil: "commit" });
      // Leaving a page cuts off the requests of Node-RED's editor that are under way, of which the console complains.
      this.complaints.length = length;
    });
  }

  async #load(navigate: () => Promise<unknown>): Promise<void> {
    await navigate();
    await this.page.waitForFunction(
      'window.RED?.nodes?.getType?.("hapana-webhook-in") && RED.workspaces.active() && !RED.loader?.visible',
    );
    await this.page.locator("#red-ui-loading-progress").waitFor({ state: "hidden" });
    await settleMotion(this.page, this.#motion);
    await this.page.addStyleTag({ content: sameFontsEverywhere });
    await this.page.evaluate("document.fonts.load('14px Arial').then(() => RED.view.redraw(true))");
  }

  /** What a node holds in the editor at the moment. */
  async property<Value>(nodeId: string, name: string): Promise<Value> {
    return this.page.evaluate<Value>(`RED.nodes.node(${JSON.stringify(nodeId)})[${JSON.stringify(name)}]`);
  }

  /** The ids of what each output of a node is wired to, first to last. */
  async wires(nodeId: string): Promise<string[][]> {
    return this.page.evaluate<string[][]>(`(() => {
      const node = RED.nodes.node(${JSON.stringify(nodeId)});
      const links = RED.nodes.getNodeLinks(node);
      return Array.from({ length: node.outputs }, (_, port) =>
        links.filter((link) => Number(link.sourcePort) === port).map((link) => link.target.id));
    })()`);
  }

  /** The drawn node. */
  node(id: string): Locator {
    return this.page.locator(`[id="${id}"]`);
  }

  /**
   * Opens a node's dialog by a double click.
   * @param id the node
   * @param selector what is in its dialog, and in no other
   */
  async openNode(id: string, selector: string): Promise<void> {
    // Its icon: the middle of all that is drawn of a node may be a wire or its status.
    const icon = this.node(id).locator(".red-ui-flow-node-icon-group");
    await this.#trays.open(async () => {
      await icon.click({ force: true });
      // Soon after it was opened last, the first click may be one too many already: in Node-RED 5.0, the next closes the dialog.
      if (!(await this.#trays.isOpen())) await icon.click({ force: true });
    }, selector);
  }

  /** Opens a webhook-in's dialog. */
  async openWebhookIn(id: string): Promise<void> {
    await this.openNode(id, "#hapana-webhook-in-dialog");
  }

  /** Closes the dialog of a node on the workspace. */
  async closeNode(how: "ok" | "cancel"): Promise<void> {
    await this.#trays.close(() => this.page.locator(`#node-dialog-${how}`).click());
  }

  /** Closes the webhook-in's dialog. */
  async closeWebhookIn(how: "ok" | "cancel"): Promise<void> {
    await this.closeNode(how);
  }

  /** A field of the open dialog, brought in sight: its tab is shown, and what it is folded into is unfolded. */
  async inSight(selector: string): Promise<Locator> {
    const field = this.page.locator(selector);
    const within = (ancestor: string) => this.page.locator(ancestor, { has: field });
    const tab = within(".hapana-tab:not(:visible)");
    if ((await tab.count()) > 0) await this.showTab(((await tab.getAttribute("id")) ?? "").replace("hapana-tab-", ""));
    const fold = within("details:not([open])");
    if ((await fold.count()) > 0) await fold.locator("summary").click();
    return field;
  }

  /** Shows a tab of the endpoint's dialog. */
  async showTab(name: string): Promise<void> {
    await this.page.locator(`#hapana-tab-${name}-tab`).click();
    await this.page.locator(`#hapana-tab-${name}`).waitFor();
  }

  /** Presses a button beside the secrets of the endpoint whose dialog is open. */
  async pressInSecurity(name: string): Promise<void> {
    await this.showTab("security");
    await this.page.locator("#hapana-tab-security").getByRole("button", { name }).click();
  }

  /** From a webhook-in's dialog: opens its endpoint's, by the pencil, or a new one's, by the plus. */
  async openEndpoint(which: "edit" | "add" = "edit"): Promise<void> {
    await this.openConfigNode("endpoint", which, "#hapana-endpoint-dialog");
    // It is seen before it is ready: Node-RED first asks which secrets are stored.
    await this.page.waitForFunction("document.querySelector('#hapana-webhook-url')?.value");
  }

  /**
   * From a node's dialog: opens that of the configuration node that it uses, by the pencil, or of a new one, by the plus.
   * @param property by which the node refers to it
   * @param selector what is in its dialog, and in no other
   */
  async openConfigNode(property: string, which: "edit" | "add", selector: string): Promise<void> {
    // Below a configuration node's dialog may lie another's.
    const button = this.page.locator(`[id$=input-btn-${property}-${which}]`).last();
    await this.#trays.open(() => button.click(), selector);
  }

  /** Closes the dialog of a configuration node. */
  async closeConfigNode(how: "ok" | "cancel"): Promise<void> {
    await this.#trays.close(() => this.page.locator(`#node-config-dialog-${how}`).last().click());
  }

  /** Closes the endpoint's dialog. */
  async closeEndpoint(how: "ok" | "cancel"): Promise<void> {
    await this.closeConfigNode(how);
  }

  /** Deletes the endpoint whose dialog is open. */
  async deleteEndpoint(): Promise<void> {
    const button = this.page.locator(".red-ui-tray-toolbar").getByText("Delete", { exact: true });
    await this.#trays.close(() => button.click());
  }

  /** Opens the email to Hapana, from the endpoint's dialog. */
  async openEmail(): Promise<void> {
    await this.#trays.open(() => this.page.locator("#hapana-write-email").click(), "#hapana-subscription");
    // It takes the focus a moment later, from whatever is being typed in.
    await this.page.locator("#hapana-subscription :focus").waitFor();
  }

  /** Goes back from the email to the endpoint's dialog, also where it was neither copied nor opened. */
  async closeEmail(): Promise<void> {
    const anyway = this.page.locator("#hapana-email-close-anyway");
    await this.#trays.close(async () => {
      if (!(await anyway.isVisible())) await this.page.locator("#hapana-email-close").click();
      if (await anyway.isVisible()) await anyway.click();
    });
  }

  /** Presses Deploy, confirms that some nodes are not complete where Node-RED asks, and waits until it is done. */
  async deploy(): Promise<void> {
    await this.#waitUntilDeployable();
    const deployed = this.page.waitForResponse(
      (response) => response.request().method() === "POST" && new URL(response.url()).pathname === "/flows",
    );
    await this.page.locator("#red-ui-header-button-deploy").click();
    const confirmation = this.page.locator("#red-ui-deploy-dialog-confirm-deploy-deploy");
    await Promise.race([deployed, confirmation.click().catch(() => undefined)]);
    await deployed;
    await this.page.waitForFunction("!RED.nodes.dirty()");
    // For a moment after, Node-RED lets no click through.
    await this.page.locator(".red-ui-deploy-button-spinner").waitFor({ state: "hidden" });
    await this.page.locator("#red-ui-header-shade").waitFor({ state: "hidden" });
  }

  async #waitUntilDeployable(): Promise<void> {
    await this.page.waitForFunction(
      '!$("#red-ui-header-button-deploy").hasClass("disabled") && !$("#red-ui-header-shade").is(":visible")',
    );
  }

  /**
   * Presses the button of a test event that was just deployed, until its status says what is expected. Node-RED answers a
   * deploy before all nodes are made anew: whoever is too quick has to press again.
   */
  async pressUntil(id: string, status: string | RegExp): Promise<void> {
    const said = this.node(id).getByText(status);
    await waitFor(
      async () => {
        await this.press(id);
        await said.waitFor({ timeout: 5_000 }).catch(() => undefined);
        return (await said.isVisible()) || undefined;
      },
      () => `the status does not say "${status}"`,
    );
  }

  /** Presses the button of a node. */
  async press(id: string): Promise<void> {
    await this.node(id).locator(".red-ui-flow-node-button-button").click({ force: true });
  }

  /** Shows a flow by its name, and waits until all of it is drawn. */
  async showFlow(label: string): Promise<void> {
    const id = await this.page.evaluate<string>(`(() => {
      const id = RED.nodes.getWorkspaceOrder().find((each) => RED.nodes.workspace(each).label === ${JSON.stringify(label)});
      RED.workspaces.show(id);
      return id;
    })()`);
    await this.page.waitForFunction(`(() => {
      const nodes = RED.nodes.filterNodes({ z: ${JSON.stringify(id)} });
      return RED.workspaces.active() === ${JSON.stringify(id)} && nodes.every((node) => document.getElementById(node.id))
        && document.querySelectorAll(".red-ui-flow-node-group").length === nodes.length;
    })()`);
  }

  /** Reads a message of Node-RED, and closes it with a click: in Node-RED 5.0 it lies on the buttons of the dialogs. */
  async dismiss(words: string): Promise<void> {
    const message = this.page.locator(".red-ui-notification").getByText(words).first();
    await message.click();
    await message.waitFor({ state: "hidden" });
  }

  /** Has the browser forget what these nodes keep in it: who the email was from, and what Hapana was told. */
  async forget(): Promise<void> {
    await this.page.evaluate(`Object.keys(localStorage).filter((key) => key.startsWith("hapana-"))
      .forEach((key) => localStorage.removeItem(key))`);
  }

  /** Takes the last change back. */
  async undo(): Promise<void> {
    await this.page.evaluate("RED.actions.invoke('core:undo')");
  }

  /** Takes all back that was changed since the flows were loaded. */
  async undoAll(): Promise<void> {
    await this.page.evaluate("while (RED.history.depth() > 0) RED.actions.invoke('core:undo')");
  }

  /** Makes again what was taken back. */
  async redo(): Promise<void> {
    await this.page.evaluate("RED.actions.invoke('core:redo')");
  }

  /** Waits until the clipboard holds a text: the browser hands it over a moment after the click. */
  async copied(expected: string): Promise<void> {
    await waitFor(
      async () => ((await this.#clipboard()) === expected ? true : undefined),
      () => `the clipboard does not hold what was to be copied: ${JSON.stringify(expected)}`,
      5_000,
    );
  }

  /** What the clipboard holds, with the line breaks of Linux. */
  async #clipboard(): Promise<string> {
    const text = await this.page.evaluate(() => navigator.clipboard.readText());
    return text.replaceAll("\r\n", "\n");
  }
}
