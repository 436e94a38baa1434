import { codes } from "../../../../src/access/codes";
import { ask } from "../ask";
import { symbolButton, wordButton } from "../button";
import { Filters, times } from "../filters";
import { FoldingPanel } from "../folding-panel";
import { hint, LiveList } from "../live-list";
import { may } from "../permissions";
import { saveFile } from "../save-file";
import { say } from "../words";
import { accessApi } from "./access-api";
import { codeWord } from "./access-words";
import { AssignPlace } from "./assign-place";
import { drawDecisionRow } from "./decision-row";
import { doorsInShort, drawDoors } from "./door-modes";
import type { Decision, DecisionFilter, Door, RosterState } from "./known";
import { type ClientLinks, OpenedClient } from "./opened-client";
import type { RosterPart } from "./roster-view";

/** What is wanted, and of which roster. */
interface Asked {
  readonly roster: string;
  readonly filter: DecisionFilter;
}

/** What the doors were told, and what they have decided; in its place, the client whom a decision was about, or the choice of one. */
export class DoorsView implements RosterPart {
  readonly element: JQuery;
  readonly #filters: Filters<"door" | "decision" | "code">;
  readonly #doors: FoldingPanel<Door>;
  readonly #log: LiveList<Decision, Asked>;
  readonly #client: OpenedClient;
  readonly #assign: AssignPlace;
  #roster = "";

  constructor(links: ClientLinks) {
    this.#doors = new FoldingPanel<Door>({ title: say("view.doors"), inShort: doorsInShort, draw: drawDoors });
    const lists = {
      door: () => this.#doors.items.map(({ door, name }) => [door, name] as const),
      decision: () => (["allow", "refuse"] as const).map((each) => [each, say(`access.decision.${each}`)] as const),
      code: () => codes.map((code) => [code, codeWord(code)] as const),
    };
    this.#filters = new Filters({ label: say("access.decisions"), lists, times }, (filter) =>
      this.#log.show({ roster: this.#roster, filter }),
    );
    this.#log = new LiveList<Decision, Asked>({
      ...{ label: say("access.decisions"), newer: say("access.newer"), filter: { roster: "", filter: {} } },
      fetch: ({ roster, filter }, before, limit) => accessApi.decisions(roster, filter, { limit, before }),
      keyOf: ({ id }) => id,
      draw: drawDecisionRow,
      open: (decision) => this.#open(decision),
      empty: ({ filter }) => this.#emptyWords(filter),
    });
    const { toolbar, panel, summary } = this.#filters;
    toolbar.prepend($("<span>", { class: "hapana-toolbar-title", text: say("access.lastDays") }));
    if (may.seePersonal()) {
      toolbar.append(symbolButton("fa-download", say("access.button.exportDecisions"), () => void this.#export()));
    }
    const home = $("<div>", { class: "hapana-home" });
    home.append(toolbar, panel, summary, this.#doors.element, this.#log.notice, this.#log.place);
    const closed = () => {
      this.#log.draw();
      this.#log.list.focus();
    };
    this.#client = new OpenedClient({ ...links, home, closed, backTo: say("view.doors") });
    this.#assign = new AssignPlace({ home, closed, backTo: say("view.doors") });
    this.element = $("<div>", { class: "hapana-view" }).append(home, this.#client.element, this.#assign.element);
  }

  show({ roster, doors }: RosterState): void {
    this.#doors.show(doors);
    if (roster === this.#roster) this.#log.refresh();
    else {
      this.#roster = roster;
      this.#client.back();
      this.#assign.back();
      this.#log.show({ roster, filter: this.#filters.filter });
    }
    this.#client.refresh();
  }

  fit(height: number): void {
    this.#doors.fit(height);
  }

  /** Whom it was about; what belongs to nobody can be given to somebody. */
  #open({ client, code, credential }: Decision): void {
    if (client) this.#client.open(this.#roster, client.clientID);
    else if (code === "unknown_credential" && credential !== undefined && may.change()) {
      this.#assign.open(this.#roster, credential);
    }
  }

  #emptyWords(filter: DecisionFilter): JQuery[] {
    if (Object.keys(filter).length > 0) {
      return [hint(say("access.empty.noDecision")), wordButton(say("filter.clear"), () => this.#filters.clear())];
    }
    return [hint(say(this.#doors.items.length > 0 ? "access.empty.noDecisions" : "access.empty.noDoors"))];
  }

  async #export(): Promise<void> {
    if (!(await ask(say("ask.export"), say("button.export")))) return;
    const { roster, filter } = this.#log.filter;
    await saveFile("hapana-doors", "csv", () => accessApi.exportDecisions(roster, filter));
  }
}
