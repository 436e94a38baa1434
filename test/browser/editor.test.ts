import assert from "node:assert/strict";
import { catalog, definitionOf, eventTypes } from "../../src/events/catalog";
import { subscriptionEmail } from "../../src/subscription/subscription-email";
import { endpoint, type FlowNode, token, webhookIn } from "../support/flows";
import { type NodeRed, startNodeRed, stopAllNodeReds } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { waitFor } from "../support/wait-for";
import { Editor } from "./support/editor";
import { describeInBrowser } from "./support/in-browser";
import { faintTexts, namelessControls } from "./support/legibility";

const sites = [
  { siteID: "Zk9tTXh2U2pLd1p1Q0d5b0h1bWJqQT09", name: "Bondi Beach" },
  { siteID: "QmFja3lhcmRTaXRlSWRlbnRpZmllcg==", name: "Newtown" },
];

const flows: readonly FlowNode[] = [
  { id: "tab", type: "tab", label: "Studio" },
  endpoint({ name: "My studio", sites }),
  endpoint({ id: "bare", name: "No token", path: "/bare", credentials: {} }),
  webhookIn({ wires: eventTypes.map((type) => [`see-${type}`]).concat([["see-unrecognised"]]) }),
  webhookIn({ id: "careless", y: 320, endpoint: "bare" }),
  ...[...eventTypes, "unrecognised"].map((name, index) => ({
    id: `see-${name}`,
    type: "debug",
    z: "tab",
    x: 500,
    y: 60 + index * 60,
    active: true,
    complete: "true",
    wires: [],
  })),
];

