import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { definitionOf, type EventType } from "../../../src/events/catalog";
import { parseCsvRows } from "../../support/csv";
import { endpoint, type FlowNode, token } from "../../support/flows";
import { onePlatform } from "../../support/platforms";
import { post } from "../../support/post";
import { waitFor } from "../../support/wait-for";
import { AccessTab } from "../support/access-tab";
import { describeInBrowser } from "../support/in-browser";
import { faintTexts, namelessControls } from "../support/legibility";
import { oneEditor } from "../support/one-editor";
import { onlyNodes, sites } from "../support/studio";

const markup = '<img src="x" onerror="window.wasRun = true">';

const roster: FlowNode = {
  ...{ id: "roster", type: "hapana-roster", version: 1, name: "Members", endpoint: "endpoint", forgetAfterDays: 365 },
};

/** A door, and a reader that is told what came of it. */
const door = (id: string, name: string, y: number): FlowNode[] => [
  { ...{ id: `${id}-reader`, type: "http in", z: "tab", x: 120, y, url: `/${id}`, method: "post" }, wires: [[id]] },
  {
    ...{ id, type: "hapana-access", z: "tab", x: 320, y, name: "", roster: "roster", door: name, gapSeconds: 0 },
    ...{ openPayload: "open", openPayloadType: "str", wires: [["answer"], ["answer"], []] },
  },
];

const bare: FlowNode[] = [{ id: "tab", type: "tab", label: "Doors" }, endpoint({ name: "My studio", sites })];

const flows: FlowNode[] = [
  ...bare,
  roster,
  ...door("front", "Front door", 100),
  ...door("back", `Back ${markup}`, 220),
  ...["lockdown", "normal"].map((topic, index) => ({
    ...{ id: topic, type: "inject", z: "tab", x: 120, y: 300 + index * 60, topic, wires: [["front"]] },
    props: [{ p: "topic", vt: "str" }],
  })),
  { id: "answer", type: "http response", z: "tab", x: 560, y: 160, wires: [] },
];

