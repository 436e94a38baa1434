/** Takes the pictures of the README from a running editor, so that they can be renewed: `npx tsx scripts/screenshots.ts`. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { catalog, definitionOf, eventTypes } from "../src/events/catalog";
import { Editor } from "../test/browser/support/editor";
import { launchBrowser } from "../test/browser/support/launch-browser";
import { access, endpoint, type FlowNode, roster, token, webhookIn } from "../test/support/flows";
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

/** What is done with an event, in the order of the outputs; which one it is tells each output in the picture. */
const steps = [
  "log the message",
  "welcome",
  "update the CRM",
  "renew or suspend",
  "book the sale",
  "open the door",
  "look into it",
].map((step, index) => `${catalog[index]?.title ?? "Unrecognised"}: ${step}`);

/** What is printed on the fob of one of them. */
const fobOf = (client: number) => `0012${client}4567${client}`;

/** One step has failed, and says why. */
const failingStep: FlowNode = {
  ...{ id: "step-5", type: "function", z: "tab", x: 540, y: 360, name: steps[5] ?? "", outputs: 0, wires: [] },
  func: 'if (msg.payload.firstName === "Maria") throw new Error("The door did not answer within 5 s");',
};

const clients = [
  { clientID: "c1", firstName: "Noah", lastName: "Tran" },
  { clientID: "c2", firstName: "Maria", lastName: "Silva" },
  { clientID: "c3", firstName: "Olivia", lastName: "Brown" },
];

const answers = { openPayload: "open", openPayloadType: "str", wires: [["answer"], ["answer"], []] };

/** Two doors, and readers that ask over HTTP. */
const doors: readonly FlowNode[] = [
  roster({ name: "Members" }),
  access({ door: "Front door", ...answers }),
  access({ id: "pool", door: "Pool", y: 520, ...answers }),
  { id: "front-reader", type: "http in", z: "tab", x: 170, y: 440, url: "/front", method: "post", wires: [["access"]] },
  { id: "pool-reader", type: "http in", z: "tab", x: 170, y: 520, url: "/pool", method: "post", wires: [["pool"]] },
  { id: "answer", type: "http response", z: "tab", x: 640, y: 480, wires: [] },
];

/** Who stands at which door, with the fob of whom; the last one's is nobody's. */
const scans = [
  ["front", 1],
  ["pool", 2],
  ["front", 3],
  ["front", 2],
  ["pool", 7],
] as const;

const flows: readonly FlowNode[] = [
  { id: "tab", type: "tab", label: "My studio" },
  endpoint({ name: "My studio", publicUrl: "https://studio.example.com", sites }),
  // As low as the last of its steps, so that no wire runs through its status.
  webhookIn({ x: 170, y: 370, wires: steps.map((_, index) => [`step-${index}`]) }),
  ...steps.map((name, index) => ({
    id: `step-${index}`,
    type: "debug",
    z: "tab",
    x: 540,
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

    await nodeRed.setFlows([...flows, ...doors]);
    await editor.reload();
    for (const [index, client] of clients.entries()) {
      const known = { ...definitionOf("clientStatusChange").sample, ...client };
      const status = index === 2 ? "suspended" : "activePackage";
      await post(`${nodeRed.url}/hapana/clientStatusChange`, { token, body: { ...known, status } });
      await post(`${nodeRed.url}/hapana/checkIn`, {
        token,
        body: { ...definitionOf("checkIn").sample, ...client, fobNumber: fobOf(index + 1) },
      });
    }
    for (const [door, fob] of scans) await post(`${nodeRed.url}/${door}`, { body: { credential: fobOf(fob) } });
    await page.evaluate("RED.actions.invoke('hapana:show-events')");
    // Without the debug messages below it.
    await page.setViewportSize({ width: 1200, height: 900 });
    await tab.getByRole("tab", { name: "Doors" }).click();
    await tab.getByText(`${fobOf(7)}`).waitFor();
    await page.mouse.move(400, 520);
    await page.locator(".red-ui-popover").waitFor({ state: "hidden" });
    await tab.screenshot({ path: pathOf("doors") });
  } finally {
    await browser.close();
    await nodeRed.stop();
  }
}

main();