describeInBrowser("the editor", (browser) => {
  for (const platform of onePlatform) {
    describe(`of Node-RED ${platform.name}`, () => {
      let nodeRed: NodeRed;
      let editor: Editor;

      before(async () => {
        nodeRed = await startNodeRed({ platform, flows });
        editor = await Editor.open(browser(), nodeRed.url);
      });
      afterEach(async function () {
        const complaints = editor.complaints.splice(0);
        // A test that will be tried again is not called failed yet, but may have left a dialog open all the same.
        if (this.currentTest?.state !== "passed") await editor.reload();
        else assert.deepEqual(complaints, [], "the browser's console");
      });
      after(async () => {
        await editor?.page.close();
        await stopAllNodeReds();
      });

      const within = (selector: string) => editor.page.locator(selector);
      const fieldValue = (selector: string) => within(selector).inputValue();

      const textOf = async (selector: string) => (await within(selector).textContent()) ?? "";

      const forgetWhatHapanaWasTold = () => editor.page.evaluate("RED.settings.setLocal('hapana-told', '{}')");

      async function inEndpoint(work: () => Promise<void>, how: "ok" | "cancel" = "cancel"): Promise<void> {
        await editor.openWebhookIn("webhook");
        await editor.openEndpoint();
        await work();
        await editor.closeEndpoint(how);
        await editor.closeWebhookIn(how);
      }

      it("marks a node whose endpoint has no token, and says what is missing", async () => {
        await editor.page.waitForFunction("RED.nodes.node('bare').valid === false");
        const [reason] = await editor.property<string[]>("bare", "validationErrors");
        assert.equal(reason, "There is no token yet. Press Generate, then give the token to Hapana.");
        assert.equal(await editor.property("careless", "valid"), false);
        assert.equal(await editor.property("webhook", "valid"), true);
      });

      it("names each output on hover", async () => {
        const ports = [...[...catalog.map(({ title }) => title), "unrecognised"].entries()];
        for (const [port, title] of [ports[0], ports[3], ports[6]].filter((each) => each !== undefined)) {
          await editor.node("webhook").locator(".red-ui-flow-port-output").nth(port).hover();
          await within(".red-ui-flow-port-tooltip").getByText(title, { exact: true }).waitFor();
        }
      });

      it("lists the events with what fires them, the locations by name and both answers to when an event is done", async () => {
        await editor.openWebhookIn("webhook");
        const rows = await within("#hapana-events label").allTextContents();
        assert.deepEqual(
          rows,
          catalog.map(({ title, firesWhen }) => `${title}when ${firesWhen}`),
        );
        await within("input[name=hapana-locations][value=some]").check();
        assert.deepEqual(await within("#hapana-location-list label").allTextContents(), ["Bondi Beach", "Newtown"]);
        assert.equal(await within("#hapana-complete-options").isVisible(), true);
        await within("input[name=hapana-delivered][value=sent]").check();
        assert.equal(await within("#hapana-complete-options").isVisible(), false);
        await editor.closeWebhookIn("cancel");
        assert.equal(await editor.property("webhook", "deliveredWhen"), "complete");
      });

      it("saves what was chosen, and locations that were typed in", async () => {
        await editor.openWebhookIn("careless");
        await within("#node-input-endpoint").selectOption("endpoint");
        await within("input[name=hapana-locations][value=some]").check();
        await within("#hapana-location-list").getByLabel("Newtown").check();
        await within("#hapana-new-location").fill("  another-site ");
        await within("#hapana-new-location").press("Enter");
        await within("input[name=hapana-delivered][value=sent]").check();
        await editor.closeWebhookIn("ok");
        assert.deepEqual(await editor.property("careless", "sites"), [sites[1]?.siteID, "another-site"]);
        assert.equal(await editor.property("careless", "deliveredWhen"), "sent");
        assert.equal(await editor.property("careless", "valid"), true);

        await editor.openWebhookIn("careless");
        assert.deepEqual(await within("#hapana-location-list label:has(:checked)").allTextContents(), [
          "Newtown",
          "another-site",
        ]);
        await within("input[name=hapana-locations][value=all]").check();
        await editor.closeWebhookIn("ok");
        assert.deepEqual(await editor.property("careless", "sites"), []);
      });

      it("does not take “only these” without a location for all of them", async () => {
        const problem = "Tick at least one location, or choose “All locations”. Until then, no location's events come.";
        const some = within("input[name=hapana-locations][value=some]");
        await editor.openWebhookIn("webhook");
        await some.check();
        assert.equal(await textOf("#hapana-locations-problem"), problem);
        await within("#hapana-location-list").getByLabel("Newtown").check();
        assert.equal(await textOf("#hapana-locations-problem"), "");
        await within("#hapana-location-list").getByLabel("Newtown").uncheck();
        await editor.closeWebhookIn("ok");
        assert.deepEqual(await editor.property("webhook", "sites"), [""]);
        assert.equal(await editor.property("webhook", "valid"), false);
        assert.deepEqual(await editor.property("webhook", "validationErrors"), [problem]);

        await editor.openWebhookIn("webhook");
        assert.equal(await some.isChecked(), true);
        assert.equal(await textOf("#hapana-locations-problem"), problem);
        assert.equal(await within("#hapana-location-list label").count(), 2);
        await within("#hapana-new-location").fill("typed-but-not-added");
        assert.equal(await textOf("#hapana-locations-problem"), "");
        await editor.closeWebhookIn("ok");
        assert.deepEqual(await editor.property("webhook", "sites"), ["typed-but-not-added"]);

        await editor.openWebhookIn("webhook");
        await within("input[name=hapana-locations][value=all]").check();
        await editor.closeWebhookIn("ok");
        assert.deepEqual(await editor.property("webhook", "sites"), []);
        assert.equal(await editor.property("webhook", "valid"), true);
      });

      it("keeps the wires of the other events when one is unticked, and when it is ticked again", async () => {
        const wiresOf = (types: readonly string[]) => [...types, "unrecognised"].map((type) => [`see-${type}`]);
        await editor.openWebhookIn("webhook");
        await within("#hapana-events input[value=accountCreated]").uncheck();
        await within("#hapana-events input[value=packagePurchased]").uncheck();
        await editor.closeWebhookIn("ok");
        const left = eventTypes.filter((type) => type !== "accountCreated" && type !== "packagePurchased");
        assert.deepEqual(await editor.property("webhook", "events"), left);
        assert.equal(await editor.property("webhook", "outputs"), 5);
        assert.deepEqual(await editor.wires("webhook"), wiresOf(left));

        await editor.openWebhookIn("webhook");
        await within("#hapana-events input[value=accountCreated]").check();
        await editor.closeWebhookIn("ok");
        const [first, ...rest] = wiresOf(left);
        assert.deepEqual(await editor.wires("webhook"), [first, [], ...rest]);

        await editor.page.keyboard.press("Control+z");
        await editor.page.keyboard.press("Control+z");
        assert.deepEqual(await editor.wires("webhook"), wiresOf(eventTypes));
        assert.deepEqual(await editor.property("webhook", "events"), eventTypes);
      });

      it("asks for at least one event", async () => {
        await editor.openWebhookIn("webhook");
        for (const type of eventTypes) await within(`#hapana-events input[value=${type}]`).uncheck();
        assert.equal(await textOf("#hapana-events-problem"), "Tick at least one event.");
        await editor.closeWebhookIn("cancel");
        assert.deepEqual(await editor.property("webhook", "events"), eventTypes);
      });

      it("shows only what the chosen proof needs", async () => {
        const visible = async () => {
          const fields = ["headerName", "headerValue", "previousHeaderValue", "signingSecret", "tolerance"];
          const seen = await Promise.all(fields.map((name) => within(`#node-config-input-${name}`).isVisible()));
          return fields.filter((_, index) => seen[index]);
        };
        await inEndpoint(async () => {
          const shown: Record<string, string[]> = {};
          for (const auth of ["header", "signature", "both", "none"]) {
            await within("#node-config-input-auth").selectOption(auth);
            shown[auth] = await visible();
          }
          assert.deepEqual(shown, {
            header: ["headerName", "headerValue"],
            signature: ["signingSecret", "tolerance"],
            both: ["headerName", "headerValue", "signingSecret", "tolerance"],
            none: [],
          });
          await within("[data-auth=none]").getByText("Anyone who finds the URL").waitFor();
        });
      });

      it("shows the URL live, warns of an address that will not do, and copies", async () => {
        const warning = () => textOf("#hapana-publicUrl-warning");
        await inEndpoint(async () => {
          assert.equal(await fieldValue("#hapana-webhook-url"), `${nodeRed.url}/hapana`);
          assert.match(await warning(), /only works on the computer that Node-RED runs on/);
          await within("#node-config-input-publicUrl").fill("http://192.168.1.20:1880");
          assert.match(await warning(), /only works inside your own network/);
          await within("#node-config-input-publicUrl").fill("http://studio.example.com");
          assert.match(await warning(), /not encrypted/);
          await within("#node-config-input-publicUrl").fill("studio");
          assert.match(await warning(), /not a web address/);
          await within("#node-config-input-publicUrl").fill("studio.example.com");
          assert.equal(await warning(), "");
          // Were the warning to go only now, the page would move, and the mouse would miss the button.
          await within("#hapana-endpoint-dialog").getByRole("button", { name: "Rotate" }).click();
          assert.match(await fieldValue("#node-config-input-headerValue"), /^Bearer /);
          assert.equal(await fieldValue("#node-config-input-publicUrl"), "https://studio.example.com");
          assert.equal(await warning(), "");
          const classes = await within("#node-config-input-publicUrl").getAttribute("class");
          assert.doesNotMatch(classes ?? "", /input-error/);
          await within("#node-config-input-publicUrl").fill("https://studio.example.com/");
          await within("#node-config-input-path").fill("/hooks/gym");
          assert.equal(await fieldValue("#hapana-webhook-url"), "https://studio.example.com/hooks/gym");
          await within("#hapana-event-urls summary").click();
          for (const type of eventTypes) {
            assert.equal(await fieldValue(`#hapana-url-${type}`), `https://studio.example.com/hooks/gym/${type}`);
          }
          await within("#hapana-webhook-url + button").click();
          await editor.copied("https://studio.example.com/hooks/gym");
        });
      });

      it("refuses a path that cannot work, with the reason", async () => {
        const refused: Record<string, RegExp> = {
          "": /Give the endpoint a path/,
          hapana: /starts with a slash/,
          "/my gym": /letters, digits and single slashes/,
          "/flows": /editor already uses this address/,
          "/settings/hapana": /editor already uses this address/,
          "/bare": /The endpoint “No token” already has this address/,
          "/BARE/": /The endpoint “No token” already has this address/,
          "/bare/checkIn": /The endpoint “No token” already has this address/,
        };
        await inEndpoint(async () => {
          for (const [path, reason] of Object.entries(refused)) {
            await within("#node-config-input-path").fill(path);
            assert.match(await textOf("#hapana-path-problem"), reason, path);
            assert.match((await within("#node-config-input-path").getAttribute("class")) ?? "", /input-error/, path);
          }
          await within("#node-config-input-path").fill("/bare/other");
          assert.equal(await textOf("#hapana-path-problem"), "");
        });
      });

      it("does not run what is in the name of another endpoint: Node-RED takes reasons for HTML", async () => {
        const named = (name: string) => editor.page.evaluate(`RED.nodes.node("bare").name = ${JSON.stringify(name)}`);
        await named("<img src=x onerror=alert(1)>");
        await inEndpoint(async () => {
          await within("#node-config-input-path").fill("/bare");
          assert.match(await textOf("#hapana-path-problem"), /The endpoint “img src=x onerror=alert\(1\)” already/);
        });
        await named("No token");
      });

      it("gives a second endpoint a path of its own to start with", async () => {
        await editor.openWebhookIn("webhook");
        await editor.openEndpoint("add");
        assert.equal(await fieldValue("#node-config-input-path"), "/hapana-2");
        assert.equal(await textOf("#hapana-path-problem"), "");
        assert.equal(await fieldValue("#hapana-webhook-url"), `${nodeRed.url}/hapana-2`);
        await editor.closeEndpoint("cancel");
        await editor.closeWebhookIn("cancel");
      });

      it("shows, hides and copies a new token, and never one that is stored", async () => {
        await inEndpoint(async () => {
          assert.equal(await within("#node-config-input-headerValue").getAttribute("type"), "password");
          assert.equal(await within("#node-config-input-headerValue + button").isDisabled(), true);
          await within("#hapana-endpoint-dialog").getByRole("button", { name: "Rotate" }).click();
          const made = await fieldValue("#node-config-input-headerValue");
          assert.match(made, /^Bearer [\w-]{43}$/);
          assert.equal(await within("#node-config-input-headerValue").getAttribute("type"), "text");
          await within("#hapana-endpoint-dialog").getByRole("button", { name: "Hide" }).click();
          assert.equal(await within("#node-config-input-headerValue").getAttribute("type"), "password");
          await within("#node-config-input-headerValue ~ button[aria-label=Copy]").click();
          await editor.copied(made);
          await within("#hapana-endpoint-dialog").getByRole("button", { name: "Generate" }).click();
          assert.notEqual(await fieldValue("#node-config-input-headerValue"), made);
        });
      });

      it("rotates a stored token: both are accepted until the previous one is cleared", async () => {
        const answerTo = async (value: string) => {
          const body = { ...definitionOf("checkIn").sample, checkInMessage: Math.random() };
          return (await post(`${nodeRed.url}/hapana/checkIn`, { token: value, body })).status;
        };
        const rotate = () => within("#hapana-endpoint-dialog").getByRole("button", { name: "Rotate" }).click();
        await inEndpoint(rotate, "ok");
        await editor.undo();
        await inEndpoint(async () => {
          assert.equal(await fieldValue("#node-config-input-headerValue"), "__PWRD__");
          assert.equal(await within("#node-config-input-previousHeaderValue").isVisible(), false, "it was undone");
        });

        let renewed = "";
        await inEndpoint(async () => {
          await within("#hapana-endpoint-dialog").getByRole("button", { name: "Rotate" }).click();
          renewed = await fieldValue("#node-config-input-headerValue");
        }, "ok");
        await editor.deploy();
        await waitFor(
          async () => ((await answerTo(renewed)) === 200 ? true : undefined),
          () => "the new token is not accepted yet",
        );
        assert.equal(await answerTo(token), 200);

        await editor.reload();
        await inEndpoint(async () => {
          assert.equal(await within("#node-config-input-previousHeaderValue").isVisible(), true);
          await within("#hapana-endpoint-dialog").getByRole("button", { name: "Clear" }).click();
          assert.equal(await within("#node-config-input-previousHeaderValue").isVisible(), false);
        }, "ok");
        await editor.deploy();
        // Node-RED answers a deploy before all nodes are made anew.
        await waitFor(
          async () => ((await answerTo(token)) === 401 ? true : undefined),
          () => "the previous token is still accepted",
        );
        assert.equal(await answerTo(renewed), 200);
      });

      it("asks before a token is dropped that Hapana may use, and says when each was last used", async () => {
        const dialog = within("#hapana-endpoint-dialog");
        const use = (secret: string) => textOf(`#hapana-${secret}-use`);
        const send = (value: string) => {
          const body = { ...definitionOf("checkIn").sample, checkInMessage: Math.random() };
          return post(`${nodeRed.url}/hapana/checkIn`, { token: value, body });
        };
        const own = endpoint({ name: "My studio", sites, credentials: { headerValue: "C", previousHeaderValue: "B" } });
        await nodeRed.setFlows(flows.map((node) => (node.id === "endpoint" ? own : node)));
        await editor.reload();
        await inEndpoint(async () => {
          await editor.page
            .getByText(/^Not used by Hapana yet/)
            .first()
            .waitFor();
          assert.match(await use("previousHeaderValue"), /^Not used by Hapana yet/);
        });
        assert.equal((await send("B")).status, 200);
        await inEndpoint(async () => {
          await editor.page
            .getByText(/^Hapana last used it: .*\d/)
            .first()
            .waitFor();
          assert.match(await use("headerValue"), /^Not used by Hapana yet/);

          await dialog.getByRole("button", { name: "Rotate" }).click();
          const question = within(".red-ui-notification");
          await question.getByText("Does Hapana use the current one already, for all of your webhooks?").waitFor();
          await question.getByText(/^Token: Not used by Hapana yet/).waitFor();
          await question.getByText(/^Previous token: Hapana last used it: /).waitFor();
          await within("#hapana-rotate-cancel").click();
          assert.equal(await fieldValue("#node-config-input-headerValue"), "__PWRD__");
        });
        let made = "";
        await inEndpoint(async () => {
          await dialog.getByRole("button", { name: "Rotate" }).click();
          await within("#hapana-rotate-again").click();
          made = await fieldValue("#node-config-input-headerValue");
          assert.match(made, /^Bearer [\w-]{43}$/);
        }, "ok");
        await editor.deploy();
        await waitFor(
          async () => ((await send(made)).status === 200 ? true : undefined),
          () => "the new token is not accepted yet",
        );
        assert.deepEqual([(await send("C")).status, (await send("B")).status], [200, 401]);
        await editor.reload();
        await forgetWhatHapanaWasTold();
        await inEndpoint(async () => {
          await editor.page
            .getByText(/^Hapana last used it/)
            .first()
            .waitFor();
          await editor.openEmail();
          const purpose = await within("input[name=hapana-email-purpose]:checked").inputValue();
          assert.equal(purpose, "newWebhooks", "Hapana has the token already");
          await editor.closeEmail();
        });
        const before = endpoint({
          name: "My studio",
          sites,
          credentials: { headerValue: token, previousHeaderValue: "" },
        });
        await nodeRed.setFlows(flows.map((node) => (node.id === "endpoint" ? before : node)));
        await editor.reload();
      });

      it("writes the email to Hapana from what is set, not from what is seen", async () => {
        const webhooks = (urlOf: (type: string) => string) =>
          catalog.map(({ type, title }) => ({ title, url: urlOf(type) }));
        const purpose = "newWebhooks";
        await inEndpoint(async () => {
          await within("#node-config-input-publicUrl").fill("https://studio.example.com");
          await editor.openEmail();
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
          await editor.closeEmail();

          await within("#node-config-input-headerValue").fill("Bearer typed");
          const header = { key: "Authorization", value: "Bearer typed" };
          await editor.openEmail();
          assert.match(await textOf("#hapana-email-warnings"), /contains your secret token/);
          await within("input[name=hapana-email-url][value=one]").check();
          await within("input[name=hapana-email-test]").uncheck();
          for (const type of eventTypes.slice(1))
            await within(`input[name=hapana-email-event][value=${type}]`).uncheck();
          await editor.page.getByLabel("To", { exact: true }).fill("support@example.com");
          await editor.page.getByLabel("Studio", { exact: true }).fill("Harbour Yoga");
          await editor.page.getByLabel("Your name", { exact: true }).fill("Kim Lee");
          const one = webhooks(() => "https://studio.example.com/hapana").slice(0, 1);
          const expected = subscriptionEmail({
            ...{ purpose, webhooks: one, authenticationHeader: header, asksForTestData: false },
            sender: { studio: "Harbour Yoga", name: "Kim Lee" },
          });
          assert.equal(await fieldValue("#hapana-email-text"), expected.body);
          assert.equal(await fieldValue("#hapana-email-subject"), "Webhook subscription request: Harbour Yoga");

          await within("#hapana-email-copy").click();
          await editor.copied(expected.body);
          await within("#hapana-subscription").getByRole("button", { name: "Copy the subject" }).click();
          await editor.copied(expected.subject);
          const link = new URL((await within("#hapana-email-open").getAttribute("href")) ?? "");
          assert.equal(link.pathname, "support@example.com");
          assert.equal(link.searchParams.get("body")?.replaceAll("\r\n", "\n"), expected.body);
          assert.deepEqual(await namelessControls(within("#hapana-subscription")), []);
          await editor.closeEmail();
          assert.equal(await fieldValue("#node-config-input-headerValue"), header.value);

          await editor.openEmail();
          assert.equal(await fieldValue("#hapana-email-to"), "support@example.com");
          assert.equal(await fieldValue("#hapana-email-sender"), "Kim Lee");
          await editor.closeEmail();
        });
      });

      it("tells Hapana the new token after it was rotated", async () => {
        const purposes = () => within("input[name=hapana-email-purpose]:checked").inputValue();
        await forgetWhatHapanaWasTold();
        await inEndpoint(() => within("#node-config-input-publicUrl").fill("https://studio.example.com"), "ok");
        await editor.openWebhookIn("webhook");
        await editor.openEndpoint("add");
        await within("#hapana-endpoint-dialog").getByRole("button", { name: "Generate" }).click();
        await editor.openEmail();
        assert.equal(await purposes(), "newWebhooks", "Hapana knows no webhooks yet");
        await within("#hapana-email-copy").click();
        await editor.closeEmail();
        await editor.closeEndpoint("cancel");
        await editor.closeWebhookIn("cancel");
        // The dialog was left with Cancel, and the copied email has a token that is nowhere else.
        await within(".red-ui-notification").getByText("has a token in it that was not saved").first().waitFor();
        const body = { ...definitionOf("checkIn").sample, checkInMessage: String(Math.random()) };
        assert.equal((await post(`${nodeRed.url}/hapana/checkIn`, { token, body })).status, 200);
        await inEndpoint(async () => {
          await within("#hapana-endpoint-dialog").getByRole("button", { name: "Rotate" }).click();
          const made = await fieldValue("#node-config-input-headerValue");
          await editor.openEmail();
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
          await editor.closeEmail();
        });
        await editor.undo();
      });

      it("tells Hapana the new URLs after the address was changed", async () => {
        const purpose = () => within("input[name=hapana-email-purpose]:checked").inputValue();
        const fillPublicUrl = (url: string) => within("#node-config-input-publicUrl").fill(url);
        const isReminded = async () => /^Hapana posts to the old URL/.test(await textOf("#hapana-publicUrl-warning"));
        await forgetWhatHapanaWasTold();
        await inEndpoint(async () => {
          await fillPublicUrl("https://old.example.com");
          assert.equal(await isReminded(), false, "Hapana knows no URL yet");
          await editor.openEmail();
          await within("#hapana-email-copy").click();
          await editor.closeEmail();
        }, "ok");
        await inEndpoint(async () => {
          assert.equal(await isReminded(), false);
          await fillPublicUrl("https://studio.example.com");
          assert.equal(await isReminded(), true);
        }, "ok");
        await inEndpoint(async () => {
          assert.equal(await isReminded(), true, "also once it is saved");
          await within("#node-config-input-path").fill("/gym");
          await editor.openEmail();
          assert.equal(await purpose(), "newUrls");
          const webhooks = catalog.map(({ type, title }) => ({ title, url: `https://studio.example.com/gym/${type}` }));
          await editor.page.getByLabel("Studio", { exact: true }).fill("Harbour Yoga");
          await editor.page.getByLabel("Your name", { exact: true }).fill("Kim Lee");
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
            "Before you send it, press Close here, then Update (or Add), Done and Deploy.",
          );
          assert.equal(await within("input[name=hapana-email-test]").isVisible(), false);
          await editor.closeEmail();

          await within("#hapana-endpoint-dialog").getByRole("button", { name: "Rotate" }).click();
          await editor.openEmail();
          assert.match(await textOf("#hapana-email-warnings"), /The token is new, too/);
          await within("input[name=hapana-email-purpose][value=newToken]").check();
          assert.match(await textOf("#hapana-email-warnings"), /The URLs are new, too/);
          await within("input[name=hapana-email-purpose][value=newUrls]").check();
          await within("#hapana-email-copy").click();
          await editor.closeEmail();
          await within("#node-config-input-path").fill("/gym/");
          await within("#node-config-input-path").fill("/gym");
          assert.equal(await isReminded(), false, "Hapana is told");
        });
        await editor.undo();
        await editor.undo();
      });

      it("lets the email be changed, and does not lose what was typed", async () => {
        await inEndpoint(async () => {
          await editor.openEmail();
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

          await editor.closeEmail();
          await editor.openEmail();
          assert.match(await fieldValue("#hapana-email-text"), /See you soon$/);
          await within("input[name=hapana-email-event][value=checkIn]").uncheck();
          await within("#hapana-email-again").click();
          assert.doesNotMatch(await fieldValue("#hapana-email-text"), /See you soon|Client Check-In/);
          assert.equal(await within("#hapana-email-outdated").isVisible(), false);
          await editor.closeEmail();
        });
      });

      it("offers to name a location as soon as an event has come from it", async () => {
        const offered = within("#hapana-seen-sites button");
        const send = (siteID: string | undefined) =>
          post(`${nodeRed.url}/bare/checkIn`, {
            body: { ...definitionOf("checkIn").sample, siteID, checkInMessage: Math.random() },
          });
        // Without a token, so that the location comes by an endpoint that is no one else's in these tests.
        await nodeRed.setFlows(flows.map((node) => (node.id === "bare" ? { ...node, auth: "none" } : node)));
        await editor.reload();
        for (const siteID of ["<b>QUtV</b>", sites[0]?.siteID, undefined])
          assert.equal((await send(siteID)).status, 200);

        await editor.openWebhookIn("careless");
        await within("input[name=hapana-locations][value=some]").check();
        await within("#hapana-location-list")
          .getByLabel(/^<b>QUtV<\/b> \(Client Check-In, /)
          .check();
        await editor.openEndpoint();
        await offered.first().waitFor();
        const [unnamed, other, ...more] = await offered.allTextContents();
        assert.match(unnamed ?? "", /^<b>QUtV<\/b> \(Client Check-In, .*\d:\d\d/);
        assert.equal(other?.split(" ")[0], sites[0]?.siteID);
        assert.deepEqual(more, []);
        // An empty line that was added before is used, and not left empty.
        await within("#hapana-endpoint-dialog").getByText("Add a location").click();
        await offered.first().click();
        await editor.page.keyboard.type("Manly");
        await offered.first().click();
        await editor.page.keyboard.type("Bondi Beach");
        assert.equal(await within("#hapana-seen-sites").isVisible(), false);
        await editor.closeEndpoint("ok");
        assert.deepEqual(await editor.property("bare", "sites"), [
          { siteID: "<b>QUtV</b>", name: "Manly" },
          { siteID: sites[0]?.siteID, name: "Bondi Beach" },
        ]);
        await editor.openEndpoint();
        await editor.page.waitForTimeout(500);
        assert.equal(await offered.count(), 0);
        await editor.closeEndpoint("cancel");
        await editor.closeWebhookIn("cancel");
        await nodeRed.setFlows(flows);
        await editor.reload();
      });

      it("says which nodes are without an endpoint once theirs is deleted, and Ctrl-Z brings it back", async () => {
        await editor.reload();
        await editor.openWebhookIn("careless");
        await editor.openEndpoint();
        await within(".red-ui-tray-toolbar").getByText("Delete", { exact: true }).click();
        await within(".red-ui-notification")
          .getByText("“No token” is deleted. Nodes that have no endpoint now: 1. Undo (Ctrl-Z) brings it back.")
          .waitFor();
        await editor.closeWebhookIn("cancel");
        assert.equal(await editor.property("careless", "endpoint"), "");
        await editor.undo();
        assert.equal(await editor.property("careless", "endpoint"), "bare");
      });

      it("keeps the locations' names", async () => {
        await inEndpoint(async () => {
          await within("#hapana-endpoint-dialog").getByText("Add a location").click();
          await within("#hapana-sites input").nth(4).fill("c2l0ZQ==");
          await within("#hapana-sites input").nth(5).fill("Manly");
        }, "ok");
        assert.deepEqual(await editor.property("endpoint", "sites"), [...sites, { siteID: "c2l0ZQ==", name: "Manly" }]);
      });

      it("can be used with the keyboard, and every field and button has a name", async () => {
        await editor.openWebhookIn("webhook");
        assert.deepEqual(await namelessControls(within("#hapana-webhook-in-dialog")), []);
        await editor.openEndpoint();
        await within("#node-config-input-auth").selectOption("both");
        assert.deepEqual(await namelessControls(within("#hapana-endpoint-dialog")), []);
        const reached = new Set<string>();
        await within("#node-config-input-name").focus();
        for (let step = 0; step < 30; step += 1) {
          await editor.page.keyboard.press("Tab");
          reached.add(await editor.page.evaluate(() => document.activeElement?.id ?? ""));
        }
        for (const name of ["path", "publicUrl", "auth", "headerName", "headerValue", "signingSecret", "tolerance"]) {
          assert.ok(reached.has(`node-config-input-${name}`), `${name} is reached by the Tab key`);
        }
        await editor.closeEndpoint("cancel");
        await editor.closeWebhookIn("cancel");
      });

      it("has help with the fields of every event", async () => {
        await editor.page.evaluate("RED.sidebar.help.show('hapana-webhook-in')");
        const help = within(".red-ui-help").last();
        await help.getByText("The events and their fields").waitFor();
        const text = (await help.textContent()) ?? "";
        for (const { title, firesWhen, schema } of catalog) {
          assert.ok(text.includes(title) && text.includes(firesWhen), title);
          for (const [name, { description }] of Object.entries(schema.shape)) {
            assert.ok(text.includes(name) && description && text.includes(description), `${title}: ${name}`);
          }
        }
        assert.doesNotMatch(text, /<!--|undefined/);
      });

      // Node-RED 4 has no dark theme.
      for (const theme of platform.name.startsWith("4") ? (["light"] as const) : (["light", "dark"] as const)) {
        it(`can be read when it is ${theme}`, async () => {
          await editor.reload(theme);
          await editor.openWebhookIn("webhook");
          await within("input[name=hapana-locations][value=some]").check();
          assert.deepEqual(await faintTexts(within("#hapana-webhook-in-dialog"), 4.5), []);
          await editor.openEndpoint();
          await within("#node-config-input-auth").selectOption("both");
          await within("#hapana-event-urls summary").click();
          await within("#node-config-input-path").fill("flows");
          assert.deepEqual(await faintTexts(within("#hapana-endpoint-dialog"), 4.5), []);
          await editor.openEmail();
          assert.deepEqual(await faintTexts(within("#hapana-subscription"), 4.5), []);
        });
      }
    });
  }
});