describeInBrowser("who may come in, in the sidebar", (browser) => {
  for (const platform of onePlatform) {
    describe(`of Node-RED ${platform.name}`, () => {
      const settings = onlyNodes("21-httpin.js", "20-inject.js");
      const { nodeRed, editor, show } = oneEditor(browser, { platform, settings });
      const tab = new AccessTab(editor);

      const tell = async (event: EventType, fields: object) => {
        const body = { ...definitionOf(event).sample, siteID: sites[0]?.siteID, ...fields };
        assert.equal((await post(`${nodeRed().url}/hapana/${event}`, { token, body })).status, 200);
      };
      const join = async (clientID: string, firstName: string, fobNumber: string) => {
        await stands(clientID, firstName, "activePackage");
        await tell("checkIn", { clientID, firstName, lastName: "Silva", fobNumber });
      };
      const stands = (clientID: string, firstName: string, status: string) =>
        tell("clientStatusChange", { clientID, firstName, lastName: "Silva", status });
      /** Holds a fob to a reader, as soon as the door has its roster. */
      const scan = (credential: string, id = "front") =>
        waitFor(
          async () => {
            const headers = { "content-type": "text/plain" };
            const { status, body } = await post(`${nodeRed().url}/${id}`, { body: credential, headers });
            return status === 200 && !/starting/.test(body) ? body : undefined;
          },
          () => "the door does not answer",
        );

      beforeEach(() => show(flows));

      it("has its views where the flows have a roster, and only there", async () => {
        await show(bare);
        await tab.show();
        assert.equal(await tab.root.getByRole("tablist").isVisible(), false);
        await show(flows);
        await tab.view("Clients");
        await tab.root.getByText("No clients yet.").waitFor();
        await tab.view("Doors");
        await tab.root.getByText("No door decisions in the last 30 days.").waitFor();
        await tab.root.locator(".hapana-health").getByText("Front door").waitFor();
        await tab.view("Unknown");
        await tab.root.getByText("No unknown fob or card was read").waitFor();
      });

      it("shows an unknown fob when it is read, and gives it to a client in one press, for whom it opens", async () => {
        await join("maria", "Maria", "11111111");
        await tab.view("Unknown");
        assert.match(await scan("0022222222"), /not recognised/);
        await tab.row("0022222222").getByText("Front door · read 1 ×").waitFor();
        await scan("22222222", "back");
        await tab.row("22222222").getByText("read 2 ×").waitFor();
        await tab.row("22222222").click();
        await tab.root.getByText("Whose is 22222222?").waitFor();
        await tab.root.locator("#hapana-search").fill("maria");
        await tab.row("Maria Silva").click();
        await editor().page.getByText("22222222 now belongs to Maria Silva.").waitFor();
        await tab.root.getByText("No unknown fob or card was read").waitFor();
        assert.equal(await scan("22222222"), "open");
      });

      it("gives an unknown fob to somebody whom Hapana does not know, as staff", async () => {
        await scan("33333333");
        await tab.view("Unknown");
        await tab.row("33333333").click();
        await tab.root.locator("#hapana-search").fill("The cleaner");
        await tab.press("Add “The cleaner” as staff…");
        await tab.answer("Make staff");
        await editor().page.getByText("33333333 now belongs to The cleaner.").waitFor();
        assert.equal(await scan("33333333"), "open");
        await tab.openClient("cleaner", "The cleaner");
        await tab.detail.getByText("Staff: let in at any time").waitFor();
        await tab.back();
      });

      it("tells in one look why somebody was refused, and blocks and unblocks", async () => {
        await join("ana", "Ana", "44444444");
        assert.equal(await scan("44444444"), "open");
        await stands("ana", "Ana", "suspendedMembership");
        await scan("44444444");
        await tab.openClient("ana silva", "Ana Silva");
        const last = tab.detail.locator(".hapana-tone-bad").first();
        await last.getByText("Front door · refused").waitFor();
        await last.getByText("Your membership does not open this door at the moment.").waitFor();
        await last.getByText(/^Status: suspended since .* · Bondi Beach$/).waitFor();

        await stands("ana", "Ana", "activePackage");
        await tab.press("Block…");
        await editor().page.getByText("From now on, no door opens for them").waitFor();
        await tab.answer("Block");
        await tab.detail.getByText("Blocked: no door opens").waitFor();
        assert.match(await scan("44444444"), /blocked/);
        await tab.detail.getByText("Your access is blocked.").waitFor();
        await tab.press("No longer blocked…");
        await tab.answer("Let Hapana decide");
        await tab.detail.getByText("active since").first().waitFor();
        assert.equal(await scan("44444444"), "open");
        await tab.press("Show all events of this client");
        await tab.rows.getByText("Ana Silva").first().waitFor();
      });

      it("adds a card until a day, takes it away again, and leaves what is being typed when something happens", async () => {
        await join("eva", "Eva", "55555555");
        await tab.openClient("eva", "Eva Silva");
        await tab.press("Add a fob or card…");
        await tab.root.getByLabel("Fob or card").fill("BC:61:4E");
        await scan("55555555");
        await tab.detail.getByText("Front door · let in").waitFor();
        assert.equal(await tab.root.getByLabel("Fob or card").inputValue(), "BC:61:4E");
        assert.equal(await tab.root.locator(":focus").getAttribute("id"), "hapana-new-credential");
        await editor().page.keyboard.press("Escape");
        await tab.press("Add a fob or card…");
        await tab.root.getByLabel("Fob or card").fill("BC:61:4E");
        await tab.root.getByLabel("Until (empty: no limit)").fill("2099-12-31");
        await tab.press("Add");
        await tab.detail.getByText(/^added manually · since .* · until Dec 31, 2099$/).waitFor();
        assert.equal(await scan("12345678"), "open");
        await tab.press("Remove BC:61:4E");
        await tab.answer("Remove");
        await tab.detail.getByText("BC:61:4E").waitFor({ state: "hidden" });
        assert.match(await scan("12345678"), /not recognised/);
        await tab.back();
      });

      it("forgets a client after it has asked twice", async () => {
        await join("lost", "Lost", "66666666");
        await tab.openClient("lost", "Lost Silva");
        await tab.press("Block…");
        await tab.answer("Block");
        await tab.detail.getByText("Blocked: no door opens").waitFor();
        await tab.press("Forget the client…");
        for (const goes of ["Events: 2", "Fobs and cards: 2", "Door decisions", "The block as well"])
          await editor().page.locator(".red-ui-notification").getByText(goes).waitFor();
        await tab.answer("Continue");
        await editor().page.getByText("This cannot be undone.").waitFor();
        await tab.answer("Remove permanently");
        await editor().page.getByText("Removed: Lost Silva (lost).").waitFor();
        await tab.root.getByText("No client matches.").waitFor();
        assert.match(await scan("66666666"), /not recognised/);
      });

      it("imports a list after it has told what that changes, and what of it cannot be read", async () => {
        await tab.view("Clients");
        await tab.press("Import a list…");
        const csv =
          "Fob;Email;Name;Kind;Until;Shoe\n77777777;zoe@example.com;Zoé Müller;staff;;\n\n;;Nobody;;;\n8;x@example.com;X;;31/12;\n";
        const buffer = Buffer.from(csv, "latin1");
        await tab.chooseFile({ name: "list.csv", mimeType: "text/csv", buffer });
        await tab.detail.getByText("New clients: 1 · changed: 0 · unchanged: 0").waitFor();
        const issues = tab.detail.locator(".hapana-issues li");
        assert.deepEqual(await issues.allTextContents(), [
          "Line 4: it identifies nobody: it needs a fob or card, a clientID or an email.",
          "Line 5: the end (until) is not a date. Write it like 2026-12-31.",
        ]);
        await tab.detail.getByText("Unknown columns, ignored: Shoe.").waitFor();
        await tab.detail.getByText("Zoé Müller: new · + 77777777 · becomes staff").waitFor();
        await tab.press("Import: 1");
        await editor().page.getByText("Imported: 1 new, 0 changed.").waitFor();
        await tab.root.locator("#hapana-search").fill("zoé");
        await tab.row("Zoé Müller").waitFor();
        assert.equal(await scan("77777777"), "open");

        await tab.root.locator("#hapana-search").fill("");
        await tab.press("Export as CSV…");
        const downloaded = editor().page.waitForEvent("download");
        await tab.answer("Export");
        const rows = parseCsvRows(readFileSync(await (await downloaded).path(), "utf8"));
        assert.equal(rows.find(({ credential }) => credential === "77777777")?.name, "Zoé Müller");
      });

      it("does not take an Excel workbook for a list", async () => {
        await tab.view("Clients");
        await tab.press("Import a list…");
        const workbook = { name: "list.csv", mimeType: "text/csv", buffer: Buffer.from("PK\u0003\u0004 and so on") };
        await tab.chooseFile(workbook);
        await editor().page.getByText("This is an Excel workbook.").waitFor();
        await tab.back();
      });

      it("shows what the doors decide, live, filters it, leads to the client and saves it", async () => {
        await join("kim", "Kim", "88888888");
        await tab.view("Doors");
        await scan("88888888");
        await tab.row("Kim Silva").getByText("let in · Front door").waitFor();
        await scan("99999999", "back");
        await tab.row("99999999").getByText(`refused · unknown · Back ${markup}`).waitFor();
        assert.equal(await tab.root.locator("img").count(), 0);
        await tab.filter("decision", "refused");
        await tab.row("Kim Silva").waitFor({ state: "hidden" });
        await tab.filter("door", "Front door");
        await tab.filter("code", "unknown");
        await tab.row("99999999").waitFor({ state: "hidden" });
        await tab.root.locator(".hapana-summary").getByText("Front door · refused · unknown").waitFor();
        await tab.filter("door", `Back ${markup}`);
        await tab.row("99999999").waitFor();
        await tab.press("Export these as CSV…");
        const downloaded = editor().page.waitForEvent("download");
        await tab.answer("Export");
        const csv = readFileSync(await (await downloaded).path(), "utf8");
        assert.match(csv, /99999999/);
        assert.doesNotMatch(csv, /88888888|Kim/);
        await tab.press("Clear the filter");
        await tab.open(tab.row("Kim Silva"));
        await tab.detail.getByText("Welcome.").waitFor();
        await tab.press("Show Kim Silva");
        await tab.detail.getByText("Front door · let in").waitFor();
        await tab.back();
        await tab.row("Kim Silva").waitFor();
      });

      it("says which doors are locked down, and which are open", async () => {
        await tab.view("Doors");
        const front = tab.root.locator(".hapana-health li").filter({ hasText: "Front door" });
        await front.getByText("Normal").waitFor();
        const command = (id: string) => post(`${nodeRed().url}/inject/${id}`, {});
        await command("lockdown");
        await front.and(tab.root.locator(".hapana-tone-bad")).getByText("Locked down since").waitFor();
        await scan("11111111");
        await tab.row("refused · locked down · Front door").waitFor();
        await command("normal");
        await front.getByText("Normal").waitFor();
      });

      it("leads from a fob that nobody has at the doors to whom it is given", async () => {
        await join("ida", "Ida", "15151515");
        await scan("16161616");
        await tab.view("Doors");
        await tab.row("16161616").click();
        await tab.press("Assign to…");
        await tab.root.locator("#hapana-search").fill("ida");
        await tab.row("Ida Silva").click();
        await editor().page.getByText("16161616 now belongs to Ida Silva.").waitFor();
        assert.equal(await scan("16161616"), "open");
        await tab.row("Ida Silva").waitFor();
      });

      it("shows whose fob it was at a door that is locked down, which it locks and unlocks itself", async () => {
        await join("uma", "Uma", "20202020");
        await tab.view("Doors");
        const front = tab.root.locator(".hapana-health li").filter({ hasText: "Front door" });
        const setMode = async (mode: string) => {
          await front.getByRole("button", { name: "Change Front door" }).click();
          await editor().page.locator(".red-ui-popover-panel .red-ui-menu").getByText(`${mode}…`).click();
          await tab.answer(mode);
        };
        await setMode("Lock down");
        await front.getByText("Locked down since").waitFor();
        assert.match(await scan("20202020"), /locked/);
        await tab.open(tab.row("Uma Silva"));
        await tab.detail.getByText("refused · locked down").waitFor();
        await tab.press("Show Uma Silva");
        await tab.detail.getByText("The door is locked at the moment.").waitFor();
        await tab.back();
        await setMode("Set to normal");
        await front.getByText("Normal").waitFor();
        assert.equal(await scan("20202020"), "open");
      });

      it("gives one of two clients the fob that both have", async () => {
        await join("one", "One", "21212121");
        await join("two", "Two", "21212121");
        await scan("21212121");
        await tab.view("Doors");
        await tab.open(tab.row("21212121"));
        await tab.press("It belongs to Two Silva…");
        await tab.answer("Reassign");
        await editor().page.getByText("21212121 now belongs to Two Silva.").waitFor();
        assert.equal(await scan("21212121"), "open");
      });

      it("warns before it takes a fob from somebody, and says whose it is again", async () => {
        await join("una", "Una", "23232323");
        await tab.view("Clients");
        await tab.press("Add staff or a guest…");
        await tab.root.getByLabel("Name", { exact: true }).fill("Guest");
        await tab.root.getByLabel("Fob or card").fill("23232323");
        await tab.root.getByLabel("Until (empty: no limit)").fill("2020-01-01");
        await tab.press("Add");
        await editor().page.getByText("This date has passed.").waitFor();
        await tab.root.getByLabel("Until (empty: no limit)").fill("2099-12-31");
        await tab.press("Add");
        await tab.answer("Make staff");
        await editor().page.getByText("23232323 already belongs to Una Silva. Reassign it to Guest?").waitFor();
        await tab.answer("Reassign");
        await editor().page.getByText("23232323 opens for Guest until Dec 31, 2099.").waitFor();
        await tab.openClient("una", "Una Silva");
        await tab.detail.getByText("Now also belongs to: Guest").waitFor();
        await tab.openClient("guest", "Guest");
        await tab.press("Remove 23232323");
        await tab.answer("Remove");
        await editor().page.getByText("It still opens for Una Silva, who has it as well.").waitFor();
        await tab.back();
      });

      it("shows a fob that is over as no longer valid, and why it did not open", async () => {
        await join("old", "Old", "24242424");
        const entries = [{ clientID: "old", credential: "25252525", until: "2020-01-01" }];
        const url = `${nodeRed().url}/hapana-access/roster/import`;
        assert.equal((await post(url, { body: { entries } })).status, 200);
        await scan("25252525");
        await tab.view("Doors");
        await tab.row("refused · fob or card no longer valid").getByText("Old Silva").waitFor();
        await tab.openClient("old", "Old Silva");
        await tab.detail.locator("summary", { hasText: "No longer valid" }).click();
        await tab.detail.locator("details").getByText("25252525").first().waitFor();
        await tab.back();
      });

      it("lets a lost fob of Hapana's open for nobody", async () => {
        await join("loser", "Loser", "26262626");
        await tab.openClient("loser", "Loser Silva");
        await tab.press("Mark 26262626 as lost…");
        await tab.answer("Mark as lost");
        await editor().page.getByText("Marked as lost: 26262626. No door opens for it.").waitFor();
        assert.match(await scan("26262626"), /blocked/);
        await tab.back();
      });

      it("is led to from a door's status, to what that door decided", async () => {
        await scan("27272727", "back");
        await editor().page.evaluate("RED.actions.invoke('hapana:show-doors', { door: 'front' })");
        await tab.row("27272727").waitFor({ state: "hidden" });
        await tab.press("Clear the filter");
        await tab.row("27272727").waitFor();
      });

      it("blocks in the roster that it names, or in all of them", async () => {
        const other = endpoint({ id: "other", name: "Another studio", path: "/other" });
        await show([...flows, other, { ...roster, id: "branch", name: "", endpoint: "other" }]);
        await join("both", "Both", "28282828");
        await tab.openClient("both", "Both Silva");
        await tab.press("Block…");
        await editor().page.getByText("No door of the roster “Members” opens for them").waitFor();
        await tab.answer("Block in all rosters");
        await tab.detail.getByText("Blocked: no door opens").waitFor();
        await tab.root.getByLabel("Roster").selectOption("Another studio");
        await tab.root.getByText("Clients: 1 · fobs: 0").waitFor();
      });

      it("offers the rosters where there are several", async () => {
        const other = endpoint({ id: "other", name: "Another studio", path: "/other" });
        await show([...flows, other, { ...roster, id: "trial", name: "Trial", endpoint: "other" }]);
        await tab.view("Clients");
        const choice = tab.root.getByLabel("Roster");
        await choice.selectOption("Trial");
        await tab.root.getByText("Clients: 0 · fobs: 0").waitFor();
        await tab.view("Doors");
        await tab.root.getByText("No door uses this roster yet.").waitFor();
        await choice.selectOption("Members");
        await tab.root.locator(".hapana-health").getByText("Front door").waitFor();
      });

      it("offers nothing that would be refused to who may only look", async () => {
        await join("olga", "Olga", "17171717");
        await scan("18181818");
        await tab.view("Doors");
        await tab.row("18181818").waitFor();
        await editor().page.evaluate(`(() => {
          const has = RED.user.hasPermission;
          RED.user.hasPermission = (permission) => permission !== "hapana.write" && has(permission);
        })()`);
        await tab.view("Unknown");
        await tab.row("18181818").waitFor();
        await tab.row("18181818").click();
        await tab.openClient("olga", "Olga Silva");
        const buttons = (await tab.detail.locator("button").allTextContents()).filter(Boolean);
        assert.deepEqual(buttons, ["Show all events of this client"]);
        await tab.back();
        await editor().reload();
      });

      it("shows markup in names as the text that it is", async () => {
        await tell("clientStatusChange", { clientID: "markup", firstName: markup, lastName: markup, status: markup });
        await tell("checkIn", { clientID: "markup", firstName: markup, lastName: markup, fobNumber: "10101010" });
        await scan("10101010");
        await scan(markup);
        await tab.view("Unknown");
        await tab.row(markup).waitFor();
        await tab.openClient("onerror", markup);
        await tab.press("Block…");
        await editor().page.locator(".red-ui-notification").getByText(markup).waitFor();
        await tab.answer("Cancel");
        assert.equal(await editor().page.locator(".red-ui-notification img, .hapana-sidebar img").count(), 0);
        assert.equal(await editor().page.evaluate("window.wasRun ?? false"), false);
        await tab.back();
      });

      it("can be used with the keyboard alone, and puts no field into the page that is not seen", async () => {
        await tab.view("Events");
        const { keyboard } = editor().page;
        const chosen = () => tab.root.locator('[role=tab][aria-selected="true"]');
        await chosen().focus();
        for (const [key, name] of [
          ["ArrowRight", "Clients"],
          ["End", "Unknown"],
          ["ArrowRight", "Events"],
          ["ArrowLeft", "Unknown"],
        ] as const) {
          await keyboard.press(key);
          assert.equal(await chosen().textContent(), name);
          assert.equal(await chosen().evaluate((element) => element === document.activeElement), true);
        }
        for (const name of ["Events", "Clients", "Doors", "Unknown"] as const) {
          await tab.view(name);
          assert.deepEqual(await namelessControls(tab.root), []);
          const hidden = tab.root.locator("input:not([aria-hidden]), select, textarea");
          for (const field of await hidden.all()) assert.equal(await field.isVisible(), true, await field.innerHTML());
        }
      });

      // Node-RED 4 has no dark theme.
      const themes = platform.name.startsWith("4") ? (["light"] as const) : (["light", "dark"] as const);
      for (const theme of themes) {
        it(`can be read when it is ${theme}, wide or narrow, and nothing sticks out`, async () => {
          if (themes.length > 1) await editor().reload(theme);
          await join("wide", "Wilhelmina Alexandrina", "12121212");
          await scan("12121212");
          await scan("13131313131313131313");
          for (const width of [320, 180]) {
            await tab.view("Events");
            await tab.resize(width);
            const check = async (name: string) => {
              await keepPicture(`${platform.name}-${theme}-${width}-${name}`);
              assert.deepEqual(await faintTexts(tab.root, 4.5), [], name);
              assert.deepEqual(await stickingOut(), [], name);
            };
            await tab.view("Clients");
            await tab.root.locator("#hapana-search").fill("");
            await tab.row("Wilhelmina").waitFor();
            await check("clients");
            await tab.openClient("wilhelmina", "Wilhelmina");
            await tab.press("Add a fob or card…");
            await check("client");
            await tab.back();
            await tab.press("Import a list…");
            await tab.root.getByLabel("Or paste the list here").fill("credential,kind\n14141414,staff\n,staff\n");
            await tab.press("What would change?");
            await tab.detail.getByText("+ 14141414").waitFor();
            await check("import");
            await tab.back();
            await tab.root.locator("#hapana-search").fill("");
            await tab.view("Doors");
            await tab.row("Wilhelmina").waitFor();
            await check("doors");
            await tab.root.locator("#hapana-filter-button").click();
            await check("doors-filter");
            await tab.root.locator("#hapana-filter-button").click();
            await tab.view("Unknown");
            await tab.row("13131313131313131313").waitFor();
            await check("unknown");
            await tab.row("13131313131313131313").click();
            await tab.row("Wilhelmina").waitFor();
            await check("assign");
            await tab.back();
          }
        });
      }

      const keepPicture = async (name: string) => {
        const { PICTURES } = process.env;
        if (PICTURES) await tab.root.screenshot({ path: `${PICTURES}/${name}.png` });
      };
      const stickingOut = () =>
        tab.root.evaluate((root) =>
          Array.from(root.querySelectorAll("*"))
            .filter((each) => each.checkVisibility() && each.getBoundingClientRect().width > 0)
            .filter((each) => each.getBoundingClientRect().right > root.getBoundingClientRect().right + 1)
            .map((each) => each.outerHTML.slice(0, 200)),
        );
    });
  }
});
