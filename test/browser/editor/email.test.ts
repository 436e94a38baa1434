import assert from "node:assert/strict";
import { catalog, definitionOf, eventTypes } from "../../../src/events/catalog";
import { subscriptionEmail } from "../../../src/subscription/subscription-email";
import { type FlowNode, token } from "../../support/flows";
import { onePlatform } from "../../support/platforms";
import { post } from "../../support/post";
import { describeInBrowser } from "../support/in-browser";
import { namelessControls } from "../support/legibility";
import { oneEditor } from "../support/one-editor";
import { studioFlows, studioSettings } from "../support/studio";

describeInBrowser("the email to Hapana", (browser) => {
  for (const platform of onePlatform) {
    describe(`in Node-RED ${platform.name}`, () => {
      const { editor, fieldValue, inEndpoint, nodeRed, show, textOf, within } = oneEditor(browser, {
        platform,
        settings: studioSettings,
      });

      beforeEach(() => show(studioFlows()));

      it("writes the email to Hapana from what is set, not from what is seen", async () => {
        const webhooks = (urlOf: (type: string) => string) =>
          catalog.map(({ type, title }) => ({ title, url: urlOf(type) }));
        const purpose = "newWebhooks";
        await inEndpoint(async () => {
          await (await editor().inSight("#node-config-input-publicUrl")).fill("https://studio.example.com");
          await editor().openEmail();
          assert.match(await textOf("#hapana-email-warnings"), /does not show a saved token again/);
          const stored = { key: "Authorization", value: undefined };
          const each = webhooks((type) => `https://studio.example.com/hapana/${type}`);
          const sender = { studio: "My studio" };
          const request = {
            purpose,
            webhooks: each,
            authenticationHeader: stored,
            asksForTestData: true,
            sender,
          } as const;
          assert.equal(await fieldValue("#hapana-email-text"), subscriptionEmail(request).body);
          await editor().closeEmail();

          await (await editor().inSight("#node-config-input-headerValue")).fill("Bearer typed");
          const header = { key: "Authorization", value: "Bearer typed" };
          await editor().openEmail();
          assert.match(await textOf("#hapana-email-warnings"), /contains your secret token/);
          await within("input[name=hapana-email-url][value=one]").check();
          await within("input[name=hapana-email-test]").uncheck();
          for (const type of eventTypes.slice(1))
            await within(`input[name=hapana-email-event][value=${type}]`).uncheck();
          await editor().page.getByLabel("To", { exact: true }).fill("support@example.com");
          await editor().page.getByLabel("Studio", { exact: true }).fill("Harbour Yoga");
          await editor().page.getByLabel("Your name", { exact: true }).fill("Kim Lee");
          const one = webhooks(() => "https://studio.example.com/hapana").slice(0, 1);
          const expected = subscriptionEmail({
            ...{ purpose, webhooks: one, authenticationHeader: header, asksForTestData: false },
            sender: { studio: "Harbour Yoga", name: "Kim Lee" },
          });
          assert.equal(await fieldValue("#hapana-email-text"), expected.body);
          assert.equal(await fieldValue("#hapana-email-subject"), "Webhook subscription request: Harbour Yoga");

          await within("#hapana-email-copy").click();
          await editor().copied(expected.body);
          await within("#hapana-subscription").getByRole("button", { name: "Copy the subject" }).click();
          await editor().copied(expected.subject);
          const link = new URL((await within("#hapana-email-open").getAttribute("href")) ?? "");
          assert.equal(link.pathname, "support@example.com");
          assert.equal(link.searchParams.get("body")?.replaceAll("\r\n", "\n"), expected.body);
          assert.deepEqual(await namelessControls(within("#hapana-subscription")), []);
          await editor().closeEmail();
          assert.equal(await fieldValue("#node-config-input-headerValue"), header.value);

          await editor().openEmail();
          assert.equal(await fieldValue("#hapana-email-to"), "support@example.com");
          assert.equal(await fieldValue("#hapana-email-sender"), "Kim Lee");
          await editor().closeEmail();
        });
      });

      it("tells Hapana the new token after it was rotated", async () => {
        const purposes = () => within("input[name=hapana-email-purpose]:checked").inputValue();
        await inEndpoint(() => within("#node-config-input-publicUrl").fill("https://studio.example.com"), "ok");
        await editor().openWebhookIn("webhook");
        await editor().openEndpoint("add");
        await editor().pressInSecurity("Generate");
        await editor().openEmail();
        assert.equal(await purposes(), "newWebhooks", "Hapana knows no webhooks yet");
        await within("#hapana-email-copy").click();
        await editor().closeEmail();
        await editor().closeEndpoint("cancel");
        await editor().closeWebhookIn("cancel");
        // The dialog was left with Cancel, and the copied email has a token that is nowhere else.
        await editor().dismiss("contains a token that was not saved");
        const body = { ...definitionOf("checkIn").sample, checkInMessage: String(Math.random()) };
        assert.equal((await post(`${nodeRed().url}/hapana/checkIn`, { token, body })).status, 200);
        await inEndpoint(async () => {
          await editor().pressInSecurity("Rotate");
          const made = await fieldValue("#node-config-input-headerValue");
          await editor().openEmail();
          assert.equal(await purposes(), "newToken");
          const body = await fieldValue("#hapana-email-text");
          assert.match(
            body,
            /Please change it for these webhooks:[\s\S]*hapana\/checkIn>[\s\S]*The old value keeps working/,
          );
          assert.equal(body.split(made).length, 2);
          assert.equal(await within("input[name=hapana-email-test]").isVisible(), false);
          assert.match(await textOf("#hapana-email-warnings"), /press Close here, then Update .*Deploy/);
          await within("input[name=hapana-email-purpose][value=newWebhooks]").check();
          assert.match(await fieldValue("#hapana-email-text"), /I would like to subscribe/);
          assert.equal(await within("input[name=hapana-email-test]").isVisible(), true);
          await editor().closeEmail();
        });
        await editor().undo();
      });

      it("has a token that was made here until the page is left, also once it is deployed; then it offers a new one", async () => {
        const mailed = () => fieldValue("#hapana-email-text");
        await show(studioFlows({ id: "mailed", path: "/mailed" }));
        let made = "";
        await inEndpoint(async () => {
          await editor().openEmail();
          assert.match(await mailed(), /- Value: \[PASTE THE TOKEN HERE\]/);
          await within("#hapana-email-text").fill(`${await mailed()}PS: See you soon`);
          // The tray goes, the token is made, and the tray is there again.
          await within("#hapana-email-renew").click();
          await within("#hapana-email-renew").waitFor({ state: "detached" });
          await within("#hapana-subscription :focus").waitFor();
          made = /- Value: (Bearer [\w-]{43})\n/.exec(await mailed())?.[1] ?? "";
          assert.match(await mailed(), /See you soon$/, "what was typed stays, with the token in its place");
          await editor().closeEmail();
          assert.equal(await fieldValue("#node-config-input-headerValue"), made);
          assert.notEqual(
            await fieldValue("#node-config-input-previousHeaderValue"),
            "",
            "the one before is accepted, too",
          );
        }, "ok");
        const isMailed = async () => {
          await inEndpoint(async () => {
            await editor().openEmail();
            assert.ok((await mailed()).includes(made));
            await editor().closeEmail();
          });
        };
        await isMailed();
        await editor().deploy();
        await isMailed();
        const stored = await editor().page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])");
        assert.equal(String(stored).includes(made), false, "it is only in this page");
        await inEndpoint(async () => {
          assert.equal(await fieldValue("#node-config-input-headerValue"), "__PWRD__");
          assert.match(await textOf("#hapana-headerValue-hint"), /^Saved\. Until you close or reload this page/);
          await editor().openEmail();
          assert.doesNotMatch(await textOf("#hapana-email-warnings"), /Deploy|does not show/);
          await editor().closeEmail();
        });

        // A deploy that only changes a secret has the revision of the one before.
        const saved = await fetch(`${nodeRed().url}/flows`, { headers: { "Node-RED-API-Version": "v2" } });
        const { flows } = (await saved.json()) as { flows: FlowNode[] };
        const credentials = { headerValue: "Bearer another" };
        await nodeRed().setFlows(flows.map((node) => (node.id === "mailed" ? { ...node, credentials } : node)));
        await editor().openWebhookIn("careless");
        await editor().openEndpoint();
        await editor().pressInSecurity("Generate");
        await editor().closeEndpoint("ok");
        await editor().closeWebhookIn("ok");
        await inEndpoint(async () => {
          await editor().openEmail();
          assert.match(await mailed(), /- Value: \[PASTE THE TOKEN HERE\]/, "another editor has deployed another one");
          await editor().closeEmail();
        });
        await editor().reload();
      });

      it("does not keep a token that was undone", async () => {
        await show(studioFlows());
        await inEndpoint(() => editor().pressInSecurity("Rotate"), "ok");
        await editor().undo();
        await inEndpoint(() => within("#node-config-input-name").fill("Renamed"), "ok");
        await editor().deploy();
        await inEndpoint(async () => {
          await editor().openEmail();
          assert.match(await fieldValue("#hapana-email-text"), /- Value: \[PASTE THE TOKEN HERE\]/);
          await editor().closeEmail();
        });
      });

      it("does not keep a token that was replaced by an environment variable", async () => {
        await show(studioFlows({ id: "with-variable" }));
        let made = "";
        await inEndpoint(async () => {
          await editor().pressInSecurity("Rotate");
          made = await fieldValue("#node-config-input-headerValue");
        }, "ok");
        await editor().deploy();
        const variable = "$".concat("{STUDIO_TOKEN}");
        const fill = async () => (await editor().inSight("#node-config-input-headerValue")).fill(variable);
        await inEndpoint(fill, "ok");
        await editor().deploy();
        await inEndpoint(async () => {
          await editor().openEmail();
          const mailed = await fieldValue("#hapana-email-text");
          assert.match(mailed, /- Value: /);
          assert.equal(mailed.includes(made), false);
          await editor().closeEmail();
        });
      });

      it("asks before it is left where it was neither copied nor opened, also by Escape", async () => {
        await show(studioFlows());
        const { keyboard } = editor().page;
        const question = within(".red-ui-notification").getByText("neither copied");
        await inEndpoint(async () => {
          await editor().openEmail();
          await keyboard.press("Escape");
          await question.waitFor();
          await within("#hapana-email-stay").click();
          await question.waitFor({ state: "detached" });
          await within("#hapana-email-close").click();
          await question.waitFor();
          await keyboard.press("Escape");
          await question.waitFor({ state: "detached" });
          assert.equal(await within("#hapana-subscription").isVisible(), true);
          await within("#hapana-email-copy").click();
          await keyboard.press("Escape");
          await within("#hapana-write-email").waitFor();
          assert.equal(await question.count(), 0, "it was copied");
          await editor().openEmail();
          await within("#hapana-email-text").fill("Another text");
          await within("#hapana-email-close").click();
          await question.waitFor();
          await within("#hapana-email-close-anyway").click();
          await within("#hapana-write-email").waitFor();
        });
        await inEndpoint(async () => {
          await editor().openEmail();
          await within("#hapana-email-close").click();
          await within("#hapana-write-email").waitFor();
          assert.equal(await question.count(), 0, "the same email was copied before");
        });
      });

      it("tells Hapana the new URLs after the address was changed", async () => {
        const purpose = () => within("input[name=hapana-email-purpose]:checked").inputValue();
        const fillPublicUrl = async (url: string) => (await editor().inSight("#node-config-input-publicUrl")).fill(url);
        const isReminded = async () =>
          /^Hapana keeps posting to the old URL/.test(await textOf("#hapana-publicUrl-warning"));
        await inEndpoint(async () => {
          await fillPublicUrl("https://old.example.com");
          assert.equal(await isReminded(), false, "Hapana knows no URL yet");
          await editor().openEmail();
          await within("#hapana-email-copy").click();
          await editor().closeEmail();
        }, "ok");
        await inEndpoint(async () => {
          assert.equal(await isReminded(), false);
          await fillPublicUrl("https://studio.example.com");
          assert.equal(await isReminded(), true);
        }, "ok");
        await inEndpoint(async () => {
          assert.equal(await isReminded(), true, "also once it is saved");
          await (await editor().inSight("#node-config-input-path")).fill("/gym");
          await editor().openEmail();
          assert.equal(await purpose(), "newUrls");
          const webhooks = catalog.map(({ type, title }) => ({ title, url: `https://studio.example.com/gym/${type}` }));
          await editor().page.getByLabel("Studio", { exact: true }).fill("Harbour Yoga");
          await editor().page.getByLabel("Your name", { exact: true }).fill("Kim Lee");
          const sender = { studio: "Harbour Yoga", name: "Kim Lee" };
          const expected = subscriptionEmail({
            purpose: "newUrls",
            webhooks,
            previousUrl: "https://old.example.com/hapana",
            sender,
          });
          assert.equal(await fieldValue("#hapana-email-text"), expected.body);
          assert.equal(
            await textOf("#hapana-email-warnings"),
            "Copy or open the email first. Before you send it, press Close here, then Update (or Add), Done and Deploy.",
          );
          assert.equal(await within("input[name=hapana-email-test]").isVisible(), false);
          await editor().closeEmail();

          await editor().pressInSecurity("Rotate");
          await editor().openEmail();
          assert.match(await textOf("#hapana-email-warnings"), /The token is new as well/);
          await within("input[name=hapana-email-purpose][value=newToken]").check();
          assert.match(await textOf("#hapana-email-warnings"), /The URLs are new as well/);
          await within("input[name=hapana-email-purpose][value=newUrls]").check();
          await within("#hapana-email-copy").click();
          await editor().closeEmail();
          await (await editor().inSight("#node-config-input-path")).fill("/gym/");
          await (await editor().inSight("#node-config-input-path")).fill("/gym");
          assert.equal(await isReminded(), false, "Hapana is told");
        });
        await editor().undo();
        await editor().undo();
      });

      it("lets the email be changed, and does not lose what was typed", async () => {
        await inEndpoint(async () => {
          await editor().openEmail();
          const written = await fieldValue("#hapana-email-text");
          await within("#hapana-email-text").fill(`${written}PS: See you soon`);
          await within("#hapana-email-subject").fill("Webhooks, please");
          assert.equal(await within("#hapana-email-outdated").isVisible(), false);
          await within("input[name=hapana-email-event][value=checkIn]").uncheck();
          assert.equal(await within("#hapana-email-outdated").isVisible(), true);
          assert.match(await fieldValue("#hapana-email-text"), /See you soon$/);
          const link = new URL((await within("#hapana-email-open").getAttribute("href")) ?? "");
          assert.equal(link.searchParams.get("subject"), "Webhooks, please");
          assert.match(link.searchParams.get("body") ?? "", /See you soon$/);

          await editor().closeEmail();
          await editor().openEmail();
          assert.match(await fieldValue("#hapana-email-text"), /See you soon$/);
          await within("input[name=hapana-email-event][value=checkIn]").uncheck();
          await within("#hapana-email-again").click();
          assert.doesNotMatch(await fieldValue("#hapana-email-text"), /See you soon|Client Check-In/);
          assert.equal(await within("#hapana-email-outdated").isVisible(), false);
          await editor().closeEmail();
        });
      });
    });
  }
});
