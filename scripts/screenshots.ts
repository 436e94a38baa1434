/** Takes the pictures of the documentation from a running editor, so that they can be renewed: `npm run pictures`. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { defaults as defaultsOfAccess } from "../nodes/hapana-access/config";
import { definitionOf, type EventType, eventTypes } from "../src/events/catalog";
import { AccessTab } from "../test/browser/support/access-tab";
import { Editor } from "../test/browser/support/editor";
import { launchBrowser } from "../test/browser/support/launch-browser";
import { access, endpoint, type FlowNode, once, problem, roster, token, webhookIn } from "../test/support/flows";
import { startNodeRed } from "../test/support/node-red";
import { nodeRed50 } from "../test/support/platforms";
import { post } from "../test/support/post";
import { waitFor } from "../test/support/wait-for";

/** Part of a page. */
interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const folder = join(__dirname, "../docs/pictures");

/** The strip at the left of a dialog by which it is drawn wider. */
const dialogHandle = 17;

const sites = [
  { siteID: definitionOf("checkIn").sample.siteID ?? "", name: "Bondi Beach" },
  { siteID: "QmFja3lhcmRTaXRlSWRlbnRpZmllcg==", name: "Newtown" },
];

/** What is printed on the fob of one of them. */
const fobOf = (client: number) => `0012${client}4567${client}`;

const clients = [
  { clientID: "c1", firstName: "Noah", lastName: "Tran" },
  { clientID: "c2", firstName: "Maria", lastName: "Silva" },
  { clientID: "c3", firstName: "Olivia", lastName: "Brown" },
];

/** Who stands at which door, with the fob of whom; the last one's is nobody's. */
const scans = [
  ["front", 1],
  ["pool", 2],
  ["front", 3],
  ["front", 2],
  ["pool", 7],
] as const;

const studio = [
  { id: "tab", type: "tab", label: "My studio" },
  endpoint({ name: "My studio", publicUrl: "https://studio.example.com", sites }),
  roster({ name: "Members" }),
] satisfies FlowNode[];

/** What a studio could do with each event: the flow that the README begins with. */
function realFlow(url: string, folder: string): FlowNode[] {
  const places = { csv: 480, first: 480, second: 680, row: (index: number) => 60 + index * 60 };
  const at = (row: number, x: number) => ({ z: "tab", x, y: places.row(row) });
  const line = { type: "csv", sep: ",", hdrout: "once", ret: "\\n", temp: "", skip: 0, strings: true };
  const file = { type: "file", filenameType: "str", appendNewline: false, createDir: true, overwriteFile: "false" };
  const call = { type: "http request", method: "POST", ret: "txt", paytoqs: "ignore", url: `${url}/elsewhere` };
  const rule = [{ t: "eq", v: "suspendedMembership", vt: "str" }];
  const wires = [["sms"], ["once"], ["crm"], ["suspended"], ["sale"], ["access"], ["unknown"]];
  return [
    ...studio,
    webhookIn({ x: 170, y: 250, wires }),
    {
      id: "test",
      type: "hapana-test-event",
      ...{ z: "tab", x: 170, y: 80 },
      name: "",
      endpoint: "endpoint",
      event: "checkIn",
    },
    { id: "sms", ...line, ...at(0, places.first), name: "one line", wires: [["messages"]] },
    {
      id: "messages",
      ...file,
      ...at(0, places.second),
      name: "messages.csv",
      filename: `${folder}/messages.csv`,
      wires: [[]],
    },
    once({ id: "once", ...at(1, places.first), name: "once only", wires: [["welcome"], []] }),
    { id: "welcome", ...call, ...at(1, places.second), name: "send the welcome", wires: [[]] },
    { id: "crm", ...call, ...at(2, places.first), name: "update the CRM", wires: [[]] },
    {
      id: "suspended",
      type: "switch",
      ...at(3, places.first),
      name: "suspended?",
      property: "payload.status",
      propertyType: "msg",
      rules: rule,
      checkall: "true",
      outputs: 1,
      wires: [["desk"]],
    },
    { id: "desk", ...call, ...at(3, places.second), name: "tell the front desk", wires: [[]] },
    { id: "sale", ...line, ...at(4, places.first), name: "one line", wires: [["sales"]] },
    { id: "sales", ...file, ...at(4, places.second), name: "sales.csv", filename: `${folder}/sales.csv`, wires: [[]] },
    access({
      ...defaultsOfAccess,
      ...at(5, places.first),
      roster: "roster",
      door: "Front door",
      wires: [["relay"], ["why"], []],
    }),
    { id: "relay", ...call, ...at(5, places.second + 60), name: "open the relay", wires: [[]] },
    {
      id: "why",
      type: "debug",
      ...at(6, places.second + 60),
      name: "why not",
      active: true,
      tosidebar: true,
      complete: "payload",
      wires: [],
    },
    {
      id: "unknown",
      type: "debug",
      ...at(7, places.first),
      name: "look into it",
      active: true,
      tosidebar: true,
      complete: "payload",
      wires: [],
    },
    problem({ ...{ x: 170, y: 540 }, wires: [["email"]] }),
    { id: "email", ...call, ...at(8, places.first), y: 540, name: "email me", wires: [[]] },
    { id: "other-tab", type: "tab", label: "Elsewhere" },
    {
      id: "elsewhere",
      type: "http in",
      z: "other-tab",
      x: 160,
      y: 100,
      url: "/elsewhere",
      method: "post",
      wires: [["taken"]],
    },
    { id: "taken", type: "http response", z: "other-tab", x: 400, y: 100, wires: [] },
  ];
}

