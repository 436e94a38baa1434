import type { Health } from "./health";
import { drawHealth, type HealthActions, inShort } from "./health-view";
import { say } from "./words";

/** Where the tab is lower than this, as beside another one in the same sidebar, the log needs the room. */
const roomy = 440;

/** How the endpoints are doing. Where there is little room, it is folded to a line, until somebody folds or unfolds it. */
export class HealthPanel {
  readonly element = $("<details>", { class: "hapana-health-place", open: true }).hide();
  readonly #actions: HealthActions;
  readonly #summary = $("<summary>");
  readonly #list = $("<div>");
  #isChosen = false;
  #endpoints: readonly Health[] = [];

  constructor(actions: HealthActions) {
    this.#actions = actions;
    this.#summary.on("click", () => {
      this.#isChosen = true;
    });
    this.element.append(this.#summary, this.#list);
  }

  /** Those that there are. */
  get endpoints(): readonly Health[] {
    return this.#endpoints;
  }

  /** The tab is so high now. */
  fit(height: number): void {
    if (!this.#isChosen && height > 0) this.element.prop("open", height >= roomy);
  }

  /** Shows how they are doing now; whoever was about to press a button there still is. */
  show(endpoints: readonly Health[]): void {
    if (JSON.stringify(endpoints) === JSON.stringify(this.#endpoints)) return;
    this.#endpoints = endpoints;
    const focused = this.#list.find(":focus").text();
    const { tone, words } = inShort(endpoints);
    const title = say("health.title");
    this.#summary.attr({ title: words, "aria-label": `${title}: ${words}` });
    this.#summary
      .empty()
      .append(
        $("<span>", { class: "hapana-unfolded", text: title }),
        $("<span>", { class: `hapana-folded hapana-tone-${tone}`, text: words }),
      );
    this.#list.empty().append(drawHealth(endpoints, this.#actions));
    this.element.toggle(endpoints.length > 0);
    if (focused === "") return;
    const buttons = this.#list.find("button").filter((_, button) => $(button).text() === focused);
    buttons.first().trigger("focus");
  }
}
