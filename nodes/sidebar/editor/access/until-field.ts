import { localDay } from "../../../../src/local-time";
import { tell } from "../ask";
import { say } from "../words";

/** A field for the end date of something; empty for no end. */
export class UntilField {
  readonly element: JQuery;
  readonly #input: JQuery;

  /** @param id of the field, unique in the page */
  constructor(id: string) {
    this.#input = $("<input>", { type: "date", id });
    this.element = $("<div>", { class: "hapana-filter" }).append(
      $("<label>", { for: id, text: say("access.field.until") }),
      this.#input,
    );
  }

  /** The day; `undefined` for no end. */
  get day(): string | undefined {
    return String(this.#input.val()).trim() || undefined;
  }

  clear(): void {
    this.#input.val("");
  }

  /** Whether it is acceptable; a past date is reported. */
  check(): boolean {
    const isOver = this.day !== undefined && this.day < localDay(new Date());
    if (isOver) tell(say("access.past"), "warning");
    return !isOver;
  }
}
