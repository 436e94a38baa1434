import { say } from "./words";

/** What a list needs to know about its content. */
export interface ListOptions<Item> {
  readonly label: string;
  keyOf(item: Item): string;
  /** Draws an item; called again only if it is another object. */
  draw(item: Item): JQuery;
  /** Somebody wants to open an item. */
  open(item: Item): void;
  /** The end is near. */
  more(): void;
  /** Other items have come into view. */
  scrolled(): void;
  /** The selection has changed; if missing, nothing can be selected. */
  selected?(): void;
}

/** The height of an item, as in the style sheet. */
const itemHeight = 44;
/** How many are drawn above and below the visible part. */
const spare = 8;
const nearTheEnd = 15;

interface Drawn<Item> {
  readonly item: Item;
  readonly element: JQuery;
}

/**
 * A list of any length, of which only the visible part is in the page. Keyboard use is like in any list box: arrows,
 * Page up and down, Home, End, Enter to open, the space bar to select. The visible items keep their place, whatever comes or goes
 * above them.
 */
export class VirtualList<Item> {
  readonly element: JQuery;
  readonly #inner: JQuery;
  readonly #options: ListOptions<Item>;
  readonly #id = `hapana-list-${Math.random().toString(36).slice(2)}`;
  readonly #drawn = new Map<string, Drawn<Item>>();
  readonly #selection = new Map<string, Item>();
  #items: readonly Item[] = [];
  #keys: readonly string[] = [];
  #active: string | undefined;
  #isDue = false;
  /** The scroll position: an element outside the page forgets it. */
  #top = 0;

