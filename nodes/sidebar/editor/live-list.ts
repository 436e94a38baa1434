import { wordButton } from "./button";
import type { Refused } from "./call";
import { type LogSource, PagedLog } from "./paged-log";
import { type ListOptions, VirtualList } from "./virtual-list";
import { say } from "./words";

/** The kind of log that is shown. */
interface LiveListOptions<Row, Filter>
  extends LogSource<Row, Filter>,
    Pick<ListOptions<Row>, "label" | "draw" | "open" | "selected"> {
  /** The label of the button that leads to newer entries. */
  readonly newer: string;
  /** The initial query. */
  readonly filter: Filter;
  /** The text for an empty log. */
  empty(filter: Filter): JQuery[];
}

/** A log, newest first: new entries are shown, but move nothing that is being read. */
export class LiveList<Row, Filter extends object> {
  readonly list: VirtualList<Row>;
  /** A text instead of the list, or next to it. */
  readonly notice = $("<div>", { class: "hapana-notice" });
  readonly place: JQuery;
  readonly #options: LiveListOptions<Row, Filter>;
  readonly #log: PagedLog<Row, Filter>;
  readonly #newer: JQuery;
  #hasAsked = false;
  /** The newest when the list was at its top. */
  #seenNewest: string | undefined;

  constructor(options: LiveListOptions<Row, Filter>) {
    this.#options = options;
    this.#log = new PagedLog(options, options.filter, () => this.draw());
    this.list = new VirtualList<Row>({
      ...options,
      keyOf: (row) => options.keyOf(row),
      more: () => void this.#log.more(),
      scrolled: () => void this.#log.freshen(this.list.seen),
    });
    this.#newer = $("<button>", {
      type: "button",
      class: "red-ui-button red-ui-button-small hapana-newer",
      text: `↑ ${options.newer}`,
    });
    this.#newer.hide().on("click", () => this.#showNewest());
    this.place = $("<div>", { class: "hapana-list-place" }).append(this.list.element, this.#newer);
  }

  get filter(): Filter {
    return this.#log.filter;
  }

  /** Shows what matches a filter, starting with the newest. */
  show(filter: Filter): void {
    this.#hasAsked = true;
    this.list.toTop();
    void this.#log.show(filter);
  }

  /** Something in it has changed. */
  refresh(): void {
    if (!this.#hasAsked) this.show(this.filter);
    else void this.#log.refresh(this.list.seen);
  }

  #showNewest(): void {
    this.list.toTop();
    if (this.#log.isBehind) void this.#log.show(this.filter);
    this.draw();
  }

  /** Updates the display: while hidden, it had no height. */
  draw(): void {
    const { rows, isBehind, state } = this.#log;
    if (isBehind && !this.list.isBeingRead && state !== "loading") void this.#log.show(this.filter);
    const newest = rows[0] && this.#options.keyOf(rows[0]);
    this.list.show(rows);
    const isBelow = (this.list.element.scrollTop() ?? 0) > 0;
    this.#newer.toggle(this.#log.isBehind || (isBelow && newest !== this.#seenNewest));
    if (!isBelow) this.#seenNewest = newest;
    this.notice.empty().append(...this.#noticeOf());
  }

  #noticeOf(): JQuery[] {
    const { state, problem, rows, hasMore, filter } = this.#log;
    if (problem) return problemNotice(problem, () => void this.#log.retry());
    if (rows.length > 0) return [];
    return state === "loading" || hasMore ? [hint(say("loading"))] : this.#options.empty(filter);
  }
}

/** A sentence in place of missing content. */
export function hint(text: string): JQuery {
  return $("<p>", { text, role: "status" });
}

/** Why nothing can be read, and what to do. */
export function problemNotice(problem: Error, retry: () => void): JQuery[] {
  const text = $("<p>", { text: problemWords(problem), role: "alert", class: "hapana-problem" });
  return [text, wordButton(say("button.tryAgain"), retry)];
}

function problemWords(problem: Error): string {
  const { status, message } = problem as Refused;
  if (status === 401 || status === 403) return say("empty.forbidden");
  return status === 404 ? say("empty.notDeployed") : say("problem", { message });
}
