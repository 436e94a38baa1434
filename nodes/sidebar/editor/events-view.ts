import { actions } from "./actions";
import { api } from "./api";
import { ask } from "./ask";
import { symbolButton, wordButton } from "./button";
import { choices } from "./choices";
import { drawDetail } from "./detail";
import { DetailPlace } from "./detail-place";
import { drawRow } from "./event-row";
import { Filters, times } from "./filters";
import { FoldingPanel } from "./folding-panel";
import { forgetClient } from "./forgetting";
import type { Health } from "./health";
import { drawHealth, inShort } from "./health-view";
import { hint, LiveList } from "./live-list";
import { type Detail, type Filter, keyOf, type Row } from "./logged";
import { type MenuChoice, menuButton } from "./menu-button";
import { may } from "./permissions";
import { followRunning } from "./resend";
import { saveFile } from "./save-file";
import { makeTestEvent } from "./test-event";
import type { View } from "./view";
import { say } from "./words";

/** The state of the endpoints, and the log; replaced by an event that was opened. */
export class EventsView implements View {
  readonly element: JQuery;
  readonly #health: FoldingPanel<Health>;
  readonly #selectionBar = $("<div>", { class: "hapana-selection" });
  readonly #opened: DetailPlace<Row, Detail>;
  readonly #filters: Filters<keyof typeof choices>;
  readonly #log: LiveList<Row, Filter>;
  #isFollowed = false;

  constructor() {
    // Users who are not allowed to see names cannot search by them.
    const search = may.seePersonal()
      ? { search: say("search.everything") }
      : { search: say("search.ids"), searchHint: say("search.idsOnly") };
    this.#filters = new Filters({ label: say("name"), ...search, lists: choices, times }, (filter) =>
      this.#apply(filter),
    );
    this.#health = new FoldingPanel<Health>({
      ...{ title: say("health.title"), inShort },
      draw: (endpoints) =>
        drawHealth(endpoints, {
          show: (filter) => this.#filters.set(filter),
          acknowledge: (endpoint) => void this.#then(actions.acknowledge(endpoint)),
        }),
    });
    this.#log = new LiveList<Row, Filter>({
      ...{ label: say("list"), newer: say("newer"), filter: {}, fetch: api.list, keyOf, draw: drawRow },
      open: (row) => this.#opened.open(row),
      empty: (filter) => this.#emptyWords(filter),
      ...(may.change() && { selected: () => this.#showSelection() }),
    });
    this.#filters.toolbar.append(menuButton(() => this.#menu()));
    const home = $("<div>", { class: "hapana-home" }).append(
      ...[this.#filters.toolbar, this.#filters.panel, this.#filters.summary, this.#health.element],
      ...[this.#log.notice, this.#log.place, this.#selectionBar],
    );
    this.#opened = new DetailPlace<Row, Detail>({
      ...{ home, backTo: say("button.back"), gone: say("notKept"), fetch: api.event },
      draw: (event, { endpoint, deliveryId }) => this.#draw({ ...event, endpoint, deliveryId }),
      closed: () => {
        this.#log.draw();
        this.#log.list.focus();
      },
    });
    this.element = $("<div>", { class: "hapana-view" }).append(home, this.#opened.element);
  }

  refresh(): void {
    this.#log.refresh();
    void this.#refreshHealth();
    this.#opened.refresh();
    if (this.#isFollowed || !may.change()) return;
    this.#isFollowed = true;
    void followRunning().catch(() => undefined);
  }

  fit(height: number): void {
    this.#health.fit(height);
  }

  /** Shows the events that match a filter. */
  showEvents(filter: Filter): void {
    this.#opened.back();
    this.#filters.set(filter);
  }

  #apply(filter: Filter): void {
    this.#log.list.clearSelection();
    this.#log.show(filter);
  }

  #emptyWords(filter: Filter): JQuery[] {
    // If some cannot be read, the list may not really be empty; the state is shown above.
    const isKnown = this.#health.items.every(({ storageFault }) => !storageFault);
    const none = (words: string) => (isKnown ? [hint(say(words))] : []);
    if (Object.keys(filter).length > 0) {
      return [...none("empty.filtered"), wordButton(say("filter.clear"), () => this.#filters.clear())];
    }
    return none(this.#health.items.length > 0 ? "empty.noEvents" : "empty.noEndpoint");
  }

  async #refreshHealth(): Promise<void> {
    // If nothing can be read, the log says why.
    const { endpoints } = await api.health().catch(() => ({ endpoints: [] }));
    this.#health.show(endpoints);
    this.#log.draw();
  }

  async #then(action: Promise<unknown>): Promise<void> {
    await action;
    this.refresh();
  }

  #showSelection(): void {
    const { selection } = this.#log.list;
    this.#selectionBar.empty();
    if (selection.length === 0) return;
    this.#selectionBar.append(
      $("<span>", { text: say("selected", { count: selection.length }), role: "status" }),
      wordButton(say("button.sendAgain"), () => void this.#sendSelection(), "primary"),
      symbolButton("fa-times", say("button.clearSelection"), () => this.#log.list.clearSelection()),
    );
  }

  async #sendSelection(): Promise<void> {
    await this.#then(actions.sendAgain(this.#log.list.selection));
    this.#log.list.clearSelection();
  }

  #menu(): MenuChoice[] {
    const { filter } = this.#log;
    const choicesOf: MenuChoice[] = [];
    const offer = (name: string, work: () => unknown) => choicesOf.push([say(`menu.${name}`), work]);
    if (may.change()) {
      offer("sendAllAgain", () => this.#then(actions.sendAllAgain(filter)));
      offer("discard", () => this.#then(actions.discard(filter)));
    }
    if (may.seePersonal()) {
      offer("exportLines", () => this.#export(filter, "jsonl"));
      offer("exportTable", () => this.#export(filter, "csv"));
    }
    offer("refresh", () => {
      this.#log.show(filter);
      void this.#refreshHealth();
    });
    return choicesOf;
  }

  async #export(filter: Filter, format: "jsonl" | "csv"): Promise<void> {
    if (!(await ask(say("ask.export"), say("button.export")))) return;
    await saveFile("hapana-events", format, () => api.export(filter, format));
  }

  #draw(event: Detail): JQuery {
    const { endpoint } = event;
    return drawDetail(event, {
      acknowledge: (node) => void this.#then(actions.acknowledge(endpoint, node)),
      discard: (node) => void this.#then(actions.discard({ endpoint }, node)),
      makeTest: () => makeTestEvent(event),
      sendAgain: (node) => void this.#then(actions.sendAgain([event], node)),
      forget: (client) => void this.#then(forgetClient(client)),
      search: (search) => this.showEvents({ search }),
    });
  }
}
