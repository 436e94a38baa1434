import { actions } from "./actions";
import { api, type Refused } from "./api";
import { ask, tell } from "./ask";
import { symbolButton, wordButton } from "./button";
import { type DetailActions, detailBar, drawDetail } from "./detail";
import { EventLog } from "./event-log";
import { drawRow } from "./event-row";
import { exportEvents } from "./export";
import { Filters } from "./filters";
import { HealthPanel } from "./health-panel";
import { type Detail, type Filter, keyOf, type Row } from "./logged";
import { may } from "./permissions";
import { followRunning } from "./resend";
import { makeTestEvent } from "./test-event";
import { VirtualList } from "./virtual-list";
import { say } from "./words";

/**
 * The tab in the sidebar: how the endpoints are doing, and the log; in its place, an event that was opened. It asks Node-RED for
 * nothing as long as it is not shown.
 */
export class SidebarTab {
  readonly content: JQuery;
  readonly #home: JQuery;
  readonly #health: HealthPanel;
  readonly #notice = $("<div>", { class: "hapana-notice" });
  readonly #newer: JQuery;
  readonly #selectionBar = $("<div>", { class: "hapana-selection" });
  readonly #opened = $("<div>", { class: "hapana-opened" });
  readonly #filters: Filters;
  readonly #log: EventLog;
  readonly #list: VirtualList<Row>;
  #isShown = false;
  #hasAsked = false;
  #isStale = false;
  #open: { row: Pick<Row, "endpoint" | "deliveryId">; shown: string } | undefined;

