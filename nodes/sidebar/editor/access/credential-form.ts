import { wordButton } from "../button";
import { say } from "../words";

/** Lets a credential open for somebody. @returns whether it does */
export type Give = (credential: string, until: string | undefined) => Promise<boolean>;

/** Where a fob or a card is typed in for somebody; its fields are in the page only while it is open. */
export class CredentialForm {
  readonly #element = $("<div>", { class: "hapana-credential-form" });
  readonly #credential = $("<input>", { type: "text", id: "hapana-new-credential" });
  readonly #until = $("<input>", { type: "date", id: "hapana-new-until" });
  #give: Give = async () => false;

  constructor() {
    this.#credential.attr("autocomplete", "off");
    this.#close();
  }

  /** @param give called with what was typed in */
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
    this.#until.val("");
    const form = $("<form>").appendTo(this.#element);
    form.append(field("access.field.credential", this.#credential), field("access.field.until", this.#until));
    const buttons = $("<div>", { class: "hapana-buttons" }).appendTo(form);
    const add = $("<button>", { type: "submit", class: "red-ui-button red-ui-button-small primary" });
    buttons.append(
      add.text(say("access.button.add")),
      wordButton(say("button.cancel"), () => this.#close()),
    );
    form.on("keydown", (event) => {
      if (event.key !== "Escape") return;
      // Else all of the client would be left.
      event.stopPropagation();
      this.#close();
      this.#element.find("button").trigger("focus");
    });
    form.on("submit", (event) => {
      event.preventDefault();
      void this.#submit();
    });
    this.#credential.trigger("focus");
  }

  async #submit(): Promise<void> {
    const [credential, until] = [this.#credential, this.#until].map((input) => String(input.val()).trim());
    if (credential && (await this.#give(credential, until || undefined))) this.#close();
    else this.#credential.trigger("focus");
  }
}

function field(words: string, input: JQuery): JQuery {
  const row = $("<div>", { class: "hapana-filter" });
  return row.append($("<label>", { for: input.attr("id") ?? "", text: say(words) }), input);
}
