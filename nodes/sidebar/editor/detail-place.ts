import { Again } from "./again";
import { tell } from "./ask";
import { wordButton } from "./button";
import type { Refused } from "./call";
import { say } from "./words";

/** What can be opened, and from where. */
export interface PlaceOptions<Key, Detail> {
  /** What it replaces. */
  readonly home: JQuery;
  /** Where the back button leads. */
  readonly backTo: string;
  /** Why it closes by itself, if there is nothing left to show. */
  readonly gone: string;
  fetch(key: Key): Promise<Detail>;
  /** Its heading is `.hapana-detail-title`, and it scrolls as a whole, as `.hapana-detail`. */
  draw(detail: Detail, key: Key): JQuery;
  /** What it replaced is in view again. */
  closed(): void;
}

/** The place for something that was opened: it replaces where it was opened from, until somebody goes back. */
export class DetailPlace<Key, Detail> {
  readonly element = $("<div>", { class: "hapana-opened" }).hide();
  readonly #options: PlaceOptions<Key, Detail>;
  readonly #fetching = new Again(() => this.#fetch());
  #opened: { readonly key: Key; shown: string | undefined } | undefined;

  constructor(options: PlaceOptions<Key, Detail>) {
    this.#options = options;
    this.element.on("keydown", (event) => {
      if (event.key !== "Escape") return;
      // The focused element is removed; Node-RED would look for where it had been.
      event.stopPropagation();
      this.back();
    });
  }

  open(key: Key): void {
    this.#opened = { key, shown: undefined };
    this.refresh();
  }

  /** What is open may have changed. */
  refresh(): void {
    void this.#fetching.run();
  }

  back(): void {
    if (!this.#opened) return;
    this.#opened = undefined;
    this.element.children().detach();
    this.element.hide();
    this.#options.home.show();
    this.#options.closed();
  }

  async #fetch(): Promise<void> {
    const opened = this.#opened;
    if (!opened) return;
    try {
      const detail = await this.#options.fetch(opened.key);
      const asText = JSON.stringify(detail);
      if (this.#opened !== opened || opened.shown === asText) return;
      const isNew = opened.shown === undefined;
      opened.shown = asText;
      this.#show(() => this.#options.draw(detail, opened.key), isNew);
    } catch (error) {
      if (this.#opened !== opened) return;
      const { status, message } = error as Refused;
      tell(status === 404 ? this.#options.gone : say("problem", { message }), "warning");
      this.back();
    }
  }

  /** If it is not new, scrolling position and focus are kept. */
  #show(draw: () => JQuery, isNew: boolean): void {
    const unfolded = this.element
      .find("details")
      .toArray()
      .map((element) => (element as HTMLDetailsElement).open);
    const top = this.element.find(".hapana-detail").scrollTop() ?? 0;
    const focused = this.element.find(":focus").attr("id");
    // A part of it may stay the same when it is redrawn, such as a form that somebody is filling in.
    const detail = draw();
    this.element.children().detach();
    this.element.append(this.#bar(), detail).show();
    this.#options.home.hide();
    if (isNew) {
      this.element.find(".hapana-detail-title").trigger("focus");
      return;
    }
    this.element.find("details").each((index, element) => {
      (element as HTMLDetailsElement).open = unfolded[index] ?? (element as HTMLDetailsElement).open;
    });
    this.element.find(".hapana-detail").scrollTop(top);
    if (focused) this.element.find(`#${focused}`).trigger("focus");
  }

  #bar(): JQuery {
    const back = wordButton(`‹ ${this.#options.backTo}`, () => this.back()).attr("id", "hapana-back");
    return $("<div>", { class: "red-ui-sidebar-header hapana-toolbar" }).append(back);
  }
}
