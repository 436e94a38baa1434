// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how Node-RED writes a variable
import assert from "node:assert/strict";
import { endpoint, type FlowNode, token, webhookIn } from "../../support/flows";
import { onePlatform } from "../../support/platforms";
import { post } from "../../support/post";
import { type Postgres, startPostgres } from "../../support/postgres";
import { waitFor } from "../../support/wait-for";
import { describeInBrowser } from "../support/in-browser";
import { oneEditor } from "../support/one-editor";
import { studioFlows, studioSettings } from "../support/studio";

describeInBrowser("an endpoint in the editor, as it is deployed", (browser) => {
  let postgres: Postgres;
  const env: Record<string, string> = {};
  before(async () => {
    postgres = await startPostgres();
    env.DATABASE_URL = await postgres.newDatabase();
  });
  after(() => postgres?.stop());

  for (const platform of onePlatform) {
    describe(`in Node-RED ${platform.name}`, () => {
      const { editor, fieldValue, inEndpoint, nodeRed, show, textOf, within } = oneEditor(browser, {
        ...{ platform, env },
        settings: studioSettings,
      });

      it("says that a proof is not understood, and writes no email without the header that Hapana would have to send", async () => {
        await show(studioFlows({ auth: "magic", storage: "cloud" }));
        const write = within("#hapana-write-email");
        const notUnderstood =
          /^The saved (authentication|storage), “magic”, is not known, so all requests are refused\./;
        assert.match(String(await editor().property<string[]>("endpoint", "validationErrors")), /magic.+cloud/s);
        await inEndpoint(async () => {
          assert.match(await textOf("#hapana-auth-problem"), notUnderstood);
          assert.match(await textOf("#hapana-storage-problem"), /^The saved storage, “cloud”, is not known/);
          assert.equal(await write.isEnabled(), false);
          assert.match(await textOf("#hapana-subscription-hint"), /^Choose the authentication above first/);
        }, "ok");
        assert.equal(await editor().property("endpoint", "auth"), "magic", "who only looks changes nothing");
        await inEndpoint(async () => {
          await (await editor().inSight("#node-config-input-auth")).selectOption("header");
          await (await editor().inSight("#node-config-input-storage")).selectOption("disk");
          assert.equal(await textOf("#hapana-auth-problem"), "");
          assert.equal(await textOf("#hapana-storage-problem"), "");
          assert.match(await textOf("#hapana-subscription-hint"), /^Hapana's support sets up webhooks/);
          await write.click();
          await within("#hapana-subscription").waitFor();
          assert.match(await fieldValue("#hapana-email-text"), /Authorization/);
          await editor().closeEmail();
        }, "ok");
        assert.equal(await editor().property("endpoint", "valid"), true);
        await editor().undoAll();
      });

      it("takes what is usual where nothing is saved, as Node-RED does", async () => {
        await show(studioFlows({ auth: undefined, storage: undefined }));
        await inEndpoint(async () => {
          await editor().showTab("security");
          assert.equal(await fieldValue("#node-config-input-auth"), "header");
          assert.equal(await fieldValue("#node-config-input-storage"), "disk");
          assert.equal(await textOf("#hapana-auth-problem"), "");
          assert.equal(await within("#node-config-input-headerValue").isVisible(), true);
        });
      });

      it("asks for a database only where events are to be kept in one, and keeps its address like a token", async () => {
        await show(studioFlows());
        const url = within("#node-config-input-databaseUrl");
        const enter = async (text: string) => {
          await url.fill(text);
          await url.blur();
        };
        const isMarked = () => url.evaluate((input) => input.classList.contains("input-error"));
        await inEndpoint(async () => {
          assert.equal(await url.isVisible(), false);
          await (await editor().inSight("#node-config-input-storage")).selectOption("shared");
          assert.deepEqual([await url.isVisible(), await url.getAttribute("type")], [true, "password"]);
          assert.equal(await isMarked(), true, "without an address, nobody is let in");
          await enter("postgres://hapana:secret@127.0.0.1:1/hapana");
          assert.equal(await isMarked(), false);
          await enter("https://db.example.com");
          assert.equal(await isMarked(), true);
          await enter("${DATABASE_URL}");
          assert.equal(await isMarked(), false);
        }, "ok");
        assert.deepEqual(
          [await editor().property("endpoint", "storage"), await editor().property("endpoint", "valid")],
          ["shared", true],
        );
        await editor().undoAll();
      });

      it("tries the database from where Node-RED runs, and says in words what it has found", async () => {
        await show(studioFlows());
        const database = within("#node-config-input-databaseUrl");
        const found = within("#hapana-database-found");
        const test = within("#hapana-test-database");
        const saysOf = async (address: string, words: RegExp, isWrong: boolean) => {
          await database.fill(address);
          assert.equal(await found.isVisible(), false, "what was found before was of another address");
          await test.click();
          await found.getByText(words).waitFor();
          assert.equal(await found.evaluate((each) => each.classList.contains("hapana-error")), isWrong);
          assert.equal(await test.isEnabled(), true);
        };
        const { DATABASE_URL: url = "" } = env;
        await inEndpoint(async () => {
          assert.equal(await test.isVisible(), false);
          await (await editor().inSight("#node-config-input-storage")).selectOption("shared");
          assert.equal(await test.isEnabled(), false, "there is nothing to be tried");
          await saysOf(url, /^Connected: PostgreSQL \d+\.\d+ answered in \d+ ms\.$/, false);
          assert.match(
            await textOf("#hapana-database-found"),
            /created when you deploy\.The connection is not encrypted\./,
          );
          await saysOf(`${url}_of_another_name`, /^The server has no database with this name/, true);
          const isWider = await found.evaluate((each) => {
            const tray = each.closest(".red-ui-tray-body");
            return tray === null || tray.scrollWidth > tray.clientWidth;
          });
          assert.equal(isWider, false);
          await saysOf("https://db.example.com", /^Enter the database's address/, true);
          await saysOf("${NOT_SET}", /^no value for NOT_SET: /, true);
          await saysOf("${DATABASE_URL}", /^Connected/, false);
        });
        await show(
          studioFlows({ id: "with-address", storage: "shared", credentials: { headerValue: token, databaseUrl: url } }),
        );
        await inEndpoint(async () => {
          await editor().showTab("storage");
          // Its inbox may still be about to open.
          await waitFor(
            async () => {
              await test.click();
              await found.getByText(/^Connected/).waitFor();
              return /Node-REDs using them now: 1\./.test(await textOf("#hapana-database-found")) || undefined;
            },
            () => "it is not counted",
          );
        });
      });

      it("lets events wait on disk while the database is away, unless that is unticked", async () => {
        for (const saved of [undefined, false]) {
          await show(studioFlows({ spool: saved }));
          const spool = within("#node-config-input-spool");
          await inEndpoint(async () => {
            assert.equal(await spool.isVisible(), false);
            await (await editor().inSight("#node-config-input-storage")).selectOption("shared");
            await (await editor().inSight("#node-config-input-databaseUrl")).fill("${DATABASE_URL}");
            assert.equal(await spool.isVisible(), true);
            assert.equal(await spool.isChecked(), saved !== false);
            if (saved !== false) await spool.uncheck();
          }, "ok");
          assert.equal(await editor().property("endpoint", "spool"), false);
          await editor().undoAll();
        }
      });

      it("says what is to be done where two instances of its subflow want one path", async () => {
        const instance = (id: string): FlowNode => ({
          id,
          type: "subflow:inside",
          z: "tab",
          x: 200,
          y: 200,
          wires: [],
        });
        await show([
          { id: "tab", type: "tab", label: "Studio" },
          { id: "inside", type: "subflow", name: "Inside", in: [], out: [] },
          endpoint({ id: "in-subflow", z: "inside" }),
          webhookIn({ endpoint: "in-subflow", z: "inside" }),
          ...[instance("one"), instance("two")],
        ]);
        await editor().page.evaluate("RED.workspaces.show('inside')");
        await inEndpoint(async () => {
          const problem = within("#hapana-path-problem");
          await problem.getByText(/^In the deployed endpoint: another instance has this path: /).waitFor();
          await (await editor().inSight("#node-config-input-path")).fill("/another");
          assert.equal(await problem.textContent(), "");
        });
      });

      it("says how many events wait for a node that is gone", async () => {
        const flows = studioFlows({ id: "waited" });
        await show([...flows, webhookIn({ id: "buys", endpoint: "waited", events: ["checkIn"] })]);
        const some = flows.map((node) => (node.id === "webhook" ? { ...node, events: ["clientUpdated"] } : node));
        await show(some);
        const body = { clientID: "c", siteID: "s" };
        assert.equal((await post(`${nodeRed().url}/hapana/checkIn`, { token, body })).status, 200);
        await inEndpoint(async () => {
          await within("#hapana-unclaimed").getByText("disabled or deleted: 1.").waitFor();
        });
      });
    });
  }
});
