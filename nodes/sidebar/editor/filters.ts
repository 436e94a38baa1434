import { symbolButton, wordButton } from "./button";
import { type Choice, choices } from "./choices";
import type { Filter } from "./logged";
import { may } from "./permissions";
import { say } from "./words";

const lists = ["state", "event", "endpoint", "node", "site"] as const;
const times = ["from", "to"] as const;
type List = (typeof lists)[number];
type Time = (typeof times)[number];

/** A time is entered without its seconds, and meant with all of them. */
const secondsMeant: Readonly<Record<Time, number>> = { from: 0, to: 59_999 };

/** So long nothing has to be typed. */
const searchPause = 350;

/** The toolbar's search, the panel with what else narrows the log down, and a line that says what does where the panel is closed. */
export class Filters {
  readonly toolbar: JQuery;
  readonly panel: JQuery;
  readonly summary = $("<div>", { class: "hapana-summary" });
  /** In the page only while the panel is open: what is hidden there would still be found by its label, beside a dialog's own. */
  readonly #form = $("<div>");
  readonly #search: JQuery;
  readonly #button: JQuery;
  readonly #changed: (filter: Filter) => void;
  readonly #fields = new Map<List | Time, JQuery>();
  #applied = "{}";

  /** @param changed called with what is wanted now */
  constructor(changed: (filter: Filter) => void) {
    this.#changed = changed;
    const [name, title] = [say("name"), say("filter.title")];
    this.toolbar = $("<div>", { class: "red-ui-sidebar-header hapana-toolbar", role: "toolbar", "aria-label": name });
    this.panel = $("<div>", {
      class: "hapana-filters",
      id: "hapana-filters",
      role: "group",
      "aria-label": title,
    }).hide();
    this.#search = this.#makeSearch();
    this.#button = symbolButton("fa-filter", title, () => this.#toggle()).appendTo(this.toolbar);
    this.#button.attr({ id: "hapana-filter-button", "aria-expanded": "false", "aria-controls": "hapana-filters" });
    for (const list of lists) this.#addField(list, $("<select>"));
    for (const time of times) this.#addField(time, $("<input>", { type: "datetime-local" }));
    wordButton(say("filter.clear"), () => this.set({}))
      .attr("id", "hapana-filter-clear")
      .appendTo(this.#form);
    this.#offer();
  }

  /** What is wanted. */
  get filter(): Filter {
    const values: Record<string, string> = { search: textIn(this.#search) };
    for (const list of lists) values[list] = textIn(this.#field(list));
    for (const time of times) {
      const at = new Date(textIn(this.#field(time))).getTime();
      values[time] = Number.isNaN(at) ? "" : new Date(at + secondsMeant[time]).toISOString();
    }
    return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
  }

  /** Asks for something else; what is left out does not matter. */
  set(filter: Omit<Filter, Time>): void {
    for (const list of lists) fill(this.#field(list), choices[list](), filter[list] ?? "");
    for (const time of times) this.#field(time).val("");
    this.#search.searchBox("value", filter.search ?? "");
    this.#apply();
  }

  #makeSearch(): JQuery {
    const label = say(may.seePersonal() ? "search.everything" : "search.ids");
    const field = $("<input>", { type: "text", id: "hapana-search", placeholder: label, "aria-label": label });
    const box = $("<div>", { class: "hapana-search" }).appendTo(this.toolbar);
    // Given above, jQuery would take it for a call of its own autocomplete.
    field.attr("autocomplete", "off").appendTo(box);
    let pause: ReturnType<typeof setTimeout> | undefined;
    field.on("input", () => {
      clearTimeout(pause);
      pause = setTimeout(() => this.#apply(), searchPause);
    });
    return field.searchBox({ delay: searchPause, change: () => this.#apply() });
  }

  #addField(name: List | Time, field: JQuery): void {
    const row = $("<div>", { class: "hapana-filter" }).appendTo(this.#form);
    $("<label>", { for: `hapana-filter-${name}`, text: say(`filter.${name}`) }).appendTo(row);
    field.attr("id", `hapana-filter-${name}`).appendTo(row);
    field.on("change", () => this.#apply());
    this.#fields.set(name, field);
  }

  #field(name: List | Time): JQuery {
    return this.#fields.get(name) ?? $();
  }

  /** What is chosen stays chosen, also where it is not there any more. */
  #offer(): void {
    for (const list of lists) fill(this.#field(list), choices[list](), textIn(this.#field(list)));
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

  /** Whoever may not see names finds nobody by them. */
  #searchHint(): JQuery[] {
    if (may.seePersonal() || textIn(this.#search) === "") return [];
    return [$("<p>", { class: "hapana-hint", role: "status", text: say("search.idsOnly") })];
  }

  #summarise(): void {
    const chosen = lists.map((list) => this.#field(list)).filter((field) => textIn(field) !== "");
    const words = chosen.map((field) => field.find("option:selected").text());
    const spans = times.map((time) => textIn(this.#field(time)).replace("T", " "));
    if (spans.some((time) => time !== "")) words.push(spans.join(" – "));
    this.#button.toggleClass("hapana-filtering", words.length > 0);
    this.summary.empty().append(...this.#searchHint());
    if (words.length === 0 || this.panel.css("display") !== "none") return;
    const text = words.join(" · ");
    const clear = symbolButton("fa-times", say("filter.clear"), () => this.set({}));
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
