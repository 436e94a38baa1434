import type { Browser, ConsoleMessage, Locator, Page } from "playwright-core";
import { waitFor } from "../../support/wait-for";
import { sameFontsEverywhere } from "./in-browser";

/** How the editor is to look. */
export type Theme = "light" | "dark";

/** Node-RED's editor in a real browser, used as a person would use it. */
export class Editor {
  readonly page: Page;
  /** What the console complained of; the catalogue of nodes, which needs the internet, does not count. */
  readonly complaints: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on("pageerror", (error) => {
      if (!isTooEarlyATip(error)) this.complaints.push(error.stack ?? error.message);
    });
    page.on("console", (message) => {
      if (isComplaint(message)) this.complaints.push(`${message.text()} (${message.location().url})`);
    });
  }

  /**
   * Opens the editor and waits until it can be used.
   * @param browser where
   * @param url Node-RED's address
   * @param options the language and the size
   */
  static async open(
    browser: Browser,
    url: string,
    options: { language?: string; height?: number } = {},
  ): Promise<Editor> {
    const page = await browser.newPage({
      viewport: { width: 1400, height: options.height ?? 1000 },
      permissions: ["clipboard-read", "clipboard-write"],
    });
    page.setDefaultTimeout(15_000);
    // tsx marks every function with its name, also those that are sent to the browser, where nobody knows the marker.
    await page.addInitScript("globalThis.__name = (named) => named");
    await page.addInitScript(`localStorage.setItem("editor-language", "${options.language ?? "en-US"}")`);
    const editor = new Editor(page);
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

  /** Opens a webhook-in's dialog by a double click; while it deploys, and for a moment after, Node-RED lets no click through. */
  async openWebhookIn(id: string): Promise<void> {
    const dialog = this.page.locator("#hapana-webhook-in-dialog");
    await waitFor(
      async () => {
        // Its icon: the middle of all that is drawn of a node may be a wire or its status.
        await this.node(id).locator(".red-ui-flow-node-icon-group").dblclick({ force: true });
        await dialog.waitFor({ timeout: 1_500 }).catch(() => undefined);
        return (await dialog.isVisible()) || undefined;
      },
      () => `the dialog of ${id} does not open`,
    );
  }

  /** From a webhook-in's dialog: opens its endpoint's, by the pencil, or a new one's, by the plus. */
  async openEndpoint(which: "edit" | "add" = "edit"): Promise<void> {
    await this.page.locator(`#node-input-btn-endpoint-${which}`).click();
    await this.page.locator("#hapana-endpoint-dialog").waitFor();
    // It is seen before it is ready: Node-RED first asks which secrets are stored.
    await this.page.waitForFunction("document.querySelector('#hapana-webhook-url')?.value");
  }

  /** Closes the endpoint's dialog; while another slides out, Node-RED may not heed the click. */
  async closeEndpoint(how: "ok" | "cancel"): Promise<void> {
    const dialog = this.page.locator("#hapana-endpoint-dialog");
    await waitFor(
      async () => {
        await this.page
          .locator(`#node-config-dialog-${how}`)
          .click({ timeout: 5_000 })
          .catch(() => undefined);
        await dialog.waitFor({ state: "detached", timeout: 3_000 }).catch(() => undefined);
        return (await dialog.count()) === 0 || undefined;
      },
      () => "the endpoint's dialog does not close",
    );
  }

  /** Closes the webhook-in's dialog. */
  async closeWebhookIn(how: "ok" | "cancel"): Promise<void> {
    await this.page.locator(`#node-dialog-${how}`).click();
    await this.page.locator(".red-ui-tray").first().waitFor({ state: "detached" });
  }

  /** Opens the email to Hapana, from the endpoint's dialog. */
  async openEmail(): Promise<void> {
    await this.page.locator("#hapana-write-email").click();
    await this.page.locator("#hapana-subscription").waitFor();
  }

  /** Goes back from the email to the endpoint's dialog. */
  async closeEmail(): Promise<void> {
    await this.page.locator("#hapana-email-close").click();
    await this.page.locator("#hapana-subscription").waitFor({ state: "detached" });
  }

  /** Presses Deploy, confirms that some nodes are not complete where Node-RED asks, and waits until it is done. */
  async deploy(): Promise<void> {
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
  }

  /**
   * Presses the button of a test event that was just deployed, until its status says what is expected. Node-RED answers a
   * deploy before all nodes are made anew: whoever is too quick has to press again.
   */
  async pressUntil(id: string, status: string): Promise<void> {
    const said = this.page.getByText(status);
    await waitFor(
      async () => {
        await this.node(id).locator(".red-ui-flow-node-button-button").click({ force: true });
        await said.waitFor({ timeout: 5_000 }).catch(() => undefined);
        return (await said.isVisible()) || undefined;
      },
      () => `the status does not say "${status}"`,
    );
  }

  /**
   * Finds a node in the palette and drags it onto the workspace.
   * @param type the node's type
   * @param at where to drop it, from the workspace's corner
   * @returns the new node's id
   */
  async drag(type: string, at: { x: number; y: number }): Promise<string> {
    const filter = this.page.locator("#red-ui-palette-search input");
    await filter.fill("");
    await filter.pressSequentially(type.replace(/.*-/, ""));
    // The palette moves what it has found a moment after the last key.
    await this.page.waitForTimeout(500);
    const before = await this.#nodeIds(type);
    const workspace = await this.page.locator("#red-ui-workspace-chart").boundingBox();
    await this.page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`).hover();
    await this.page.mouse.down();
    await this.page.mouse.move((workspace?.x ?? 0) + at.x, (workspace?.y ?? 0) + at.y, { steps: 8 });
    await this.page.mouse.up();
    const [id] = (await this.#nodeIds(type)).filter((each) => !before.includes(each));
    if (id === undefined) throw new Error(`${type} did not arrive on the workspace.`);
    return id;
  }

  async #nodeIds(type: string): Promise<string[]> {
    return this.page.evaluate<string[]>(
      `RED.nodes.filterNodes({ type: ${JSON.stringify(type)} }).map((node) => node.id)`,
    );
  }

  /** Imports one of this package's examples by the menu, as a new user would, and waits until it is there. */
  async importExample(name: string): Promise<void> {
    await this.page.evaluate("RED.actions.invoke('core:show-examples-import-dialog')");
    const dialog = this.page.locator(".ui-dialog:visible");
    await dialog.getByText("@gymflows/node-red-hapana").click();
    // While the tree unfolds, Node-RED may not heed the click.
    await waitFor(
      async () => {
        await dialog.getByText(name, { exact: true }).click();
        return (await this.page.locator("#red-ui-clipboard-dialog-ok").isEnabled()) || undefined;
      },
      () => `the example "${name}" is not chosen`,
    );
    await this.#confirmImport();
    await this.page.waitForFunction(
      `RED.nodes.getWorkspaceOrder().some((id) => RED.nodes.workspace(id)?.label === ${JSON.stringify(name)})`,
    );
  }

  /** Imports a flow by pasting it into the import dialog. */
  async importFlow(flow: readonly object[]): Promise<void> {
    await this.page.evaluate("RED.actions.invoke('core:show-import-dialog')");
    const text = this.page.locator("#red-ui-clipboard-dialog-import-text");
    await text.fill(JSON.stringify(flow));
    // The dialog looks at the text when a key is released.
    await text.press("End");
    await this.#confirmImport();
  }

  async #confirmImport(): Promise<void> {
    await this.page.locator("#red-ui-clipboard-dialog-ok").click();
    await this.page.locator(".ui-dialog:visible").waitFor({ state: "hidden" });
  }

  /** Shows a flow by its name. */
  async showFlow(label: string): Promise<void> {
    await this.page.evaluate(`(() => {
      const id = RED.nodes.getWorkspaceOrder().find((each) => RED.nodes.workspace(each).label === ${JSON.stringify(label)});
      RED.workspaces.show(id);
    })()`);
    await this.page.waitForTimeout(300);
  }

  /** Takes the last change back. */
  async undo(): Promise<void> {
    await this.page.evaluate("RED.actions.invoke('core:undo')");
  }

  /** Makes again what was taken back. */
  async redo(): Promise<void> {
    await this.page.evaluate("RED.actions.invoke('core:redo')");
  }

  /** Draws a wire from an output of one node to the input of another. */
  async wire(from: string, output: number, to: string): Promise<void> {
    await this.node(from).locator(".red-ui-flow-port-output .red-ui-flow-port").nth(output).hover({ force: true });
    await this.page.mouse.down();
    await this.node(to).locator(".red-ui-flow-port-input .red-ui-flow-port").hover({ force: true });
    await this.page.mouse.up();
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

/** Node-RED's sidebar shows a tip a second after its start, and fails where a slow machine has not made the place for it yet. */
function isTooEarlyATip({ message, stack = "" }: Error): boolean {
  const places = stack.split("\n").filter((line) => /https?:/.test(line));
  return message.includes("reading 'html'") && places.every((line) => /\/(red|vendor)\//.test(line));
}

function isComplaint(message: ConsoleMessage): boolean {
  const isBad = message.type() === "error" || message.type() === "warning" || /Validation error/.test(message.text());
  return isBad && !/catalogue|ERR_NAME_NOT_RESOLVED|ERR_INTERNET_DISCONNECTED/.test(message.text());
}