  constructor(options: ListOptions<Item>) {
    this.#options = options;
    this.element = $("<div>", {
      ...{ class: "hapana-list", role: "listbox", tabindex: 0, "aria-label": options.label, id: this.#id },
      "aria-multiselectable": String(options.selected !== undefined),
    });
    this.#inner = $("<div>", { class: "hapana-list-inner", role: "presentation" }).appendTo(this.element);
    this.element.on("scroll", () => {
      this.#top = this.element.scrollTop() ?? 0;
      this.#drawSoon();
      options.scrolled();
    });
    this.element.on("keydown", (event) => this.#keyPressed(event));
    this.element.on("focus", () => {
      if (this.#active === undefined && this.#keys.length > 0) this.#activate(0, false);
    });
    new ResizeObserver(() => {
      this.element.scrollTop(this.#top);
      this.#drawSoon();
    }).observe(this.element[0] as HTMLElement);
  }

  /** The first and the last visible item. */
  get seen(): [number, number] {
    const top = this.element.scrollTop() ?? 0;
    const height = this.element.height() ?? 0;
    return [Math.floor(top / itemHeight), Math.ceil((top + height) / itemHeight)];
  }

  /** Whether somebody is reading at a place that must not move, or has the pointer on an item. */
  get isBeingRead(): boolean {
    return (this.element.scrollTop() ?? 0) > 0 || this.element.is(":hover") || this.element.is(":focus");
  }

  get selection(): readonly Item[] {
    return [...this.#selection.values()];
  }

  clearSelection(): void {
    this.#selection.clear();
    this.#drawSoon();
    this.#options.selected?.();
  }

  /** Shows other items; the visible ones keep their place. */
  show(items: readonly Item[]): void {
    const isHeld = this.isBeingRead;
    const top = this.element.scrollTop() ?? 0;
    const [first] = this.seen;
    const held = isHeld ? this.#keys.slice(first, first + spare) : [];
    const before = new Map(held.map((key, index) => [key, (first + index) * itemHeight]));
    this.#items = items;
    this.#keys = items.map((item) => this.#options.keyOf(item));
    for (const [index, key] of this.#keys.entries()) {
      if (this.#selection.has(key)) this.#selection.set(key, items[index] as Item);
    }
    this.#inner.height(items.length * itemHeight);
    const anchor = held.find((key) => this.#keys.includes(key));
    if (anchor !== undefined) {
      const moved = this.#keys.indexOf(anchor) * itemHeight - (before.get(anchor) ?? 0);
      if (moved !== 0) this.element.scrollTop(top + moved);
    }
    this.#draw();
  }

  toTop(): void {
    this.#top = 0;
    this.element.scrollTop(0);
    this.#drawSoon();
  }

  focus(): void {
    this.element.trigger("focus");
  }

  #drawSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.#draw();
    });
  }

  #draw(): void {
    const [first, last] = this.seen;
    const [from, to] = [Math.max(0, first - spare), Math.min(this.#items.length, last + spare)];
    const wanted = new Set(this.#keys.slice(from, to));
    for (const [key, { element }] of [...this.#drawn]) if (!wanted.has(key)) this.#remove(key, element);
    for (let index = from; index < to; index += 1) this.#place(index);
    const active = this.#active !== undefined && wanted.has(this.#active) ? this.#active : undefined;
    if (active === undefined) this.element.removeAttr("aria-activedescendant");
    else this.element.attr("aria-activedescendant", this.#drawn.get(active)?.element.attr("id") ?? "");
    this.element.toggleClass("hapana-selecting", this.#selection.size > 0);
    if (to > this.#items.length - nearTheEnd) this.#options.more();
  }

  #remove(key: string, element: JQuery): void {
    element.remove();
    this.#drawn.delete(key);
  }

  #place(index: number): void {
    const [key, item] = [this.#keys[index] as string, this.#items[index] as Item];
    const known = this.#drawn.get(key);
    const isSame = known?.item === item;
    const element = isSame ? known.element : this.#make(key, item);
    if (!isSame) {
      known?.element.remove();
      this.#drawn.set(key, { item, element });
      element.appendTo(this.#inner);
    }
    element.css("top", index * itemHeight).attr({
      ...{ "aria-posinset": index + 1, "aria-setsize": this.#items.length },
      ...(this.#options.selected && { "aria-selected": String(this.#selection.has(key)) }),
    });
    element.toggleClass("hapana-active", key === this.#active);
    element.find(".hapana-check input").prop("checked", this.#selection.has(key));
  }

  #make(key: string, item: Item): JQuery {
    const element = this.#options.draw(item).addClass("hapana-item");
    element.attr({ role: "option", id: `${this.#id}-${hashOf(key)}` });
    element.on("click", () => {
      this.#active = key;
      this.#options.open(item);
    });
    if (this.#options.selected) {
      const check = $("<label>", { class: "hapana-check", title: say("select") }).prependTo(element);
      // The item itself shows whether it is selected, and the space bar changes it.
      $("<input>", { type: "checkbox", tabindex: -1, "aria-hidden": "true", "aria-label": say("select") }).appendTo(
        check,
      );
      check.on("click", (event) => event.stopPropagation());
      check.find("input").on("change", () => this.#toggle(key));
    }
    return element;
  }

  #toggle(key: string): void {
    const item = this.#items[this.#keys.indexOf(key)];
    if (item === undefined || !this.#options.selected) return;
    if (!this.#selection.delete(key)) this.#selection.set(key, item);
    this.#draw();
    this.#options.selected();
  }

  #keyPressed(event: JQuery.KeyDownEvent): void {
    const at = this.#active === undefined ? -1 : this.#keys.indexOf(this.#active);
    const page = Math.max(1, Math.floor((this.element.height() ?? 0) / itemHeight) - 1);
    const last = this.#keys.length - 1;
    const places: Readonly<Record<string, number>> = {
      ...{ ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: last },
    };
    const place = places[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (place !== undefined) this.#activate(Math.min(last, Math.max(0, place)), true);
    else if (event.key === " " && this.#active !== undefined) this.#toggle(this.#active);
    else if (event.key === "Enter" && at >= 0) this.#options.open(this.#items[at] as Item);
    else return;
    // Node-RED would move the selected nodes of the flow.
    event.preventDefault();
    event.stopPropagation();
  }

  #activate(index: number, follow: boolean): void {
    this.#active = this.#keys[index];
    if (follow) {
      const [top, height] = [this.element.scrollTop() ?? 0, this.element.height() ?? 0];
      const place = index * itemHeight;
      if (place < top) this.element.scrollTop(place);
      else if (place + itemHeight > top + height) this.element.scrollTop(place + itemHeight - height);
    }
    this.#draw();
  }
}

/** An id for the page, for a key with any content. */
function hashOf(key: string): string {
  let hash = 0;
  for (const letter of key) hash = (Math.imul(hash, 31) + (letter.codePointAt(0) ?? 0)) | 0;
  return `${(hash >>> 0).toString(36)}-${key.length}`;
}
