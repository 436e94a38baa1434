import { symbolButton, wordButton } from "./button";
import type { Choice } from "./choices";
import { say } from "./words";

/** The two ends of a period. */
export const times = ["from", "to"] as const;
type Time = (typeof times)[number];

/** The filters of a list. */
interface FilterOptions<List extends string> {
  /** The toolbar's label for screen readers. */
  readonly label: string;
  /** What can be searched; if missing, nothing can. */
  readonly search?: string;
  /** A note for while something is searched. */
  readonly searchHint?: string | undefined;
  /** The current choices in its lists. */
  readonly lists: Readonly<Record<List, () => readonly Choice[]>>;
  /** {@link times}, or none. */
  readonly times: readonly Time[];
}

/** A query; a field that is left out does not restrict it. */
export type Wanted<List extends string> = Partial<Readonly<Record<List | Time | "search", string>>>;

/** A time is entered without seconds, and includes all of them. */
const secondsMeant: Readonly<Record<Time, number>> = { from: 0, to: 59_999 };

/** How long to wait after the last keystroke. */
const searchPause = 350;

/** The toolbar's search, the panel with further filters, and a line that lists the active ones while the panel is closed. */
export class Filters<List extends string> {
  readonly toolbar: JQuery;
  readonly panel: JQuery;
  readonly summary = $("<div>", { class: "hapana-summary" });
  /** In the page only while the panel is open: hidden fields would still be found by their label, beside a dialog's own. */
  readonly #form = $("<div>");
  readonly #options: FilterOptions<List>;
  readonly #lists: readonly List[];
  readonly #search: JQuery;
  readonly #button: JQuery;
  readonly #changed: (filter: Wanted<List>) => void;
  readonly #fields = new Map<List | Time, JQuery>();
  #applied = "{}";

  /**
   * @param options the available filters
   * @param changed called with the new query
   */
  constructor(options: FilterOptions<List>, changed: (filter: Wanted<List>) => void) {
    this.#options = options;
    this.#lists = Object.keys(options.lists) as List[];
    this.#changed = changed;
    const [name, title] = [options.label, say("filter.title")];
    this.toolbar = $("<div>", { class: "red-ui-sidebar-header hapana-toolbar", role: "toolbar", "aria-label": name });
    this.panel = $("<div>", {
      class: "hapana-filters",
      id: "hapana-filters",
      role: "group",
      "aria-label": title,
    }).hide();
    this.#search = options.search === undefined ? $() : this.#makeSearch(options.search);
    this.#button = symbolButton("fa-filter", title, () => this.#toggle());
    if (this.#lists.length > 0) this.toolbar.append(this.#button);
    this.#button.attr({ id: "hapana-filter-button", "aria-expanded": "false", "aria-controls": "hapana-filters" });
    for (const list of this.#lists) this.#addField(list, $("<select>"));
    for (const time of options.times) this.#addField(time, $("<input>", { type: "datetime-local" }));
    wordButton(say("filter.clear"), () => this.clear())
      .attr("id", "hapana-filter-clear")
      .appendTo(this.#form);
    this.#offer();
  }

  /** The current query. */
  get filter(): Wanted<List> {
    const values: Record<string, string> = { search: textIn(this.#search) };
    for (const list of this.#lists) values[list] = textIn(this.#field(list));
    for (const time of this.#options.times) {
      const at = new Date(textIn(this.#field(time))).getTime();
      values[time] = Number.isNaN(at) ? "" : new Date(at + secondsMeant[time]).toISOString();
    }
    return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== "")) as Wanted<List>;
  }

  /** Sets another query, for any time; a field that is left out does not restrict it. */
  set(filter: Wanted<List>): void {
    for (const list of this.#lists) this.#fill(list, filter[list] ?? "");
    for (const time of this.#options.times) this.#field(time).val("");
    if (this.#options.search !== undefined) this.#search.searchBox("value", filter.search ?? "");
    this.#apply();
  }

  clear(): void {
    this.set({} as Wanted<List>);
  }

  #makeSearch(label: string): JQuery {
    const field = $("<input>", { type: "text", id: "hapana-search", placeholder: label, "aria-label": label });
    const box = $("<div>", { class: "hapana-search" }).appendTo(this.toolbar);
    // Given above, jQuery would take it for a call of its own autocomplete.
    field.attr("autocomplete", "off").appendTo(box);
    let pause: ReturnType<typeof setTimeout> | undefined;
    field.on("input", () => {
      clearTimeout(pause);
      pause = setTimeout(() => this.#apply(), searchPause);
    });
    field.searchBox({ delay: searchPause, change: () => this.#apply() });
    // Node-RED shows a cross there, without a label.
    box.find(".red-ui-searchBox-clear").attr("aria-label", say("search.clear"));
    return field;
  }

  #addField(name: List | Time, field: JQuery): void {
    const row = $("<div>", { class: "hapana-filter" }).appendTo(this.#form);
    $("<label>", { for: `hapana-filter-${name}`, text: say(`filter.${name}`) }).appendTo(row);
    field.attr("id", `hapana-filter-${name}`).appendTo(row);
    field.on("change", () => {
      // One list's choices may depend on another's selection.
      this.#offer();
      this.#apply();
    });
    this.#fields.set(name, field);
  }

  #field(name: List | Time): JQuery {
    return this.#fields.get(name) ?? $();
  }

  /** The selection is kept, even if it is no longer among the choices. */
  #offer(): void {
    for (const list of this.#lists) this.#fill(list, textIn(this.#field(list)));
  }

  #fill(list: List, value: string): void {
    fill(this.#field(list), this.#options.lists[list](), value);
  }

  #toggle(): void {
    this.#offer();
    const isOpening = this.panel.children().length === 0;
    if (isOpening) this.panel.append(this.#form).show();
    else {
      this.#form.detach();
      this.panel.hide();
    }
    this.#button.attr("aria-expanded", String(isOpening));
    this.#summarise();
  }

  #apply(): void {
    const { filter } = this;
    const asText = JSON.stringify(filter);
    if (asText === this.#applied) return;
    this.#applied = asText;
    this.#summarise();
    this.#changed(filter);
  }

  #searchHint(): JQuery[] {
    const { searchHint: text } = this.#options;
    return text === undefined || textIn(this.#search) === ""
      ? []
      : [$("<p>", { class: "hapana-hint", role: "status", text })];
  }

  #summarise(): void {
    const chosen = this.#lists.map((list) => this.#field(list)).filter((field) => textIn(field) !== "");
    const words = chosen.map((field) => field.find("option:selected").text());
    const spans = this.#options.times.map((time) => textIn(this.#field(time)).replace("T", " "));
    if (spans.some((time) => time !== "")) words.push(spans.join(" – "));
    this.#button.toggleClass("hapana-filtering", words.length > 0);
    this.summary.empty().append(...this.#searchHint());
    if (words.length === 0 || this.panel.css("display") !== "none") return;
    const text = words.join(" · ");
    const clear = symbolButton("fa-times", say("filter.clear"), () => this.clear());
    this.summary.append($("<span>", { text, title: text }), clear);
  }
}

function textIn(field: JQuery): string {
  return String(field.val() ?? "").trim();
}

function fill(list: JQuery, offered: readonly Choice[], value: string): void {
  const isOffered = value === "" || offered.some(([each]) => each === value);
  const all: Choice[] = [["", say("filter.all")], ...offered, ...(isOffered ? [] : [[value, value] as const])];
  list.empty();
  for (const [each, text] of all) $("<option>", { value: each, text }).appendTo(list);
  list.val(value);
}
