/** If the tab is lower than this, for example above another one in the same sidebar, the list needs the room. */
export const roomy = 440;

/** A panel's content, in short and in full. */
interface PanelOptions<Item> {
  readonly title: string;
  /** All of them in one line, with the tone of the most urgent one. */
  inShort(items: readonly Item[]): { tone: string; words: string };
  draw(items: readonly Item[]): JQuery;
}

/** The state of several things. If there is little room, it folds to one line, until somebody folds or unfolds it. */
export class FoldingPanel<Item> {
  readonly element = $("<details>", { class: "hapana-health-place", open: true }).hide();
  readonly #options: PanelOptions<Item>;
  readonly #summary = $("<summary>");
  readonly #list = $("<div>");
  #isChosen = false;
  #items: readonly Item[] = [];

  constructor(options: PanelOptions<Item>) {
    this.#options = options;
    this.#summary.on("click", () => {
      this.#isChosen = true;
    });
    this.element.append(this.#summary, this.#list);
  }

  /** The items. */
  get items(): readonly Item[] {
    return this.#items;
  }

  /** The tab's new height. */
  fit(height: number): void {
    if (!this.#isChosen && height > 0) this.element.prop("open", height >= roomy);
  }

  /** Shows the current state; buttons stay, so that somebody about to press one still can. */
  show(items: readonly Item[]): void {
    if (JSON.stringify(items) === JSON.stringify(this.#items)) return;
    this.#items = items;
    const focused = this.#list.find(":focus").text();
    const { tone, words } = this.#options.inShort(items);
    const { title } = this.#options;
    this.#summary.attr({ title: words, "aria-label": `${title}: ${words}` });
    this.#summary
      .empty()
      .append(
        $("<span>", { class: "hapana-unfolded", text: title }),
        $("<span>", { class: `hapana-folded hapana-tone-${tone}`, text: words }),
      );
    this.#list.empty().append(this.#options.draw(items));
    this.element.toggle(items.length > 0);
    if (focused === "") return;
    const buttons = this.#list.find("button").filter((_, button) => $(button).text() === focused);
    buttons.first().trigger("focus");
  }
}
