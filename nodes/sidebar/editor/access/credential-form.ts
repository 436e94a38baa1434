import { wordButton } from "../button";
import { say } from "../words";
import { UntilField } from "./until-field";

/** Assigns a credential. @returns whether that succeeded */
export type Give = (credential: string, until: string | undefined) => Promise<boolean>;

/** A form for a fob or a card; its fields are in the page only while it is open. */
export class CredentialForm {
  readonly #element = $("<div>", { class: "hapana-credential-form" });
  readonly #credential = $("<input>", { type: "text", id: "hapana-new-credential" });
  readonly #until = new UntilField("hapana-new-until");
  #give: Give = async () => false;

  constructor() {
    this.#credential.attr("autocomplete", "off");
    this.#close();
  }

  /** @param give called with what was typed */
  draw(give: Give): JQuery {
    this.#give = give;
    return this.#element;
  }

  #close(): void {
    this.#element.children().detach();
    const open = wordButton(say("access.button.addCredential"), () => this.#open());
    this.#element.append(open.attr("id", "hapana-add-credential"));
  }

  #open(): void {
    this.#element.empty();
    this.#credential.val("");
    this.#until.clear();
    const form = $("<form>").appendTo(this.#element);
    form.append(field("access.field.credential", this.#credential), this.#until.element);
    const buttons = $("<div>", { class: "hapana-buttons" }).appendTo(form);
    const add = $("<button>", { type: "submit", class: "red-ui-button red-ui-button-small primary" });
    buttons.append(
      add.text(say("access.button.add")),
      wordButton(say("button.cancel"), () => this.#close()),
    );
    form.on("keydown", (event) => {
      if (event.key !== "Escape") return;
      // Otherwise the whole client would be removed.
      event.stopPropagation();
      this.#close();
      this.#element.find("button").trigger("focus");
    });
    form.on("submit", (event) => {
      event.preventDefault();
      void this.#submit();
    });
    this.#credential.trigger("focus");
    this.#element[0]?.scrollIntoView({ block: "nearest" });
  }

  async #submit(): Promise<void> {
    const credential = String(this.#credential.val()).trim();
    const isClear = credential !== "" && this.#until.check();
    if (isClear && (await this.#give(credential, this.#until.day))) this.#close();
    else this.#credential.trigger("focus");
  }
}

/** A field with its label. */
export function field(words: string, input: JQuery): JQuery {
  const row = $("<div>", { class: "hapana-filter" });
  return row.append($("<label>", { for: input.attr("id") ?? "", text: say(words) }), input);
}
