import assert from "node:assert/strict";
import { definitionOf, eventTypes } from "../../../src/events/catalog";
import { endpoint, token, webhookIn } from "../../support/flows";
import { onePlatform } from "../../support/platforms";
import { post } from "../../support/post";
import { EventLogTab } from "../support/event-log";
import { describeInBrowser } from "../support/in-browser";
import { faintTexts, namelessControls } from "../support/legibility";
import { oneEditor } from "../support/one-editor";
import { onlyNodes, sites } from "../support/studio";

const markup = '<img src="x" onerror="window.wasRun = true">';

const flows = [
  { id: "tab", type: "tab", label: "Studio" },
  endpoint({ name: `My ${markup} studio`, sites: sites.map(({ siteID }) => ({ siteID, name: `Bondi ${markup}` })) }),
  webhookIn({ name: `Front desk ${markup}`, wires: [...eventTypes, "unrecognised"].map(() => ["door"]) }),
  {
    ...{ id: "door", type: "function", z: "tab", x: 500, y: 160, outputs: 0, wires: [] },
    func: `if (msg.topic === "checkIn") throw new Error(${JSON.stringify(`locked ${markup}`)}); return null;`,
  },
];

describeInBrowser("the log of events for everyone", (browser) => {
  for (const platform of onePlatform) {
    describe(`in Node-RED ${platform.name}`, () => {
      const { nodeRed, editor, show } = oneEditor(browser, { platform, settings: onlyNodes("10-function.js") });
      const tab = new EventLogTab(editor);

      before(async () => {
        await show(flows);
        const send = (event: string, body: object) => post(`${nodeRed().url}/hapana/${event}`, { token, body });
        for (const type of eventTypes) {
          const { sample } = definitionOf(type);
          await send(type, { ...sample, siteID: sites[0]?.siteID, firstName: markup, amount: markup });
        }
        await send("", { hello: markup });
        await post(`${nodeRed().url}/hapana`, { token: "Bearer guessed", body: {} });
      });
      beforeEach(async () => {
        await show(flows);
        await tab.show();
        await tab.count(eventTypes.length + 1);
      });

      it("shows markup in names, bodies and errors as the text that it is", async () => {
        await tab.rows.getByText(markup).first().waitFor();
        assert.equal(await tab.root.locator("img").count(), 0);
        await tab.open(tab.rows.filter({ hasText: "failed" }));
        await tab.detail.getByText(`locked ${markup}`).waitFor();
        for (const summary of await tab.detail.locator("summary").all()) await summary.click();
        assert.equal(await tab.root.locator("img").count(), 0);
        await tab.detail.getByRole("button", { name: "Send again", exact: true }).hover();
        await tab.detail.getByRole("button", { name: /Front desk/ }).hover();
        await tab.back();
        assert.equal(await editor().page.evaluate("window.wasRun ?? false"), false);
      });

      it("can be used with the keyboard alone, and tells a screen reader what is there", async () => {
        const { keyboard } = editor().page;
        const list = tab.root.getByRole("listbox", { name: "Events, newest first" });
        await list.focus();
        const isActive = (place: number) =>
          editor().page.waitForFunction(`(() => {
            const list = document.querySelector(".hapana-list");
            const active = document.getElementById(list.getAttribute("aria-activedescendant"));
            return active?.getAttribute("aria-posinset") === "${place}";
          })()`);
        await keyboard.press("Home");
        await isActive(1);
        await keyboard.press("ArrowDown");
        await isActive(2);
        await keyboard.press("End");
        await isActive(eventTypes.length + 1);
        await keyboard.press("Home");
        await keyboard.press("Space");
        await tab.root.getByText("Selected: 1").waitFor();
        assert.equal(await tab.root.locator('[role=option][aria-selected="true"]').count(), 1);
        await keyboard.press("Space");
        await keyboard.press("Enter");
        await tab.detail.waitFor();
        assert.deepEqual(await namelessControls(tab.root), []);
        await keyboard.press("Escape");
        await list.waitFor();
        await isActive(1);
        await tab.root.locator("#hapana-filter-button").click();
        assert.deepEqual(await namelessControls(tab.root), []);
        await tab.root.locator("#hapana-filter-button").click();
      });

      it("has a menu that does not reach beyond the window", async () => {
        await tab.root.locator("#hapana-menu").click();
        const menu = editor().page.locator(".red-ui-popover-panel:visible");
        // It unrolls from above: it is all there once its last entry can be clicked.
        await menu.getByText("Refresh").click({ trial: true });
        const { x = -1, width = 0 } = (await menu.boundingBox()) ?? {};
        const window = await editor().page.evaluate<number>("innerWidth");
        assert.ok(x >= 0 && x + width <= window, `from ${x} to ${x + width} of ${window}`);
        await menu.getByText("Refresh").click();
      });

      it("leaves the log most of the room where it stands above another tab, until somebody unfolds the rest", async () => {
        await editor().reload();
        await editor().page.evaluate("RED.actions.invoke('hapana:show-events')");
        await tab.count(eventTypes.length + 1);
        const height = async (selector: string) => (await tab.root.locator(selector).boundingBox())?.height ?? 0;
        const health = tab.root.locator(".hapana-health");
        await tab.setHeight(600);
        await health.waitFor();
        await tab.setHeight(281);
        await health.waitFor({ state: "hidden" });
        await tab.root.locator("summary").getByText("Failed: 1").waitFor();
        assert.ok((await height(".hapana-list")) >= 200);
        const fits = () => tab.root.locator(".hapana-home").evaluate((home) => home.scrollHeight <= home.clientHeight);
        await tab.root.locator("#hapana-filter-button").click();
        // The filter covers the list meanwhile.
        await tab.root.locator("#hapana-filter-to").click({ trial: true });
        assert.ok(await fits());
        await tab.root.locator("#hapana-filter-state").selectOption("failed");
        await tab.root.locator("#hapana-filter-site").selectOption({ index: 1 });
        await tab.root.locator("#hapana-filter-button").click();
        await tab.count(1);
        assert.ok((await height(".hapana-summary")) <= 34);
        assert.ok((await height(".hapana-list")) >= 160);
        await tab.root.locator(".hapana-summary").getByRole("button", { name: "Clear the filter" }).click();
        await tab.count(eventTypes.length + 1);

        await tab.unfoldHealth();
        await health.waitFor();
        assert.ok((await height(".hapana-list")) >= 88);
        assert.ok(await fits());
        await tab.setHeight(282);
        await tab.setHeight(600);
        await health.waitFor();
      });

      // Node-RED 4 has no dark theme.
      const themes = platform.name.startsWith("4") ? (["light"] as const) : (["light", "dark"] as const);
      for (const theme of themes) {
        for (const width of [320, 180]) {
          it(`can be read when it is ${theme} and ${width} pixels wide, and nothing sticks out`, async () => {
            if (themes.length > 1) {
              await editor().reload(theme);
              await tab.show();
              await tab.count(eventTypes.length + 1);
            }
            await tab.resize(width);
            const check = async () => {
              assert.deepEqual(await faintTexts(tab.root, 4.5), []);
              const stickingOut = await tab.root.evaluate((root) =>
                Array.from(root.querySelectorAll("*"))
                  .filter((each) => each.checkVisibility() && each.getBoundingClientRect().width > 0)
                  .filter((each) => each.getBoundingClientRect().right > root.getBoundingClientRect().right + 1)
                  .map((each) => each.outerHTML.slice(0, 200)),
              );
              assert.deepEqual(stickingOut, []);
            };
            await check();
            await tab.root.locator("#hapana-filter-button").click();
            await check();
            await tab.root.locator("#hapana-filter-button").click();
            await tab.open(tab.rows.filter({ hasText: "failed" }));
            for (const summary of await tab.detail.locator("summary").all()) await summary.click();
            await check();
            await tab.back();
          });
        }
      }
    });
  }
});
