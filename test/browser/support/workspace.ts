import { waitFor } from "../../support/wait-for";
import type { Editor } from "./editor";

/**
 * Finds a node in the palette and drags it onto the workspace.
 * @param editor where
 * @param type the node's type
 * @param at where to drop it, from the workspace's corner
 * @returns the new node's id
 */
export async function drag(editor: Editor, type: string, at: { x: number; y: number }): Promise<string> {
  const { page } = editor;
  const filter = page.locator("#red-ui-palette-search input");
  const word = type.replace(/.*-/, "");
  await filter.fill("");
  await filter.pressSequentially(word);
  // The palette shows what it has found a moment after the last key, and lets the rest slide away.
  await page.waitForFunction(`$("#red-ui-palette-container .red-ui-palette-node").get().every((node) => {
    const isFound = [node.dataset.paletteType, node.dataset.paletteLabel].some((name) => name.includes("${word}"));
    return isFound === (node.dataset.filter === undefined);
  }) && $("#red-ui-palette :animated").length === 0`);
  const nodeIds = () =>
    page.evaluate<string[]>(`RED.nodes.filterNodes({ type: ${JSON.stringify(type)} }).map((node) => node.id)`);
  const before = await nodeIds();
  return waitFor(
    async () => {
      const workspace = await page.locator("#red-ui-workspace-chart").boundingBox();
      await page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`).hover();
      await page.mouse.down();
      await page.mouse.move((workspace?.x ?? 0) + at.x, (workspace?.y ?? 0) + at.y, { steps: 8 });
      await page.mouse.up();
      return (await nodeIds()).find((id) => !before.includes(id));
    },
    () => `${type} does not arrive on the workspace`,
  );
}

/** Draws a wire from an output of one node to the input of another. */
export async function wire(editor: Editor, from: string, output: number, to: string): Promise<void> {
  const { page } = editor;
  await waitFor(
    async () => {
      const port = editor.node(from).locator(".red-ui-flow-port-output .red-ui-flow-port").nth(output);
      await port.hover({ force: true });
      await page.mouse.down();
      await editor.node(to).locator(".red-ui-flow-port-input .red-ui-flow-port").hover({ force: true });
      await page.mouse.up();
      return (await editor.wires(from))[output]?.includes(to) || undefined;
    },
    () => `the wire from ${from} does not arrive at ${to}`,
  );
}

/** Imports one of this package's examples by the menu, as a new user would, and waits until it is there. */
export async function importExample(editor: Editor, name: string): Promise<void> {
  const { page } = editor;
  await page.evaluate("RED.actions.invoke('core:show-examples-import-dialog')");
  const dialog = page.locator(".ui-dialog:visible");
  const example = dialog.getByText(name, { exact: true });
  const importButton = page.locator("#red-ui-clipboard-dialog-ok");
  // While the tree loads and unfolds, Node-RED may not heed the click.
  await waitFor(
    async () => {
      if (!(await example.isVisible())) await dialog.getByText("@gymflows/node-red-hapana").click();
      await example.click({ timeout: 2_000 }).catch(() => undefined);
      return (await importButton.isEnabled()) || undefined;
    },
    () => `the example "${name}" is not chosen`,
  );
  await confirmImport(editor);
  await page.waitForFunction(
    `RED.nodes.getWorkspaceOrder().some((id) => RED.nodes.workspace(id)?.label === ${JSON.stringify(name)})`,
  );
}

/** Imports a flow by pasting it into the import dialog. */
export async function importFlow(editor: Editor, flow: readonly object[]): Promise<void> {
  const { page } = editor;
  await page.evaluate("RED.actions.invoke('core:show-import-dialog')");
  const text = page.locator("#red-ui-clipboard-dialog-import-text");
  await text.fill(JSON.stringify(flow));
  // The dialog looks at the text when a key is released.
  await text.press("End");
  await confirmImport(editor);
}

async function confirmImport({ page }: Editor): Promise<void> {
  await page.locator("#red-ui-clipboard-dialog-ok").click();
  await page.locator(".ui-dialog:visible").waitFor({ state: "hidden" });
}
