import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import type { FlowNode } from "../../support/flows";
import { type NodeRed, type StartOptions, startNodeRed } from "../../support/node-red";
import { code } from "../../support/user-dir";
import { Editor } from "./editor";
import type { GetBrowser } from "./in-browser";

/** What the tests of a `describe` share: a Node-RED, a page with its editor, and short ways to what is in the page. */
export interface OneEditor {
  nodeRed(): NodeRed;
  editor(): Editor;
  /** Deploys other flows for this test, and shows them. */
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
 * One Node-RED and one page for all tests of a `describe`: loading the page takes most of a second. Each test finds the editor
 * as it was at first: where one has changed the flows or failed, they are deployed and loaded anew. What Node-RED itself has
 * seen of an endpoint stays, so a test for which that matters gives its endpoint an id of its own. Without flows, each test is to
 * `show` its own.
 * @example
 * const { editor, within } = oneEditor(browser, { platform, flows });
 * it("…", async () => {
 *   await editor().openWebhookIn("webhook");
 * });
 */
export function oneEditor(browser: GetBrowser, options: StartOptions): OneEditor {
  let running: { nodeRed: NodeRed; editor: Editor } | undefined;
  let asDeployed: unknown;
  const { nodeRed, editor } = {
    nodeRed: () => get(running).nodeRed,
    editor: () => get(running).editor,
  };
  const state = () => editor().page.evaluate("[RED.nodes.dirty(), RED.nodes.version()]");
  const show = async (flows: readonly FlowNode[]) => {
    await nodeRed().setFlows(flows);
    await editor().reload();
  };
  const within = (selector: string) => editor().page.locator(selector);

  before(async () => {
    const nodeRed = await startNodeRed({ ...options, settings: { ...withoutDiagrams, ...options.settings } });
    running = { nodeRed, editor: await Editor.open(browser(), nodeRed.url) };
    asDeployed = await state();
  });
  afterEach(async function () {
    const complaints = editor().complaints.splice(0);
    await editor().forget();
    // A test that will be tried again is not called failed yet, but may have left a dialog open all the same.
    const hasPassed = this.currentTest?.state === "passed";
    const isAsBefore = hasPassed && JSON.stringify(await state()) === JSON.stringify(asDeployed);
    if (options.flows && !isAsBefore) {
      await show(options.flows);
      asDeployed = await state();
    }
    if (hasPassed) assert.deepEqual(complaints, [], "the browser's console");
  });
  after(async () => {
    await running?.editor.page.close();
    await running?.nodeRed.stop();
  });

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

function get<Running>(running: Running | undefined): Running {
  if (!running) throw new Error("Node-RED and the browser are started before the first test.");
  return running;
}
