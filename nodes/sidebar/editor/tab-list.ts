/** A tab: its id, its label, and its symbol. */
interface TabChoice<Id extends string> {
  readonly id: Id;
  readonly label: string;
  readonly icon: string;
}

/** Tabs, for use with the mouse or the arrow keys. */
export class TabList<Id extends string> {
  readonly element: JQuery;
  readonly #tabs: ReadonlyMap<Id, JQuery>;
  readonly #chosen: (id: Id) => void;

  /**
   * @param label of the whole list
   * @param panel the id of the element that shows the selected tab
   * @param chosen called with the user's choice
   */
  constructor(label: string, panel: string, choices: readonly TabChoice<Id>[], chosen: (id: Id) => void) {
    this.#chosen = chosen;
    this.element = $("<div>", { class: "hapana-tabs", role: "tablist", "aria-label": label });
    this.#tabs = new Map(choices.map((choice) => [choice.id, this.#draw(choice, panel)]));
    this.element.append(...this.#tabs.values()).on("keydown", (event) => this.#keyPressed(event));
  }

  /** Shows which one is selected. */
  choose(id: Id): void {
    for (const [each, tab] of this.#tabs) {
      tab.attr({ "aria-selected": String(each === id), tabindex: each === id ? 0 : -1 });
    }
  }

  #draw({ id, label, icon }: TabChoice<Id>, panel: string): JQuery {
    const tab = $("<button>", { type: "button", class: "hapana-tab", role: "tab", id: `${panel}-${id}` });
    $("<i>", { class: `fa ${icon}`, "aria-hidden": "true" }).appendTo(tab);
    tab.attr({ "aria-controls": panel, title: label }).append($("<span>", { text: label }));
    return tab.on("click", () => this.#chosen(id));
  }

  #keyPressed(event: JQuery.KeyDownEvent): void {
    const ids = [...this.#tabs.keys()];
    const at = ids.findIndex((id) => this.#tabs.get(id)?.is(":focus"));
    const places: Readonly<Record<string, number>> = {
      ...{ ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: -1 },
    };
    const place = places[event.key];
    if (at < 0 || place === undefined) return;
    // Node-RED would move the selected nodes of the flow.
    event.preventDefault();
    event.stopPropagation();
    const id = ids.at(place % ids.length) as Id;
    this.#chosen(id);
    this.#tabs.get(id)?.trigger("focus");
  }
}
