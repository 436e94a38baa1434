import { Again } from "../again";
import { hint, problemNotice } from "../live-list";
import { may } from "../permissions";
import type { View } from "../view";
import { say } from "../words";
import type { RosterState } from "./known";
import type { Rosters } from "./rosters";

/** What a view shows about a roster. */
export interface RosterPart {
  readonly element: JQuery;
  /** Shows the current state of this roster, or another one. */
  show(roster: RosterState): void;
  /** The tab's new height. */
  fit?(height: number): void;
}

/** A view about the selected roster; if there is nothing to show, it says why. */
export class RosterView implements View {
  readonly element = $("<div>", { class: "hapana-view" });
  readonly #rosters: Rosters;
  readonly #part: RosterPart;
  readonly #isPersonal: boolean;
  readonly #refreshing = new Again(() => this.#refresh());
  readonly #notice = $("<div>", { class: "hapana-notice" });

  /** @param options whether all of it is personal data */
  constructor(rosters: Rosters, part: RosterPart, { isPersonal }: { isPersonal: boolean }) {
    this.#rosters = rosters;
    this.#part = part;
    this.#isPersonal = isPersonal;
  }

  refresh(): void {
    void this.#refreshing.run();
  }

  fit(height: number): void {
    this.#part.fit?.(height);
  }

  async #refresh(): Promise<void> {
    if (this.#isPersonal && !may.seePersonal()) return this.#say(hint(say("access.empty.notPersonal")));
    try {
      await this.#rosters.refresh();
    } catch (problem) {
      return this.#say(...problemNotice(problem as Error, () => this.refresh()));
    }
    const { current } = this.#rosters;
    if (!current) return this.#say(hint(say("access.empty.notDeployed")));
    this.#put(this.#part.element);
    this.#part.show(current);
  }

  #say(...words: JQuery[]): void {
    this.#notice.empty().append(...words);
    this.#put(this.#notice);
  }

  /** Existing elements stay, so that somebody about to press one still can. */
  #put(part: JQuery): void {
    if (part.parent().is(this.element)) return;
    this.element.children().detach();
    this.element.append(part);
  }
}
