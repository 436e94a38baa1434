import { ask } from "../ask";
import { wordButton } from "../button";
import { hint } from "../live-list";
import { may } from "../permissions";
import { saveFile } from "../save-file";
import { say } from "../words";
import { accessApi } from "./access-api";
import { AddPlace } from "./add-place";
import { ClientList } from "./client-list";
import { ImportPlace } from "./import-place";
import type { RosterState } from "./known";
import { type ClientLinks, OpenedClient } from "./opened-client";
import type { RosterPart } from "./roster-view";

/** The clients: a list with a search, replaced by an opened client, or an import. */
export class ClientsView implements RosterPart {
  readonly element: JQuery;
  readonly #list: ClientList;
  readonly #client: OpenedClient;
  readonly #import: ImportPlace;
  readonly #add: AddPlace;
  #roster = "";

  constructor(links: ClientLinks) {
    this.#list = new ClientList({
      hasStandings: true,
      open: ({ clientID }) => this.#client.open(this.#roster, clientID),
      empty: (filter) => [
        hint(say(Object.keys(filter).length > 0 ? "access.empty.noMatch" : "access.empty.noClients")),
      ],
    });
    const home = $("<div>", { class: "hapana-home" }).append(...this.#list.parts, this.#buttons());
    const closed = () => {
      this.#list.show(this.#roster);
      this.#list.focus();
    };
    this.#client = new OpenedClient({ ...links, home, closed, backTo: say("access.clients") });
    const backTo = say("access.clients");
    this.#import = new ImportPlace({ home, closed, backTo });
    this.#add = new AddPlace({ home, closed, backTo });
    const places = [this.#client, this.#import, this.#add].map(({ element }) => element);
    this.element = $("<div>", { class: "hapana-view" }).append(home, ...places);
  }

  show({ roster }: RosterState): void {
    if (roster !== this.#roster) {
      this.#roster = roster;
      this.#client.back();
      this.#import.back();
      this.#add.back();
    }
    this.#list.show(roster);
    this.#client.refresh();
  }

  #buttons(): JQuery {
    const bar = $("<div>", { class: "hapana-selection" });
    if (may.change()) {
      bar.append(
        wordButton(say("access.button.addSomebody"), () => this.#add.open(this.#roster)),
        wordButton(say("access.button.import"), () => this.#import.open(this.#roster)),
      );
    }
    return bar.append(wordButton(say("access.button.export"), () => void this.#export()));
  }

  async #export(): Promise<void> {
    if (!(await ask(say("ask.export"), say("button.export")))) return;
    await saveFile("hapana-clients", "csv", () => accessApi.exportClients(this.#roster));
  }
}
