import assert from "node:assert/strict";
import { definitionOf } from "../../../src/events/catalog";
import { token } from "../../support/flows";
import { onePlatform } from "../../support/platforms";
import { post } from "../../support/post";
import { waitFor } from "../../support/wait-for";
import { describeInBrowser } from "../support/in-browser";
import { oneEditor } from "../support/one-editor";
import { studioFlows, studioSettings } from "../support/studio";

describeInBrowser("the secrets of an endpoint in the editor", (browser) => {
  for (const platform of onePlatform) {
    describe(`in Node-RED ${platform.name}`, () => {
      const { editor, fieldValue, inEndpoint, nodeRed, show, textOf, within } = oneEditor(browser, {
        platform,
        settings: studioSettings,
      });

      it("shows only what the chosen proof needs", async () => {
        await show(studioFlows());
        const visible = async () => {
          const fields = ["headerName", "headerValue", "previousHeaderValue", "signingSecret", "tolerance"];
          const seen = await Promise.all(fields.map((name) => within(`#node-config-input-${name}`).isVisible()));
          return fields.filter((_, index) => seen[index]);
        };
        await inEndpoint(async () => {
          await editor().inSight("#node-config-input-headerName");
          const shown: Record<string, string[]> = {};
          for (const auth of ["header", "signature", "both", "none"]) {
            await (await editor().inSight("#node-config-input-auth")).selectOption(auth);
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

      it("shows, hides and copies a new token, and never one that is stored", async () => {
        await show(studioFlows());
        await inEndpoint(async () => {
          assert.equal(await within("#node-config-input-headerValue").getAttribute("type"), "password");
          assert.equal(await within("#node-config-input-headerValue + button").isDisabled(), true);
          await editor().pressInSecurity("Rotate");
          const made = await fieldValue("#node-config-input-headerValue");
          assert.match(made, /^Bearer [\w-]{43}$/);
          assert.equal(await within("#node-config-input-headerValue").getAttribute("type"), "text");
          const scrolled = "document.getElementById('node-config-input-headerValue').scrollLeft";
          assert.equal(await editor().page.evaluate(scrolled), 0, "its beginning is in sight");
          await editor().pressInSecurity("Hide");
          assert.equal(await within("#node-config-input-headerValue").getAttribute("type"), "password");
          await within("#node-config-input-headerValue ~ button[aria-label=Copy]").click();
          await editor().copied(made);
          await editor().pressInSecurity("Generate");
          assert.notEqual(await fieldValue("#node-config-input-headerValue"), made);
        });
      });

      it("rotates a stored token: both are accepted until the previous one is cleared", async () => {
        await show(studioFlows());
        const answerTo = async (value: string) => {
          const body = { ...definitionOf("checkIn").sample, checkInMessage: Math.random() };
          return (await post(`${nodeRed().url}/hapana/checkIn`, { token: value, body })).status;
        };
        const rotate = () => editor().pressInSecurity("Rotate");
        await inEndpoint(rotate, "ok");
        await editor().undo();
        await inEndpoint(async () => {
          assert.equal(await fieldValue("#node-config-input-headerValue"), "__PWRD__");
          await editor().showTab("security");
          assert.equal(await within("#node-config-input-previousHeaderValue").isVisible(), false, "it was undone");
        });

        let renewed = "";
        await inEndpoint(async () => {
          await editor().pressInSecurity("Rotate");
          renewed = await fieldValue("#node-config-input-headerValue");
        }, "ok");
        await editor().deploy();
        await waitFor(
          async () => ((await answerTo(renewed)) === 200 ? true : undefined),
          () => "the new token is not accepted yet",
        );
        assert.equal(await answerTo(token), 200);

        await editor().reload();
        await inEndpoint(async () => {
          await editor().showTab("security");
          assert.equal(await within("#node-config-input-previousHeaderValue").isVisible(), true);
          await editor().pressInSecurity("Clear");
          assert.equal(await within("#node-config-input-previousHeaderValue").isVisible(), false);
        }, "ok");
        await editor().deploy();
        // Node-RED answers a deploy before all nodes are made anew.
        await waitFor(
          async () => ((await answerTo(token)) === 401 ? true : undefined),
          () => "the previous token is still accepted",
        );
        assert.equal(await answerTo(renewed), 200);
      });

      it("asks before a token is dropped that Hapana may use, and says when each was last used", async () => {
        const credentials = { headerValue: "C", previousHeaderValue: "B" };
        await show(studioFlows({ id: "rotated-before", path: "/rotated", credentials }));
        const use = (secret: string) => textOf(`#hapana-${secret}-use`);
        const send = (value: string) => {
          const body = { ...definitionOf("checkIn").sample, checkInMessage: Math.random() };
          return post(`${nodeRed().url}/rotated/checkIn`, { token: value, body });
        };
        await inEndpoint(async () => {
          await editor().showTab("security");
          await editor()
            .page.getByText(/^Hapana has not used it since/)
            .first()
            .waitFor();
          assert.match(await use("previousHeaderValue"), /^Hapana has not used it since/);
        });
        assert.equal((await send("B")).status, 200);
        await inEndpoint(async () => {
          await editor().showTab("security");
          await editor()
            .page.getByText(/^Hapana last used it: .*\d/)
            .first()
            .waitFor();
          assert.match(await use("headerValue"), /^Hapana has not used it since/);

          await editor().pressInSecurity("Rotate");
          const question = within(".red-ui-notification");
          await question.getByText("Does Hapana already use the current one for all of your webhooks?").waitFor();
          await question.getByText(/^Token: Hapana has not used it since/).waitFor();
          await question.getByText(/^Previous token: Hapana last used it: /).waitFor();
          await within("#hapana-rotate-cancel").click();
          assert.equal(await fieldValue("#node-config-input-headerValue"), "__PWRD__");
        });
        let made = "";
        await inEndpoint(async () => {
          await editor().pressInSecurity("Rotate");
          await within("#hapana-rotate-again").click();
          made = await fieldValue("#node-config-input-headerValue");
          assert.match(made, /^Bearer [\w-]{43}$/);
        }, "ok");
        await editor().deploy();
        await waitFor(
          async () => ((await send(made)).status === 200 ? true : undefined),
          () => "the new token is not accepted yet",
        );
        assert.deepEqual([(await send("C")).status, (await send("B")).status], [200, 401]);
        await editor().reload();
        await inEndpoint(async () => {
          await editor().showTab("security");
          await editor()
            .page.getByText(/^Hapana last used it/)
            .first()
            .waitFor();
          await editor().openEmail();
          const purpose = await within("input[name=hapana-email-purpose]:checked").inputValue();
          assert.equal(purpose, "newWebhooks", "Hapana has the token already");
          await editor().closeEmail();
        });
      });
    });
  }
});
