import { Again } from "../again";
import { hint, problemNotice } from "../live-list";
import { may } from "../permissions";
import { fullTime, shortTime } from "../times";
import { VirtualList } from "../virtual-list";
import { say } from "../words";
import { accessApi } from "./access-api";
import { AssignPlace } from "./assign-place";
import type { RosterState, UnknownCredential } from "./known";
import type { RosterPart } from "./roster-view";

/** Unassigned credentials that were read; replaced by the choice of who gets one. */
export class UnknownView implements RosterPart {
  readonly element: JQuery;
  readonly #list: VirtualList<UnknownCredential>;
  readonly #notice = $("<div>", { class: "hapana-notice" });
  readonly #assign: AssignPlace;
  readonly #fetching = new Again(() => this.#fetch());
  #roster = "";

  constructor() {
    this.#list = new VirtualList<UnknownCredential>({
      ...{ label: say("access.unknown"), keyOf: ({ credential }) => credential, draw: drawUnknown },
      open: ({ credential }) => may.change() && this.#assign.open(this.#roster, credential),
      ...{ more: () => {}, scrolled: () => {} },
    });
    const place = $("<div>", { class: "hapana-list-place" }).append(this.#list.element);
    const home = $("<div>", { class: "hapana-home" }).append(this.#notice, place);
    this.#assign = new AssignPlace({
      ...{ home, backTo: say("access.unknown") },
      closed: () => {
        void this.#fetching.run();
        this.#list.focus();
      },
    });
    this.element = $("<div>", { class: "hapana-view" }).append(home, this.#assign.element);
  }

  show({ roster }: RosterState): void {
    if (roster !== this.#roster) this.#assign.back();
    this.#roster = roster;
    void this.#fetching.run();
  }

  async #fetch(): Promise<void> {
    try {
      const { credentials } = await accessApi.unknownCredentials(this.#roster);
      this.#notice.empty();
      if (credentials.length === 0) this.#notice.append(hint(say("access.empty.noUnknown")));
      this.#list.show(credentials);
    } catch (problem) {
      this.#notice.empty().append(...problemNotice(problem as Error, () => void this.#fetching.run()));
    }
  }
}

/** Draws a credential as a line of the list; all content is shown as text. */
function drawUnknown({ credential, at, count, door, doorName }: UnknownCredential): JQuery {
  const element = $("<div>", { class: "hapana-row hapana-tone-warning" });
  const words = $("<div>", { class: "hapana-words" }).appendTo(element);
  const first = $("<div>", { class: "hapana-line" }).appendTo(words);
  $("<span>", { class: "hapana-title", text: credential, title: credential }).appendTo(first);
  $("<time>", { class: "hapana-time", datetime: at, text: shortTime(at), title: fullTime(at) }).appendTo(first);
  const text = [doorName || door, say("access.times", { count })].join(" · ");
  const second = $("<div>", { class: "hapana-line" }).appendTo(words);
  $("<span>", { class: "hapana-second", text }).appendTo(second);
  // What a click on the line does, in a word.
  if (may.change()) $("<span>", { class: "hapana-offer", text: say("access.assignTo") }).appendTo(second);
  return element;
}
