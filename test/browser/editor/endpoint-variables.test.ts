// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how Node-RED writes a variable
import assert from "node:assert/strict";
import { eventTypes } from "../../../src/events/catalog";
import { onePlatform } from "../../support/platforms";
import { describeInBrowser } from "../support/in-browser";
import { oneEditor } from "../support/one-editor";
import { studioFlows, studioSettings } from "../support/studio";

describeInBrowser("environment variables in an endpoint in the editor", (browser) => {
  for (const platform of onePlatform) {
    describe(`in Node-RED ${platform.name}`, () => {
      const { editor, fieldValue, inEndpoint, show, textOf, within } = oneEditor(browser, {
        platform,
        settings: studioSettings,
      });
      const fill = async (name: string, text: string) =>
        (await editor().inSight(`#node-config-input-${name}`)).fill(text);
      const isWrong = async (name: string) => {
        const classes = await within(`#node-config-input-${name}`).getAttribute("class");
        return /input-error/.test(classes ?? "");
      };
      const email = () => fieldValue("#hapana-email-text");
      const warnings = () => textOf("#hapana-email-warnings");

      beforeEach(() => show(studioFlows()));

      it("are not refused as mistakes: path, header name and token are saved as they are written", async () => {
        const written = {
          path: "/${STUDIO}/hapana",
          publicUrl: "https://${HOST}",
          headerName: "X-${HEADER}",
          headerValue: "Bearer ${HAPANA_TOKEN}",
        };
        await inEndpoint(async () => {
          for (const [name, text] of Object.entries(written)) {
            await fill(name, text);
            await within(`#node-config-input-${name}`).blur();
            assert.equal(await fieldValue(`#node-config-input-${name}`), text);
            assert.equal(await isWrong(name), false, name);
          }
          assert.equal(await textOf("#hapana-path-problem"), "");
          await fill("path", "/my ${STUDIO}");
          assert.match(await textOf("#hapana-path-problem"), /letters, digits and single slashes/);
          await fill("path", written.path);
        }, "ok");
        assert.equal(await editor().property("endpoint", "path"), written.path);
        assert.equal(await editor().property("endpoint", "valid"), true);
        await editor().undo();
      });

      it("are no part of a URL that is shown or copied", async () => {
        const url = () => fieldValue("#hapana-webhook-url");
        const canCopy = () => within("#hapana-webhook-url + button").isEnabled();
        const note = () => textOf("#hapana-publicUrl-warning");
        await inEndpoint(async () => {
          await fill("publicUrl", "https://studio.example.com");
          await fill("path", "/${STUDIO}/hapana");
          assert.equal(await url(), "Depends on the environment variable STUDIO");
          assert.equal(await canCopy(), false);
          assert.match(await note(), /^Only the running Node-RED knows the environment variable STUDIO/);
          await within("#hapana-event-urls summary").click();
          for (const type of eventTypes) {
            assert.equal(await fieldValue(`#hapana-url-${type}`), "Depends on the environment variable STUDIO");
            assert.equal(await within(`#hapana-url-${type} + button`).isEnabled(), false);
          }
          await fill("publicUrl", "https://$(HOST)");
          assert.equal(await url(), "Depends on the environment variable HOST, STUDIO");
          await fill("publicUrl", "http://$(HOST)");
          assert.match(await note(), /not encrypted/);
          await fill("publicUrl", "https://$(HOST)");
          await fill("path", "/hapana");
          assert.equal(await url(), "Depends on the environment variable HOST");
          await fill("publicUrl", "https://studio.example.com");
          assert.equal(await url(), "https://studio.example.com/hapana");
          assert.equal(await note(), "");
          await (await editor().inSight("#hapana-webhook-url + button")).click();
          await editor().copied("https://studio.example.com/hapana");
        });
      });

      it("are not told to Hapana as URL, header name or token", async () => {
        await inEndpoint(async () => {
          await fill("publicUrl", "https://studio.example.com");
          await fill("path", "/${STUDIO}/hapana");
          await fill("headerName", "$(HEADER)");
          await fill("headerValue", "${HAPANA_TOKEN}");
          await editor().openEmail();
          const written = await email();
          for (const type of eventTypes) {
            assert.match(written, new RegExp(`Endpoint URL: <\\[PASTE THE URL HERE\\]/${type}>`));
          }
          assert.match(written, /- Key: \[PASTE THE HEADER NAME HERE\]\n {3}- Value: \[PASTE THE TOKEN HERE\]/);
          assert.doesNotMatch(written, /contains a secret/);
          const said = await warnings();
          assert.match(said, /URL depends on the environment variable STUDIO\. Replace \[PASTE THE URL HERE\]/);
          assert.match(said, /comes from the environment variable HEADER\. Replace \[PASTE THE HEADER NAME HERE\]/);
          assert.match(said, /comes from the environment variable HAPANA_TOKEN\. Replace \[PASTE THE TOKEN HERE\]/);
          assert.match(said, /press Close here, then Update .*Deploy/);
          assert.doesNotMatch(said, /contains your secret token|saved token/);

          for (const purpose of ["newWebhooks", "newToken", "newUrls"]) {
            await within(`input[name=hapana-email-purpose][value=${purpose}]`).check();
            for (const urls of ["one", "each"]) {
              await within(`input[name=hapana-email-url][value=${urls}]`).check();
              assert.doesNotMatch(await email(), /\$[{(]/, `${purpose}, ${urls}`);
              const link = new URL((await within("#hapana-email-open").getAttribute("href")) ?? "");
              assert.doesNotMatch(link.searchParams.get("body") ?? "", /\$[{(]/, `${purpose}, ${urls}`);
            }
          }
          await within("#hapana-email-text").fill(
            (await email()).replaceAll("[PASTE THE URL HERE]", "https://studio.example.com/bondi/hapana"),
          );
          assert.doesNotMatch(await warnings(), /PASTE/, "it is done");
          await within("#hapana-email-copy").click();
          await editor().closeEmail();

          await fill("path", "/${STUDIO}/gym");
          assert.doesNotMatch(
            await textOf("#hapana-publicUrl-warning"),
            /old URL/,
            "nobody knows whether it is another",
          );
          await fill("publicUrl", "https://${HOST}");
          await fill("path", "/hapana");
          await editor().openEmail();
          await within("#hapana-email-again").click();
          assert.match(await email(), /Endpoint URL: <\[PASTE THE URL HERE\]\/checkIn>/);
          assert.doesNotMatch(await email(), /\$[{(]/);
          assert.match(await warnings(), /URL depends on the environment variable HOST\./);
          assert.doesNotMatch(await warnings(), /cannot reach/);
          await editor().closeEmail();
        });
      });

      it("are told also where the secret is stored, and whether it is set as it is deployed", async () => {
        await show(studioFlows({ id: "stored", credentials: { headerValue: "Bearer ${HAPANA_TOKEN}" } }));
        const hint = within("#hapana-headerValue-hint");
        await inEndpoint(async () => {
          await editor().showTab("security");
          await hint.getByText("The value comes from the environment variable HAPANA_TOKEN.").waitFor();
          assert.match(
            (await hint.textContent()) ?? "",
            /In the deployed endpoint: no value for HAPANA_TOKEN: set this environment variable for all .+ Environment\)\.$/,
          );
          await editor().openEmail();
          assert.match(await warnings(), /The token comes from the environment variable HAPANA_TOKEN\./);
          assert.doesNotMatch(await warnings(), /does not show a saved token again/);
          await editor().closeEmail();
          await editor().pressInSecurity("Rotate");
          assert.doesNotMatch((await hint.textContent()) ?? "", /environment variable/);
        });
      });

      it("are not looked for where the endpoint cannot see them: the hint tells where to set them", async () => {
        const hint = () => textOf("#hapana-headerValue-hint");
        await inEndpoint(async () => {
          await fill("headerValue", "Bearer ${HAPANA_TOKEN}");
          assert.match(
            await hint(),
            /^The value comes from the environment variable HAPANA_TOKEN\. Set it on the machine/,
          );
          assert.match(
            await hint(),
            /the variables of a tab or subflow do not reach it\. Only Node-RED knows whether it is set\./,
          );
          await within("#red-ui-editor-config-scope").selectOption("tab");
          assert.match(
            await hint(),
            /^The value comes from the environment variable HAPANA_TOKEN\. Only .+ the nodes' status says so after Deploy\.$/,
          );
          await fill("headerName", "X-${HEADER}");
          assert.match(
            await textOf("#hapana-headerName-hint"),
            /^The value comes from the environment variable HEADER\./,
          );
          await fill("headerName", "Authorization");
          assert.match(
            await textOf("#hapana-headerName-hint"),
            /^The name of the header in which Hapana sends the token/,
          );
          await fill("headerValue", "Bearer plain");
          assert.doesNotMatch(await hint(), /environment variable/);
          await (await editor().inSight("#node-config-input-auth")).selectOption("signature");
          await fill("signingSecret", "$(SIGNING_SECRET)");
          assert.match(await textOf("#hapana-signingSecret-hint"), /environment variable SIGNING_SECRET/);
          await (await editor().inSight("#node-config-input-signingSecret")).blur();
          assert.equal(await isWrong("signingSecret"), false);
        });
      });
    });
  }
});