  constructor() {
    this.#log = new EventLog(api.list, () => this.#showLog());
    this.#filters = new Filters((filter) => this.#apply(filter));
    this.#health = new HealthPanel({
      show: (filter) => this.#filters.set(filter),
      acknowledge: (endpoint) => void this.#then(actions.acknowledge(endpoint)),
    });
    this.#list = new VirtualList<Row>({
      ...{ label: say("list"), keyOf, draw: drawRow },
      open: (row) => void this.#openEvent(row),
      more: () => void this.#log.more(),
      scrolled: () => void this.#log.freshen(this.#list.seen),
      ...(may.change() && { selected: () => this.#showSelection() }),
    });
    this.#newer = $("<button>", {
      type: "button",
      class: "red-ui-button red-ui-button-small hapana-newer",
      text: `↑ ${say("newer")}`,
    });
    this.#newer.hide().on("click", () => this.#showNewest());
    const menu = symbolButton("fa-ellipsis-h", say("menu.title"), () => this.#showMenu(menu)).attr(
      "aria-haspopup",
      "menu",
    );
    this.#filters.toolbar.append(menu.attr("id", "hapana-menu"));
    this.#home = $("<div>", { class: "hapana-home" }).append(
      ...[this.#filters.toolbar, this.#filters.panel, this.#filters.summary, this.#health.element, this.#notice],
      ...[$("<div>", { class: "hapana-list-place" }).append(this.#list.element, this.#newer), this.#selectionBar],
    );
    this.content = $("<div>", { class: "hapana-sidebar" }).append(this.#home, this.#opened.hide());
    new ResizeObserver(() => this.#health.fit(this.content.height() ?? 0)).observe(this.content[0] as HTMLElement);
    this.#opened.on("keydown", (event) => {
      if (event.key !== "Escape") return;
      // What has the focus is removed; Node-RED would look for where it had been.
      event.stopPropagation();
      this.#back();
    });
  }

  /** It is in view: it asks for what has changed meanwhile. */
  shown(): void {
    this.#isShown = true;
    if (!this.#hasAsked) {
      this.#hasAsked = true;
      void this.#log.show(this.#filters.filter);
      void this.#refreshHealth();
      if (may.change()) void followRunning().catch(() => undefined);
    } else if (this.#isStale) this.#refresh();
  }

  hidden(): void {
    this.#isShown = false;
  }

  /** The sidebar is wider, narrower, open or closed now. */
  resized(): void {
    if (this.#isStale && this.#isInView) this.#refresh();
  }

  get #isInView(): boolean {
    return this.#isShown && this.content.is(":visible");
  }

  /** Shows the events that a filter lets through. */
  showEvents(filter: Filter): void {
    this.#back();
    this.#filters.set(filter);
  }

  /** Something has become of events. */
  changed(): void {
    if (this.#isInView) this.#refresh();
    else this.#isStale = true;
  }

  #refresh(): void {
    this.#isStale = false;
    void this.#log.refresh(this.#list.seen);
    void this.#refreshHealth();
    if (this.#open) void this.#fetchOpen(false);
  }

  /** Everything anew, from the newest event on. */
  #reload(): void {
    this.#list.toTop();
    void this.#log.show(this.#log.filter);
    void this.#refreshHealth();
  }

  #apply(filter: Filter): void {
    this.#hasAsked = true;
    this.#list.toTop();
    this.#list.clearSelection();
    void this.#log.show(filter);
  }

  #showNewest(): void {
    this.#list.toTop();
    if (this.#log.isBehind) void this.#log.show(this.#log.filter);
    this.#showLog();
  }

  #showLog(): void {
    const { rows } = this.#log;
    if (this.#log.isBehind && !this.#list.isBeingRead && this.#log.state !== "loading") {
      void this.#log.show(this.#log.filter);
    }
    const newest = rows[0] && keyOf(rows[0]);
    this.#list.show(rows);
    const isBelow = (this.#list.element.scrollTop() ?? 0) > 0;
    this.#newer.toggle(this.#log.isBehind || (isBelow && newest !== this.#seenNewest));
    if (!isBelow) this.#seenNewest = newest;
    this.#notice.empty().append(...this.#noticeOf());
  }

  /** The newest event when the list was at its top. */
  #seenNewest: string | undefined;

  /** What there is to say instead of the list, or beside it. */
  #noticeOf(): JQuery[] {
    const { state, problem, rows, hasMore, filter } = this.#log;
    const hint = (text: string) => $("<p>", { text, role: "status" });
    if (problem) {
      const text = problemWords(problem);
      const again = wordButton(say("button.tryAgain"), () => void this.#log.retry());
      return [$("<p>", { text, role: "alert", class: "hapana-problem" }), again];
    }
    if (rows.length > 0) return [];
    if (state === "loading" || hasMore) return [hint(say("loading"))];
    if (Object.keys(filter).length > 0) {
      return [hint(say("empty.filtered")), wordButton(say("filter.clear"), () => this.#filters.set({}))];
    }
    return [hint(say(this.#health.endpoints.length > 0 ? "empty.noEvents" : "empty.noEndpoint"))];
  }

  async #refreshHealth(): Promise<void> {
    // Where nothing can be read, the log says why.
    const { endpoints } = await api.health().catch(() => ({ endpoints: [] }));
    this.#health.show(endpoints);
    this.#showLog();
  }

  async #then(action: Promise<unknown>): Promise<void> {
    await action;
    this.changed();
  }

  #showSelection(): void {
    const { selection } = this.#list;
    this.#selectionBar.empty();
    if (selection.length === 0) return;
    this.#selectionBar.append(
      $("<span>", { text: say("selected", { count: selection.length }), role: "status" }),
      wordButton(say("button.sendAgain"), () => void this.#sendSelection(), "primary"),
      symbolButton("fa-times", say("button.clearSelection"), () => this.#list.clearSelection()),
    );
  }

  async #sendSelection(): Promise<void> {
    await this.#then(actions.sendAgain(this.#list.selection));
    this.#list.clearSelection();
  }

  #showMenu(target: JQuery): void {
    const { filter } = this.#log;
    const options: NodeRed.MenuEntry[] = [];
    const focusBack = () => target.trigger("focus");
    const offer = (name: string, work: () => unknown) => {
      const onselect = () => {
        // The menu takes the focus with it.
        focusBack();
        work();
      };
      options.push({ label: say(`menu.${name}`), onselect });
    };
    if (may.change()) {
      offer("sendAllAgain", () => this.#then(actions.sendAllAgain(filter)));
      offer("discard", () => this.#then(actions.discard(filter)));
    }
    if (may.seePersonal()) {
      offer("exportLines", () => this.#export(filter, "jsonl"));
      offer("exportTable", () => this.#export(filter, "csv"));
    }
    offer("refresh", () => this.#reload());
    RED.popover
      .menu({ options, onclose: (isCancelled) => isCancelled && focusBack() })
      // To Node-RED, "left" is the side on which it opens: at the right is the edge of the window.
      .show({ target, align: "left", offset: [target.outerWidth() ?? 0, 0] });
  }

  async #export(filter: Filter, format: "jsonl" | "csv"): Promise<void> {
    if (await ask(say("ask.export"), say("button.export"))) await exportEvents(filter, format);
  }

  async #openEvent({ endpoint, deliveryId }: Pick<Row, "endpoint" | "deliveryId">): Promise<void> {
    this.#open = { row: { endpoint, deliveryId }, shown: "" };
    await this.#fetchOpen(true);
  }

  /** @param isNew it is opened; else it is shown already, and may have changed */
  async #fetchOpen(isNew: boolean): Promise<void> {
    const opened = this.#open;
    if (!opened) return;
    try {
      const event = await api.event(opened.row);
      const asText = JSON.stringify(event);
      if (this.#open !== opened || opened.shown === asText) return;
      opened.shown = asText;
      this.#showOpen({ ...event, ...opened.row }, isNew);
    } catch (error) {
      if (this.#open !== opened) return;
      const { status, message } = error as { status?: number; message: string };
      tell(status === 404 ? say("notKept") : say("problem", { message }), "warning");
      this.#back();
    }
  }

  #showOpen(event: Detail, isNew: boolean): void {
    const { endpoint } = event;
    const detailActions: DetailActions = {
      acknowledge: (node) => void this.#then(actions.acknowledge(endpoint, node)),
      discard: (node) => void this.#then(actions.discard({ endpoint }, node)),
      makeTest: () => makeTestEvent(event),
      back: () => this.#back(),
      sendAgain: (node) => void this.#then(actions.sendAgain([event], node)),
      forget: (client) => void this.#then(actions.forget(client)),
      search: (search) => this.showEvents({ search }),
    };
    const unfolded = this.#opened
      .find("details")
      .toArray()
      .map((element) => (element as HTMLDetailsElement).open);
    const top = this.#opened.find(".hapana-detail").scrollTop() ?? 0;
    const focused = this.#opened.find(":focus").attr("id");
    this.#opened.empty().append(detailBar(detailActions), drawDetail(event, detailActions)).show();
    this.#home.hide();
    if (isNew) {
      this.#opened.find(".hapana-detail-title").trigger("focus");
      return;
    }
    this.#opened.find("details").each((index, element) => {
      (element as HTMLDetailsElement).open = unfolded[index] ?? (element as HTMLDetailsElement).open;
    });
    this.#opened.find(".hapana-detail").scrollTop(top);
    if (focused) this.#opened.find(`#${focused}`).trigger("focus");
  }

  #back(): void {
    if (!this.#open) return;
    this.#open = undefined;
    this.#opened.empty().hide();
    this.#home.show();
    // While it was hidden, it had no height.
    this.#list.show(this.#log.rows);
    this.#list.focus();
  }
}

/** Why nothing can be read, and what to do. */
function problemWords(problem: Error): string {
  const { status, message } = problem as Refused;
  if (status === 401 || status === 403) return say("empty.forbidden");
  return status === 404 ? say("empty.notDeployed") : say("problem", { message });
}
