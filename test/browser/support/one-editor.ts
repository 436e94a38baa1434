import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import type { FlowNode } from "../../support/flows";
import type { NodeRed, StartOptions } from "../../support/node-red";
import { oneNodeRed } from "../../support/one-node-red";
import { code } from "../../support/user-dir";
import { Editor } from "./editor";
import type { GetBrowser } from "./in-browser";

/** What the tests of a `describe` share: a Node-RED, a page with its editor, and short ways to what is in the page. */
interface OneEditor {
  nodeRed(): NodeRed;
  editor(): Editor;
  /** Deploys flows and shows them. Where they are there already, and nobody has changed them, there is nothing to do. */
  show(flows: readonly FlowNode[]): Promise<void>;
  within(selector: string): Locator;
  textOf(selector: string): Promise<string>;
  fieldValue(selector: string): Promise<string>;
  /** Opens the endpoint of the node `webhook`, does something in its dialog, and closes it and the node's. */
  inEndpoint(work: () => Promise<void>, how?: "ok" | "cancel"): Promise<void>;
}

/** Node-RED's editor loads 3.5 MB each time to draw diagrams in descriptions, of which there are none here. */
const withoutDiagrams = {
  httpAdminMiddleware: code(
    `(request, response, next) => request.path.endsWith("/mermaid.min.js")
      ? response.type("js").send("window.mermaid = { initialize() {} }") : next()`,
  ),
};

/**
 * One Node-RED and one page for all tests of a `describe`: loading the page costs more than most tests. Each test begins with the
 * flows that it needs; whoever takes back what it has changed leaves them to the next one, which then need not load them anew.
 * What Node-RED itself has seen of an endpoint stays, so a test for which that matters gives its endpoint an id of its own.
 * @example
 * const { editor, show, within } = oneEditor(browser, { platform });
 * it("…", async () => {
 *   await show(studioFlows());
 *   await editor().openWebhookIn("webhook");
 * });
 */
export function oneEditor(browser: GetBrowser, { settings, ...options }: Omit<StartOptions, "flows">): OneEditor {
  const nodeRed = oneNodeRed({ ...options, settings: { ...withoutDiagrams, ...settings } });
  let opened: Editor | undefined;
  let shown: { flows: string; state: string } | undefined;

  const editor = () => {
    if (!opened) throw new Error("The editor is opened by the first test that shows something.");
    return opened;
  };
  const within = (selector: string) => editor().page.locator(selector);
  const stateNow = () => editor().page.evaluate<string>("JSON.stringify([RED.nodes.dirty(), RED.nodes.version()])");
  const show = async (wanted: readonly FlowNode[]) => {
    const flows = JSON.stringify(wanted);
    if (shown?.flows === flows && shown.state === (await stateNow())) return;
    await nodeRed().setFlows(wanted);
    if (opened) await opened.reload();
    else opened = await Editor.open(browser(), nodeRed().url);
    shown = { flows, state: await stateNow() };
  };

  afterEach(async function () {
    const complaints = opened?.complaints.splice(0);
    await opened?.forget();
    // A test that will be tried again is not called failed yet, but may have left a dialog open all the same.
    if (this.currentTest?.state !== "passed") shown = undefined;
    else assert.deepEqual(complaints, [], "the browser's console");
  });
  after(() => opened?.page.close());

  return {
    nodeRed,
    editor,
    show,
    within,
    textOf: async (selector) => (await within(selector).textContent()) ?? "",
    fieldValue: (selector) => within(selector).inputValue(),
    inEndpoint: async (work, how = "cancel") => {
      await editor().openWebhookIn("webhook");
      await editor().openEndpoint();
      await work();
      await editor().closeEndpoint(how);
      await editor().closeWebhookIn(how);
    },
  };
}