/** One step has failed, and says why. */
const failingFlow: FlowNode[] = [
  ...studio,
  webhookIn({ events: ["checkIn"], wires: [["door"], []] }),
  {
    ...{ id: "door", type: "function", z: "tab", x: 480, y: 160, name: "open the door", outputs: 0, wires: [] },
    func: 'if (msg.payload.firstName === "Maria") throw new Error("The door did not answer within 5 s");',
  },
];

const answers = { openPayload: "open", openPayloadType: "str", wires: [["answer"], ["answer"], []] };

/** Two doors, and readers that ask over HTTP. */
const doors: FlowNode[] = [
  ...studio,
  access({ door: "Front door", ...answers }),
  access({ id: "pool", door: "Pool", y: 520, ...answers }),
  { id: "front-reader", type: "http in", z: "tab", x: 170, y: 440, url: "/front", method: "post", wires: [["access"]] },
  { id: "pool-reader", type: "http in", z: "tab", x: 170, y: 520, url: "/pool", method: "post", wires: [["pool"]] },
  { id: "answer", type: "http response", z: "tab", x: 640, y: 480, wires: [] },
];

async function main(): Promise<void> {
  await mkdir(folder, { recursive: true });
  const nodeRed = await startNodeRed({ platform: nodeRed50, flows: studio });
  const browser = await launchBrowser();
  try {
    const deploy = (flows: readonly FlowNode[]) => nodeRed.setFlows(flows);
    const send = (event: EventType, properties: object = {}) =>
      post(`${nodeRed.url}/hapana/${event}`, { token, body: { ...definitionOf(event).sample, ...properties } });

    await deploy(realFlow(nodeRed.url, nodeRed.userDir));
    const editor = await Editor.open(browser, nodeRed.url, { height: 1180 });
    const { page } = editor;
    const tab = new AccessTab(() => editor);
    const pathOf = (name: string) => join(folder, `${name}.png`);
    const withoutTooltip = async () => {
      await page.mouse.move(400, 520);
      await page.locator(".red-ui-popover").waitFor({ state: "hidden" });
    };
    const takeTab = async (name: string) => {
      await withoutTooltip();
      const box = await boxOf(tab.root);
      const last = await boxOf(tab.rows.last());
      await page.screenshot({ path: pathOf(name), clip: { ...box, height: last.y + last.height - box.y } });
    };
    const takeDialog = async (name: string) => {
      await withoutTooltip();
      const box = await boxOf(page.locator(".red-ui-tray").last());
      const clip = { ...box, x: box.x + dialogHandle, width: box.width - dialogHandle };
      await page.screenshot({ path: pathOf(name), clip });
    };

    for (const event of eventTypes) await send(event);
    const delivered = async () => {
      const answer = await post(`${nodeRed.url}/hapana-events?state=delivered`, { method: "GET" });
      return (answer.json() as { events: unknown[] }).events.length === eventTypes.length || undefined;
    };
    await waitFor(delivered, () => "not all events were delivered");
    // What a status says is told to the editor now and then, and as a whole when it is loaded.
    await editor.reload();
    await editor.showFlow("My studio");
    await page.evaluate(showNamesOfPorts);
    await page.screenshot({ path: pathOf("flow"), clip: await flowBox(page) });

    await editor.openWebhookIn("webhook");
    await takeDialog("webhook-in");
    await editor.openEndpoint();
    await takeDialog("endpoint");
    await editor.closeEndpoint("cancel");
    await editor.closeWebhookIn("cancel");

    await deploy(failingFlow);
    await editor.reload();
    for (const client of clients) await send("checkIn", client);
    await tab.show();
    // The debug messages below it make room.
    await page.locator('[data-tab-id="debug"]').click();
    await tab.rows.filter({ hasText: /failed.*Maria Silva/ }).waitFor();
    await takeTab("events");

    await deploy(doors);
    await editor.reload();
    for (const [index, client] of clients.entries()) {
      await send("clientStatusChange", { ...client, status: index === 2 ? "suspended" : "activePackage" });
      await send("checkIn", { ...client, fobNumber: fobOf(index + 1) });
    }
    for (const [door, fob] of scans) await post(`${nodeRed.url}/${door}`, { body: { credential: fobOf(fob) } });
    await tab.view("Doors");
    await tab.rows.filter({ hasText: fobOf(7) }).waitFor();
    await tab.unfoldHealth();
    await takeTab("doors");
  } finally {
    await browser.close();
    await nodeRed.stop();
  }
}

