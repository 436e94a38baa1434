import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { eventTypes } from "../../../src/events/catalog";
import { freePort } from "../../support/free-port";
import { onePlatform } from "../../support/platforms";
import { describeInBrowser } from "../support/in-browser";
import { oneEditor } from "../support/one-editor";
import { studioFlows, studioSettings } from "../support/studio";

describeInBrowser("the address of an endpoint in the editor", (browser) => {
  for (const platform of onePlatform) {
    describe(`in Node-RED ${platform.name}`, () => {
      const { editor, fieldValue, inEndpoint, nodeRed, show, textOf, within } = oneEditor(browser, {
        platform,
        settings: studioSettings,
      });

      beforeEach(() => show(studioFlows()));

      it("shows the URL live, warns of an address that will not do, and copies", async () => {
        const warning = () => textOf("#hapana-publicUrl-warning");
        await inEndpoint(async () => {
          assert.equal(await fieldValue("#hapana-webhook-url"), `${nodeRed().url}/hapana`);
          assert.match(await warning(), /works only on the computer that runs Node-RED/);
          await (await editor().inSight("#node-config-input-publicUrl")).fill("http://192.168.1.20:1880");
          assert.match(await warning(), /works only inside your own network/);
          await (await editor().inSight("#node-config-input-publicUrl")).fill("http://studio.example.com");
          assert.match(await warning(), /not encrypted/);
          await (await editor().inSight("#node-config-input-publicUrl")).fill("studio");
          assert.equal(await warning(), "");
          assert.match(await textOf("#hapana-publicUrl-problem"), /^Public address: write it like https:/);
          await (await editor().inSight("#node-config-input-publicUrl")).fill("studio.example.com");
          assert.equal(await warning(), "");
          // Were the warning to go only now, the page would move, and the mouse would miss the button.
          await editor().pressInSecurity("Rotate");
          assert.match(await fieldValue("#node-config-input-headerValue"), /^Bearer /);
          assert.equal(await fieldValue("#node-config-input-publicUrl"), "https://studio.example.com");
          assert.equal(await warning(), "");
          const classes = await within("#node-config-input-publicUrl").getAttribute("class");
          assert.doesNotMatch(classes ?? "", /input-error/);
          await (await editor().inSight("#node-config-input-publicUrl")).fill("https://studio.example.com/");
          await (await editor().inSight("#node-config-input-path")).fill("/hooks/gym");
          assert.equal(await fieldValue("#hapana-webhook-url"), "https://studio.example.com/hooks/gym");
          await within("#hapana-event-urls summary").click();
          for (const type of eventTypes) {
            assert.equal(await fieldValue(`#hapana-url-${type}`), `https://studio.example.com/hooks/gym/${type}`);
          }
          await within("#hapana-webhook-url + button").click();
          await editor().copied("https://studio.example.com/hooks/gym");
        });
      });

      it("tells whether Hapana can reach it, by calling the public address from where Node-RED runs", async () => {
        const check = within("#hapana-check-reach");
        const found = within("#hapana-reach-found");
        await inEndpoint(async () => {
          await check.click();
          await found.getByText(/^Yes\. A request to this address arrived here within \d+ ms\.$/).waitFor();
          await found.getByText(/the name leads to (127\.0\.0\.1|::1), which is inside your own network/).waitFor();
          await (await editor().inSight("#node-config-input-path")).fill("/later");
          assert.equal(await found.isVisible(), false, "what was found before was of another path");
          await check.click();
          await found.getByText(/no endpoint has this path yet\. Close the dialog, deploy/).waitFor();
          await (await editor().inSight("#node-config-input-publicUrl")).fill(`http://127.0.0.1:${await freePort()}`);
          await check.click();
          await found.getByText(/^Nothing is listening at this address and port/).waitFor();
          await found.getByText(/open http:\/\/127\.0\.0\.1:\d+\/later\/health on a phone/).waitFor();
          assert.equal(await found.evaluate((each) => each.classList.contains("hapana-error")), true);
          const elsewhere = createServer((_, response) =>
            response.writeHead(302, { location: `/${"long".repeat(200)}` }).end(),
          );
          try {
            await once(elsewhere.listen(0, "127.0.0.1"), "listening");
            const { port } = elsewhere.address() as AddressInfo;
            await (await editor().inSight("#node-config-input-publicUrl")).fill(`http://127.0.0.1:${port}`);
            await check.click();
            await found.getByText(/redirects requests to http:.*long\. Hapana may not follow/).waitFor();
            assert.equal(await found.evaluate((each) => each.scrollWidth <= each.clientWidth), true, "all is readable");
          } finally {
            elsewhere.close();
          }
        });
      });

      it("refuses a path that cannot work, with the reason", async () => {
        const refused: Record<string, RegExp> = {
          "": /Give the endpoint a path/,
          hapana: /starts with a slash/,
          "/my gym": /letters, digits and single slashes/,
          "/flows": /editor already uses this address/,
          "/settings/hapana": /editor already uses this address/,
          "/bare": /The endpoint “No token” already uses this address/,
          "/BARE/": /The endpoint “No token” already uses this address/,
          "/bare/checkIn": /The endpoint “No token” uses this address for one of its events/,
        };
        await inEndpoint(async () => {
          for (const [path, reason] of Object.entries(refused)) {
            await (await editor().inSight("#node-config-input-path")).fill(path);
            assert.match(await textOf("#hapana-path-problem"), reason, path);
            assert.match((await within("#node-config-input-path").getAttribute("class")) ?? "", /input-error/, path);
          }
          await (await editor().inSight("#node-config-input-path")).fill("/bare/other");
          assert.equal(await textOf("#hapana-path-problem"), "");
        });
      });

      it("does not run what is in the name of another endpoint: Node-RED takes reasons for HTML", async () => {
        const named = (name: string) => editor().page.evaluate(`RED.nodes.node("bare").name = ${JSON.stringify(name)}`);
        await named("<img src=x onerror=alert(1)>");
        await inEndpoint(async () => {
          await (await editor().inSight("#node-config-input-path")).fill("/bare");
          assert.match(await textOf("#hapana-path-problem"), /The endpoint “img src=x onerror=alert\(1\)” already/);
        });
        await named("No token");
      });

      it("says that another has its path only where that is so, and who has it; also where no dialog is open", async () => {
        const areTold = () =>
          editor().page.waitForFunction(`RED.nodes.node("endpoint").valid && !RED.nodes.node("bare").valid`);
        const inDialog = async (user: string, work: () => Promise<void>) => {
          await editor().openWebhookIn(user);
          const answered = editor().page.waitForResponse(/\/sightings$/);
          await editor().openEndpoint();
          await (await answered).finished();
          await editor().page.evaluate("$.getJSON('settings')");
          await work();
          await editor().closeEndpoint("cancel");
          await editor().closeWebhookIn("cancel");
        };
        const flows = studioFlows().map((node) => (node.id === "bare" ? { ...node, path: "/Hapana/" } : node));
        for (const order of [flows, [...flows].reverse()]) {
          await show(order);
          await areTold();
          await inDialog("webhook", async () => assert.equal(await textOf("#hapana-path-problem"), ""));
          await inDialog("careless", async () => {
            assert.match(await textOf("#hapana-path-problem"), /^The endpoint “My studio” already uses this address/);
            await (await editor().inSight("#node-config-input-path")).fill("/elsewhere");
            assert.equal(await textOf("#hapana-path-problem"), "");
          });
        }
      });

      it("asks anew who has a path after each deploy, and when one is changed", async () => {
        await show(studioFlows());
        const problemOf = (id: string) =>
          editor().page.waitForFunction(
            `RED.nodes.node("${id}").validationErrors?.some((each) => each.includes("already uses this address"))`,
          );
        const changeTo = async (user: string, path: string) => {
          await editor().openWebhookIn(user);
          await editor().openEndpoint();
          await (await editor().inSight("#node-config-input-path")).fill(path);
          await editor().closeEndpoint("ok");
          await editor().closeWebhookIn("ok");
        };
        await changeTo("careless", "/hapana");
        await problemOf("bare");
        await changeTo("webhook", "/other");
        await editor().deploy();
        await changeTo("webhook", "/hapana");
        await problemOf("endpoint");
        await editor().page.waitForFunction(
          `!RED.nodes.node("bare").validationErrors.some((each) => each.includes("already uses this address"))`,
        );
        await editor().undoAll();
      });

      it("says where what is posted to an event's address goes, to both of which one has it for its path", async () => {
        await show(studioFlows().map((node) => (node.id === "bare" ? { ...node, path: "/hapana/checkIn" } : node)));
        await inEndpoint(async () => {
          assert.equal(
            await textOf("#hapana-path-problem"),
            "The endpoint “No token” has the path /hapana/checkIn, which is the address of one of this endpoint's events: " +
              "requests to it go to that endpoint only. Give one of the two another path.",
          );
        });
      });

      it("gives a second endpoint a path of its own to start with", async () => {
        await editor().openWebhookIn("webhook");
        await editor().openEndpoint("add");
        assert.equal(await fieldValue("#node-config-input-path"), "/hapana-2");
        assert.equal(await textOf("#hapana-path-problem"), "");
        assert.equal(await fieldValue("#hapana-webhook-url"), `${nodeRed().url}/hapana-2`);
        await editor().closeEndpoint("cancel");
        await editor().closeWebhookIn("cancel");
      });
    });
  }
});
