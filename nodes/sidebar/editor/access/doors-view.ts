import { type Code, codes } from "../../../../src/access/codes";
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
import { changes } from "./changes";
import { drawDecisionRow } from "./decision-row";
import { doorsInShort, drawDoors } from "./door-modes";
import type { Decision, DecisionFilter, Door, RosterState } from "./known";
import { type ClientLinks, OpenedClient } from "./opened-client";
import { OpenedDecision } from "./opened-decision";
import type { RosterPart } from "./roster-view";

/** The filter, and the roster. */
interface Asked {
  readonly roster: string;
  readonly filter: DecisionFilter;
}

/** The doors' modes and decisions; replaced by the client of a decision, or the choice of one. */
export class DoorsView implements RosterPart {
  readonly element: JQuery;
  readonly #filters: Filters<"door" | "decision" | "code">;
  readonly #doors: FoldingPanel<Door>;
  readonly #log: LiveList<Decision, Asked>;
  readonly #decision: OpenedDecision;
  readonly #client: OpenedClient;
  readonly #assign: AssignPlace;
  #roster = "";

  constructor(links: ClientLinks) {
    this.#doors = new FoldingPanel<Door>({
      title: say("view.doors"),
      inShort: doorsInShort,
      draw: (doors) => drawDoors(doors, changes.setMode),
    });
    const lists = {
      door: () => this.#doors.items.map(({ door, name }) => [door, name] as const),
      decision: () => (["allow", "refuse"] as const).map((each) => [each, say(`access.decision.${each}`)] as const),
      code: () => codesOf(this.#filters?.filter.decision).map((code) => [code, codeWord(code)] as const),
    };
    this.#filters = new Filters({ label: say("access.decisions"), lists, times }, (filter) =>
      this.#log.show({ roster: this.#roster, filter }),
    );
    this.#log = new LiveList<Decision, Asked>({
      ...{ label: say("access.decisions"), newer: say("access.newer"), filter: { roster: "", filter: {} } },
      fetch: ({ roster, filter }, before, limit) => accessApi.decisions(roster, filter, { limit, before }),
      keyOf: ({ id }) => id,
      draw: drawDecisionRow,
      open: (decision) => this.#decision.open(this.#roster, decision),
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
    this.#decision = new OpenedDecision({
      ...{ home, closed, backTo: say("view.doors") },
      showClient: ({ clientID }) => this.#client.open(this.#roster, clientID),
      assign: (credential) => this.#assign.open(this.#roster, credential),
    });
    this.element = $("<div>", { class: "hapana-view" }).append(
      home,
      this.#decision.element,
      this.#client.element,
      this.#assign.element,
    );
  }

  show({ roster, doors }: RosterState): void {
    this.#doors.show(doors);
    if (roster === this.#roster) this.#log.refresh();
    else {
      this.#roster = roster;
      this.#decision.back();
      this.#client.back();
      this.#assign.back();
      this.#log.show({ roster, filter: this.#filters.filter });
    }
    this.#client.refresh();
  }

  fit(height: number): void {
    this.#doors.fit(height);
  }

  /** Shows one door's decisions. */
  showDoor(door: string): void {
    this.#decision.back();
    this.#client.back();
    this.#assign.back();
    this.#filters.set({ door });
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

/** The reasons to let somebody in; all others refuse. */
const openingCodes: readonly Code[] = ["open_mode", "staff", "grace", "roster_stale", "ok"];
/** A stale roster may let in, or refuse. */
const refusingCodes = codes.filter((code) => code === "roster_stale" || !openingCodes.includes(code));

function codesOf(decision: string | undefined): readonly Code[] {
  if (decision === "allow") return openingCodes;
  return decision === "refuse" ? refusingCodes : codes;
}