/** Writes beside each output what it is called: Node-RED shows that only under the mouse. */
const showNamesOfPorts = `for (const id of ["webhook", "access"]) {
  const node = RED.nodes.node(id);
  const ports = document.getElementById(id).querySelectorAll(".red-ui-flow-port-output");
  ports.forEach((port, index) => {
    const label = document.createElementNS("http://www.w3.org/2000/svg", "text");
    label.textContent = node._def.outputLabels.call(node, index);
    label.setAttribute("x", 14);
    label.setAttribute("y", 9);
    label.style.cssText = "font-size: 11px; fill: #444; stroke: #fff; stroke-width: 4px; paint-order: stroke; dominant-baseline: auto";
    port.append(label);
  });
}`;

async function boxOf(drawn: Locator): Promise<Box> {
  const box = await drawn.boundingBox();
  if (!box) throw new Error("What the picture is of is not there.");
  return box;
}

/** Around all that is drawn of a flow. */
async function flowBox(page: Page): Promise<Box> {
  const boxes = await page.evaluate<DOMRect[]>(
    `[...document.querySelectorAll(".red-ui-flow-node-group")].map((node) => node.getBoundingClientRect().toJSON())`,
  );
  const margin = 20;
  const [x, y] = [
    Math.min(...boxes.map(({ left }) => left)) - margin,
    Math.min(...boxes.map(({ top }) => top)) - margin,
  ];
  const [right, bottom] = [
    Math.max(...boxes.map(({ right }) => right)),
    Math.max(...boxes.map(({ bottom }) => bottom)),
  ];
  return { x, y, width: right + margin - x, height: bottom + margin - y };
}

main();
