import { tell } from "../ask";
import { say } from "../words";

/** Where it is filled in until when something is valid; empty for always. */
export class UntilField {
  readonly element: JQuery;
  readonly #input: JQuery;

  /** @param id of the field, of which there is one in the page */
  constructor(id: string) {
    this.#input = $("<input>", { type: "date", id });
    this.element = $("<div>", { class: "hapana-filter" }).append(
      $("<label>", { for: id, text: say("access.field.until") }),
      this.#input,
    );
  }

  /** The day; `undefined` for always. */
  get day(): string | undefined {
    return String(this.#input.val()).trim() || undefined;
  }

  clear(): void {
    this.#input.val("");
  }

  /** Whether it can be meant; a day that is over is told. */
  check(): boolean {
    const isOver = this.day !== undefined && this.day < today();
    if (isOver) tell(say("access.past"), "warning");
    return !isOver;
  }
}

/** As a field for dates has it. */
function today(): string {
  const now = new Date();
  const parts = [now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0"));
  return [now.getFullYear(), ...parts].join("-");
}
