import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { definitionOf } from "../../../src/events/catalog";
import { parseCsvRows } from "../../support/csv";
import { endpoint, type FlowNode, token, webhookIn } from "../../support/flows";
import { onePlatform } from "../../support/platforms";
import { post } from "../../support/post";
import { waitFor } from "../../support/wait-for";
import { Editor } from "../support/editor";
import { EventLogTab } from "../support/event-log";
import { describeInBrowser } from "../support/in-browser";
import { oneEditor } from "../support/one-editor";
import { onlyNodes, sites } from "../support/studio";

const throwing = 'throw new Error("<b>the door</b> is locked");';

/** Each test has an endpoint of its own: what is kept of the others is not to be in its way. */
function flowsOf(id: string, func = throwing): FlowNode[] {
  return [
    { id: "tab", type: "tab", label: "Studio" },
    endpoint({ id, name: "My studio", sites }),
    webhookIn({ id: `in-${id}`, endpoint: id, name: "Front desk", events: ["checkIn"], wires: [["door"], ["door"]] }),
    { id: "door", type: "function", z: "tab", x: 500, y: 160, name: "open the door", func, outputs: 0, wires: [] },
  ];
}

const checkIn = (client: Record<string, unknown>) => ({ ...definitionOf("checkIn").sample, ...client });

