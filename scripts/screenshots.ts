/** Takes the pictures of the README from a running editor, so that they can be renewed: `npx tsx scripts/screenshots.ts`. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { definitionOf, eventTypes } from "../src/events/catalog";
import { Editor } from "../test/browser/support/editor";
import { launchBrowser } from "../test/browser/support/launch-browser";
import { endpoint, type FlowNode, token, webhookIn } from "../test/support/flows";
import { startNodeRed } from "../test/support/node-red";
import { nodeRed50 } from "../test/support/platforms";
import { post } from "../test/support/post";

const folder = join(__dirname, "../docs/pictures");

/** The strip at the left of a dialog by which it is drawn wider. */
const dialogHandle = 17;

const sites = [
  { siteID: definitionOf("checkIn").sample.siteID ?? "", name: "Bondi Beach" },
  { siteID: "QmFja3lhcmRTaXRlSWRlbnRpZmllcg==", name: "Newtown" },
];

const steps = [
  "log the message",
  "welcome",
  "update the CRM",
  "renew or suspend",
  "book the sale",
  "open the door",
  "look into it",
];

/** One step has failed, and says why. */
const failingStep: FlowNode = {
  ...{ id: "step-5", type: "function", z: "tab", x: 480, y: 360, name: "open the door", outputs: 0, wires: [] },
  func: 'if (msg.payload.firstName === "Maria") throw new Error("The door did not answer within 5 s");',
};

const clients = [
  { clientID: "c1", firstName: "Noah", lastName: "Tran" },
  { clientID: "c2", firstName: "Maria", lastName: "Silva" },
  { clientID: "c3", firstName: "Olivia", lastName: "Brown" },
];

const flows: readonly FlowNode[] = [
  { id: "tab", type: "tab", label: "My studio" },
  endpoint({ name: "My studio", publicUrl: "https://studio.example.com", sites }),
  // As low as the last of its steps, so that no wire runs through its status.
  webhookIn({ x: 170, y: 370, wires: steps.map((_, index) => [`step-${index}`]) }),
  ...steps.map((name, index) => ({
    id: `step-${index}`,
    type: "debug",
    z: "tab",
    x: 480,
    y: 60 + index * 60,
    name,
    active: true,
    tosidebar: true,
    complete: "payload",
    wires: [],
  })),
];

async function main(): Promise<void> {
  await mkdir(folder, { recursive: true });
  const nodeRed = await startNodeRed({ platform: nodeRed50, flows });
  const browser = await launchBrowser();
  try {
    const editor = await Editor.open(browser, nodeRed.url, { height: 1180 });
    const { page } = editor;
    const pathOf = (name: string) => join(folder, `${name}.png`);
    const takeDialog = async (name: string) => {
      // The dialog slides in.
      await page.waitForTimeout(800);
      const box = await page.locator(".red-ui-tray").last().boundingBox();
      if (!box) throw new Error(`There is no dialog to take ${name} of.`);
      const clip = { ...box, x: box.x + dialogHandle, width: box.width - dialogHandle };
      await page.screenshot({ path: pathOf(name), clip });
    };

    await editor.openWebhookIn("webhook");
    await takeDialog("webhook-in");
    await editor.openEndpoint();
    await page.locator("#hapana-event-urls summary").click();
    await takeDialog("endpoint");
    await page.getByRole("button", { name: "Rotate" }).click();
    await editor.openEmail();
    await page.locator("input[name=hapana-email-purpose][value=newWebhooks]").check();
    await page.locator("#hapana-subscription p").first().scrollIntoViewIfNeeded();
    await page.setViewportSize({ width: 1400, height: 1400 });
    await takeDialog("email");
    await editor.closeEmail();
    await editor.closeEndpoint("cancel");
    await editor.closeWebhookIn("cancel");

    await page.setViewportSize({ width: 1200, height: 700 });
    for (const event of eventTypes) {
      await post(`${nodeRed.url}/hapana/${event}`, { token, body: definitionOf(event).sample });
    }
    await page.getByText(`${eventTypes.length} so far`).waitFor();
    await page.keyboard.press("Escape");
    await page.mouse.click(400, 520);
    await page.screenshot({ path: pathOf("flow") });

    await nodeRed.setFlows(flows.map((node) => (node.id === failingStep.id ? failingStep : node)));
    await editor.reload();
    for (const client of clients) {
      const body = { ...definitionOf("checkIn").sample, ...client };
      await post(`${nodeRed.url}/hapana/checkIn`, { token, body });
    }
    await page.evaluate("RED.actions.invoke('hapana:show-events')");
    // The debug messages below it make room.
    await page.locator('[data-tab-id="debug"]').click();
    const tab = page.locator(".hapana-sidebar");
    await tab.getByText("failed · Maria Silva").waitFor();
    await page.mouse.move(400, 520);
    await page.locator(".red-ui-popover").waitFor({ state: "hidden" });
    await tab.screenshot({ path: pathOf("events") });
  } finally {
    await browser.close();
    await nodeRed.stop();
  }
}

main();