describeInBrowser("the log of events in the sidebar", (browser) => {
  for (const platform of onePlatform) {
    describe(`in Node-RED ${platform.name}`, () => {
      const { nodeRed, editor, show, within } = oneEditor(browser, { platform, settings: onlyNodes("10-function.js") });
      const tab = new EventLogTab(editor);
      let id: string;
      let count = 0;

      const send = async (client: Record<string, unknown>, headers?: Record<string, string>) => {
        const answer = await post(`${nodeRed().url}/hapana/checkIn`, {
          ...{ token, body: checkIn(client) },
          ...(headers && { headers }),
        });
        assert.equal(answer.status, 200);
      };
      const begin = async (func?: string) => {
        count += 1;
        id = `endpoint-${platform.name.replace(".", "-")}-${count}`;
        await show(flowsOf(id, func));
        await tab.show();
        // All else that is kept belongs to endpoints of other tests.
        await editor().page.evaluate(`RED.actions.invoke('hapana:show-events', { endpoint: '${id}' })`);
        await tab.count(0);
      };

      it("leads from what failed in the night, by the client's name and the error's text, to sending it again", async () => {
        await begin();
        await tab.count(0);
        await send({ clientID: "c1", firstName: "Ana", lastName: "Kim" });
        await send({ clientID: "c2", firstName: "Maria", lastName: "Silva" });
        await tab.count(2);
        await tab.search("silva", 1);
        await tab.rows.getByText("failed · Maria Silva").waitFor();
        await tab.open(tab.rows.first());
        await tab.detail.getByText("open the door: Error: <b>the door</b> is locked").waitFor();
        assert.equal(await tab.detail.locator("b").count(), 0);
        const top = async (part: string) => (await tab.detail.locator(part).boundingBox())?.y ?? Number.NaN;
        assert.ok((await top(".hapana-error-text")) < (await top("#hapana-send-again")), "first why it failed");
        assert.ok((await top("#hapana-send-again")) < (await top(".hapana-facts")), "then what to do");

        await tab.detail.getByRole("button", { name: "Show this node in the flow" }).click();
        await editor().page.waitForFunction("RED.nodes.node('door').highlighted");
        await tab.detail.getByRole("button", { name: "Front desk" }).click();
        await editor().page.waitForFunction(`RED.nodes.node('in-${id}').highlighted`);

        await editor().page.evaluate(`(() => {
          const node = RED.nodes.node("door");
          Object.assign(node, { func: "return null;", changed: true });
          RED.nodes.dirty(true);
        })()`);
        await editor().deploy();
        await tab.detail.getByRole("button", { name: "Send again", exact: true }).click();
        await tab.detail.locator(".hapana-state").getByText("delivered").waitFor();
        await tab.detail.getByText("attempts: 2").waitFor();
        await tab.back();
        await tab.rows.getByText("delivered · Maria Silva").waitFor();
        await tab.rows.getByText("×2").waitFor();
      });

      it("is narrowed down by state, event and location, and by what matches nothing to nothing", async () => {
        await begin('if (msg.payload.clientID === "c1") throw new Error("no"); return null;');
        await send({ clientID: "c1", siteID: sites[0]?.siteID });
        await send({ clientID: "c2", siteID: sites[1]?.siteID });
        await post(`${nodeRed().url}/hapana`, { token, body: { hello: "there" } });
        await tab.count(3);
        await tab.menu("Send all of these again");
        await editor().page.getByText("Already delivered: 2.").waitFor();
        await tab.answer("Cancel");
        await tab.filter("state", "failed");
        await tab.count(1);
        await tab.rows.getByText("Bondi Beach").waitFor();
        await tab.filter("site", "Newtown");
        await tab.count(0);
        await tab.root.locator(".hapana-summary").getByText("failed · My studio · Newtown").waitFor();
        await tab.filter("state", "All");
        await tab.count(1);
        await tab.filter("site", "All");
        await tab.filter("event", "Not recognised");
        await tab.count(1);
        await tab.filter("event", "All");
        await tab.count(3);
        await tab.search("nobody of that name", 0);
      });

      it("says what it means that an event was not sent on", async () => {
        await begin();
        await post(`${nodeRed().url}/hapana/accountCreated`, {
          token,
          body: { clientID: "c1", email: "c1@x.example" },
        });
        await tab.count(1);
        await tab.rows.getByText("not passed on").waitFor();
        await tab.open(tab.rows.first());
        await tab.detail.getByText("No node has this event and location ticked, or it was discarded.").waitFor();
        await tab.back();
      });

      it("says in the editor's language how an event was read, and what could not be", async () => {
        await begin("return null;");
        await send({ clientID: "c1", siteID: undefined });
        await post(`${nodeRed().url}/hapana`, { token, body: { hello: "there" } });
        const german = await Editor.open(browser(), nodeRed().url, { language: "de" });
        try {
          const { page } = german;
          await page.evaluate(`RED.actions.invoke('hapana:show-events', { endpoint: '${id}' })`);
          const inGerman = new EventLogTab(() => german);
          await inGerman.count(2);
          await inGerman.open(inGerman.rows.filter({ hasText: "Check-In" }));
          const { detail } = inGerman;
          await detail.getByText("siteID fehlt, darum ist der Standort nicht bekannt").waitFor();
          await detail.getByText("Wie es gelesen wurde").click();
          await detail.getByText("Der Inhalt selbst hat die clientID, also ist er das Ereignis.").waitFor();
          await inGerman.back();
          await inGerman.open(inGerman.rows.filter({ hasText: "Nicht erkannt" }));
          await detail
            .getByText(/^Es steht keine clientID darin, die die des Ereignisses selbst sein kann\./)
            .waitFor();
          assert.doesNotMatch((await detail.textContent()) ?? "", /There is no|So it is/);
        } finally {
          await german.page.close();
        }
      });

      it("shows what comes, live, and does not move what is being read", async () => {
        await begin("return null;");
        for (let index = 0; index < 40; index += 1) await send({ clientID: `c${index}`, firstName: `Old${index}.` });
        await tab.count(40);
        const list = tab.root.locator(".hapana-list");
        await list.evaluate((element) => element.scrollTo(0, 44 * 20));
        const read = tab.rows.getByText("Old15.");
        const placeOf = async () => (await read.boundingBox())?.y;
        await read.waitFor();
        const place = await placeOf();
        await send({ clientID: "new", firstName: "New" });
        await tab.count(41);
        assert.equal(await placeOf(), place);
        await tab.root.getByRole("button", { name: "Newer events" }).click();
        await tab.rows.getByText("New").waitFor();
        assert.equal(await list.evaluate((element) => element.scrollTop), 0);
      });

      it("reads on where one scrolls, with no more in the page than can be seen", async () => {
        await begin("return null;");
        for (let index = 0; index < 130; index += 1) await send({ clientID: `c${index}` });
        // More has come than was there to be read: whoever reads is not taken to it.
        await tab.menu("Refresh");
        await tab.count(50);
        const list = tab.root.locator(".hapana-list");
        await waitFor(
          async () => {
            await list.evaluate((element) => element.scrollTo(0, element.scrollHeight));
            return (await tab.root.locator('.hapana-row[aria-posinset="130"]').count()) > 0 || undefined;
          },
          () => "the oldest event is not reached",
        );
        assert.ok((await tab.rows.count()) < 60);
      });

      it("does not colour the status any more once its failures have been seen", async () => {
        await begin();
        await send({ clientID: "c1" });
        await editor().page.getByText("1 failed: see the Hapana tab").waitFor();
        const health = tab.root.locator(".hapana-health li").filter({ hasText: "My studio" });
        await health.getByText("Failed: 1").waitFor();
        await health.getByRole("button", { name: "Mark as seen", exact: true }).click();
        await health.getByRole("button", { name: "Mark as seen", exact: true }).waitFor({ state: "hidden" });
        await editor().page.getByText("Marked as seen: 1.").waitFor();
        await editor().page.getByText("1 failed: see the Hapana tab").waitFor({ state: "hidden" });
      });

      it("sends selected ones again, after it has said how many they are and what it means", async () => {
        await begin();
        for (const clientID of ["c1", "c2", "c3"]) await send({ clientID, firstName: clientID });
        await tab.count(3);
        for (const name of ["c1", "c2"]) {
          const row = tab.rows.filter({ hasText: `failed · ${name}` });
          await row.hover();
          await row.locator(".hapana-check").click();
        }
        await tab.root.getByText("Selected: 2").waitFor();
        await tab.root.locator(".hapana-selection").getByRole("button", { name: "Send again" }).click();
        await editor().page.getByText("Check-ins among them: 2. Doors may open.").waitFor();
        await tab.answer("Send again");
        await tab.root.getByText("×2").nth(1).waitFor();
        assert.equal(await tab.root.getByText("×2").count(), 2);
      });

      it("sends all that the filter shows again, and stops where it is told to", async () => {
        // Sent again, it is never done: so the rest has to wait.
        await begin('if (msg.hapana.redelivered) return new Promise(() => {}); throw new Error("no");');
        await Promise.all(Array.from({ length: 600 }, (_, index) => send({ clientID: `c${index}` })));
        await tab.root.locator(".hapana-health").getByText("Failed: 600").waitFor();
        await tab.filter("state", "failed");
        await tab.menu("Send all of these again");
        await editor().page.getByText("Events that will be sent again: 600.").waitFor();
        await tab.answer("Send again");
        await editor()
          .page.getByText(/Sending again: [1-9]\d* of 600/)
          .waitFor();
        await tab.answer("Stop");
        await editor()
          .page.getByText(/Stopped. Sent again: [1-5]?\d{1,2} of 600/)
          .waitFor();
      });

      it("makes a test event of one, with nothing in it of whom it was about, and one step takes it back", async () => {
        await begin("return null;");
        await send({ clientID: "c1", firstName: "Maria", email: "maria@example.org", checkInStatus: "Invalid" });
        await tab.count(1);
        await tab.open(tab.rows.first());
        await tab.detail.getByRole("button", { name: "Make a test event from it" }).click();
        await editor().page.getByText("Click where you want the test event.").waitFor();
        const { id: made, ...node } = await editor().page.evaluate<Record<string, unknown>>(
          `RED.nodes.createExportableNodeSet(RED.nodes.filterNodes({ type: "hapana-test-event" }))[0]`,
        );
        assert.deepEqual(
          { event: node.event, endpoint: node.endpoint, fields: node.fields, wires: node.wires },
          {
            event: "checkIn",
            endpoint: id,
            fields: `{"siteID":"${sites[0]?.siteID}","checkInStatus":"Invalid"}`,
            wires: [[]],
          },
        );
        assert.doesNotMatch(JSON.stringify(node), /maria|c1/i);
        const workspace = await editor().page.locator("#red-ui-workspace-chart").boundingBox();
        await editor().page.mouse.move((workspace?.x ?? 0) + 200, (workspace?.y ?? 0) + 300, { steps: 5 });
        await editor().page.mouse.down();
        await editor().page.mouse.up();
        await editor().deploy();
        await editor().pressUntil(String(made), /arrived in \d+ ms$/);
        await tab.back();

        await tab.rows.getByText("test", { exact: true }).first().waitFor();
        await editor().undo();
        assert.equal(await editor().page.evaluate(`RED.nodes.filterNodes({ type: "hapana-test-event" }).length`), 0);
      });

      it("is opened by a click on a node's status, with what that node gets, and by an action for the one selected", async () => {
        await begin("return null;");
        const { page } = editor();
        const summary = tab.root.locator(".hapana-summary");
        await send({ clientID: "c1" });
        await post(`${nodeRed().url}/hapana/accountCreated`, {
          token,
          body: { clientID: "c2", email: "c2@x.example" },
        });
        await tab.count(2);
        await page.evaluate("RED.actions.invoke('hapana:show-events', {})");
        await summary.waitFor({ state: "hidden" });
        await editor().node(`in-${id}`).locator(".red-ui-flow-node-status-label").click();
        await summary.getByText("My studio · Front desk").waitFor();
        await tab.count(1);
        assert.deepEqual(await page.evaluate("RED.view.selection().nodes.map(({ id }) => id)"), [`in-${id}`]);

        await summary.getByRole("button", { name: "Clear the filter" }).click();
        await summary.waitFor({ state: "hidden" });
        await page.evaluate("RED.actions.invoke('hapana:show-events-of-selected-node')");
        await summary.getByText("My studio · Front desk").waitFor();
        await page.evaluate("RED.view.select({ nodes: [RED.nodes.node('door')] })");
        await page.evaluate("RED.actions.invoke('hapana:show-events-of-selected-node')");
        await page.getByText("Select one Hapana node first.").waitFor();
      });

      it("marks as seen what has failed at the node that one looks at", async () => {
        await begin();
        await send({ clientID: "c1" });
        await send({ clientID: "c2" });
        await editor().page.getByText("2 failed: see the Hapana tab").waitFor();
        await tab.open(tab.rows.first());
        await tab.detail
          .locator(".hapana-recipients")
          .getByRole("button", { name: "Mark as seen", exact: true })
          .click();
        await editor().page.getByText("Marked as seen: 2.").waitFor();
        await editor().page.getByText("2 failed: see the Hapana tab").waitFor({ state: "hidden" });

        await tab.detail
          .locator(".hapana-recipients")
          .getByRole("button", { name: "Mark as seen", exact: true })
          .click();
        await editor().page.getByText("There is no new failure to mark").waitFor();
      });

      it("discards what waits for a node that is gone, after it has said how many that are", async () => {
        await begin("return new Promise(() => {});");
        const { page } = editor();
        await send({ clientID: "c1", firstName: "Held" });
        await tab.rows.getByText("in the flow · Held").waitFor();
        const withoutNode = flowsOf(id).map((node) => (node.id === `in-${id}` ? { ...node, d: true } : node));
        await nodeRed().setFlows(withoutNode);
        await tab.rows.getByText("waiting · Held").waitFor();
        await send({ clientID: "c2", firstName: "Late" });
        await tab.rows.getByText("not taken · Late").waitFor();

        await tab.menu("Discard events");
        await page.getByText("Waiting events that no node takes: 2.").waitFor();
        // The keyboard stays in the question, and goes back to where it was.
        const focused = page.locator(":focus");
        await page.getByRole("alertdialog").locator(focused).getByText("Cancel").waitFor();
        await page.keyboard.press("Tab");
        await page.getByRole("alertdialog").locator(focused).getByText("Discard").waitFor();
        await page.keyboard.press("Escape");
        await page.getByRole("alertdialog").waitFor({ state: "hidden" });
        assert.equal(await focused.getAttribute("id"), "hapana-menu");
        await tab.count(2);
        await editor().reload();
        await tab.open(tab.rows.filter({ hasText: "Held" }));
        await tab.detail.getByRole("button", { name: "Discard its waiting events…" }).click();
        await page.getByText("Waiting events that no node takes: 1.").waitFor();
        await tab.answer("Discard");
        await page.getByText("Discarded: 1.").waitFor();
        await tab.back();
        await tab.open(tab.rows.filter({ hasText: "Late" }));
        await tab.detail.getByRole("button", { name: "Discard events that no node takes…" }).click();
        await tab.answer("Discard");
        await tab.detail.getByRole("button", { name: "Discard" }).waitFor({ state: "hidden" });
        await tab.root.getByText("not taken").waitFor({ state: "hidden" });
      });

      it("saves what the filter shows as JSON lines and as a table, in which no formula runs", async () => {
        await begin("return null;");
        const formula = '=HYPERLINK("https://example.com";"Maria")';
        await send({ clientID: "c1", firstName: formula, lastName: "Silva" });
        await send({ clientID: "c2", firstName: "Noah", lastName: "Tran" });
        await tab.count(2);
        await tab.search("silva", 1);
        const save = async (entry: string) => {
          await tab.menu(entry);
          await editor().page.getByText("The file will contain personal data of your clients.").waitFor();
          const download = editor().page.waitForEvent("download");
          await tab.answer("Export");
          const file = await download;
          return { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") };
        };
        const lines = await save("Export as JSON lines");
        assert.match(lines.name, /^hapana-events-\d{4}-\d\d-\d\d\.jsonl$/);
        const events = lines.text
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line) as { body: unknown });
        assert.deepEqual(
          events.map(({ body }) => body),
          [checkIn({ clientID: "c1", firstName: formula, lastName: "Silva" })],
        );
        const table = await save("Export as a table");
        assert.match(table.name, /\.csv$/);
        const rows = parseCsvRows(table.text);
        assert.deepEqual(
          rows.map(({ clientID }) => clientID),
          ["c1"],
        );
        assert.equal(rows[0]?.firstName?.slice(0, 2), "'=");
      });

      it("forgets a client, asked twice", async () => {
        await begin("return null;");
        await send({ clientID: "gone", firstName: "Gone", lastName: "Soon" });
        await tab.count(1);
        await tab.open(tab.rows.first());
        await tab.detail.getByRole("button", { name: "Forget the client…" }).click();
        await editor().page.getByText("Remove everything that is kept about Gone Soon (gone)?").waitFor();
        await editor().page.getByText("Events: 1 (names").waitFor();
        await tab.answer("Continue");
        await editor().page.getByText("This cannot be undone.").waitFor();
        await tab.answer("Remove permanently");
        await tab.detail.getByText("The content of this event was removed because the client asked for it.").waitFor();
        assert.equal(await tab.detail.getByText("Gone").count(), 0);
      });

      it("is there again when the editor is loaded anew with its tab open, and catches up when it comes into view", async () => {
        await begin("return null;");
        await send({ clientID: "c1", firstName: "Before" });
        await tab.count(1);
        await editor().reload();
        await tab.unfoldHealth();
        const health = tab.root.locator(".hapana-health li").filter({ hasText: "My studio" });
        await health.getByText(`${nodeRed().url}/hapana`).waitFor();
        await tab.rows.getByText("Before").first().waitFor();

        await editor().page.evaluate("RED.sidebar.show('config')");
        await tab.root.waitFor({ state: "hidden" });
        await send({ clientID: "c2", firstName: "Meanwhile" });
        await editor().page.getByText("2 so far").waitFor();
        await editor().page.evaluate("RED.sidebar.show('hapana')");
        await tab.rows.getByText("Meanwhile").waitFor();

        await editor().page.evaluate("RED.actions.invoke('core:toggle-sidebar')");
        await tab.root.waitFor({ state: "hidden" });
        await send({ clientID: "c3", firstName: "Unseen" });
        await editor().page.getByText("3 so far").waitFor();
        await editor().page.evaluate("RED.actions.invoke('core:toggle-sidebar')");
        await tab.rows.getByText("Unseen").waitFor();
      });

      it("catches up with what came before the editor was connected, or while it was not", async () => {
        let cut = () => {};
        let isDeaf = true;
        await begin("return null;");
        await editor().page.routeWebSocket(/\/comms$/, (socket) => {
          // As long as nothing is heard, all that is known is when there is a connection.
          socket.connectToServer().onMessage((message) => isDeaf || socket.send(message));
          cut = () => void socket.close();
        });
        await editor().reload();
        await editor().page.evaluate(`RED.actions.invoke('hapana:show-events', { endpoint: '${id}' })`);
        await tab.count(0);
        await send({ clientID: "c1", firstName: "Unheard" });
        cut();
        await tab.rows.getByText("Unheard").waitFor();
        isDeaf = false;
      });

      it("says so where Node-RED does not answer, and goes on once it does", async () => {
        await begin("return null;");
        await send({ clientID: "c1" });
        await tab.count(1);
        await nodeRed().kill9();
        await tab.menu("Refresh");
        await tab.root.getByText("Node-RED does not answer: is it running?").waitFor();
        await nodeRed().restart();
        await tab.root.getByRole("button", { name: "Try again" }).click();
        await tab.count(1);
        // Of the lost connection, the console complains rightly.
        editor().complaints.length = 0;
      });

      it("says which Node-REDs share the inbox of an endpoint, who of them is away, and which one handled an event", async () => {
        await begin("return null;");
        const change = async (path: string, tell: (told: Record<string, unknown>) => object) =>
          editor().page.route(path, async (route) => {
            const answer = await route.fetch();
            await route.fulfill({ response: answer, json: tell((await answer.json()) as Record<string, unknown>) });
          });
        const seen = new Date().toISOString();
        const sharedBy = [
          { name: "door-pi", isHere: true, isAlive: true, seen },
          { name: "office", isHere: false, isAlive: true, seen },
          { name: "old-pi", isHere: false, isAlive: false, seen },
        ];
        type Endpoints = { endpoint: string }[];
        await change("**/hapana-events/health", ({ endpoints }) => ({
          endpoints: (endpoints as Endpoints).map((each) => (each.endpoint === id ? { ...each, sharedBy } : each)),
        }));
        await change(`**/hapana-events/${id}/*`, ({ recipients, ...told }) => ({
          ...{ ...told, recipients: (recipients as object[]).map((each) => ({ ...each, instance: "office" })) },
        }));
        await send({ clientID: "c1" });
        await tab.count(1);
        await tab.root
          .getByText(/^3 Node-REDs share its events: door-pi \(this one\), office, old-pi \(not seen since .+\)$/)
          .waitFor({ state: "attached" });
        await tab.open(tab.rows.first());
        await tab.detail.getByText(/on office$/).waitFor();
        await editor().page.unroute("**/hapana-events/health");
        await editor().page.unroute(`**/hapana-events/${id}/*`);
      });

      it("says that a database is away, without alarm where events wait on disk, and not that none have come", async () => {
        await begin("return null;");
        await tab.root.getByText(/^No event matches/).waitFor();
        const away = { storageFault: "UNREACHABLE", isSpooling: true, spooled: 3 };
        const answer = (path: string, json: object) => editor().page.route(path, (route) => route.fulfill({ json }));
        const health = { endpoint: id, name: "My studio", path: "/hapana", isThere: true, ...away };
        await answer("**/hapana-events/health", { endpoints: [health] });
        await answer("**/hapana-events?*", { events: [] });
        await tab.root.locator("#hapana-menu").click();
        await editor().page.locator(".red-ui-popover-panel:visible").getByText("Refresh").click();
        const item = tab.root.locator(".hapana-health .hapana-tone-warning");
        await item
          .getByText(/^The database is unavailable \(database does not answer: .+\)\. .+: 3\. /)
          .waitFor({ state: "attached" });
        await tab.root.getByText(/^No event matches/).waitFor({ state: "hidden" });
        assert.doesNotMatch((await tab.root.locator(".hapana-health").textContent()) ?? "", /Failed/);
        await editor().page.unroute("**/hapana-events/health");
        await editor().page.unroute("**/hapana-events?*");
      });

      it("is opened from both dialogs, with the events of their endpoint", async () => {
        await begin("return null;");
        await send({ clientID: "c1" });
        await editor().page.evaluate("RED.actions.invoke('hapana:show-events', {})");
        await editor().openWebhookIn(`in-${id}`);
        await within("#hapana-show-events").click();
        await tab.count(1);
        await tab.open(tab.rows.first());
        await tab.back();
        await editor().openEndpoint();
        await within("#hapana-show-endpoint-events").click();
        await tab.root.locator(".hapana-summary").getByText("My studio").waitFor();
        await editor().closeEndpoint("cancel");
        await editor().closeWebhookIn("cancel");
      });
    });
  }
});
