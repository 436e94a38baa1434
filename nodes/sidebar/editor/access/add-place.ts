import { wordButton } from "../button";
import { hint } from "../live-list";
import { say } from "../words";
import { changes } from "./changes";
import { field } from "./credential-form";
import { RosterPlace, type RosterPlaceOptions } from "./roster-place";
import { UntilField } from "./until-field";

/** A form to add somebody whom Hapana does not know, such as a cleaner, or a guest until a given day. */
export class AddPlace extends RosterPlace {
  constructor(options: RosterPlaceOptions) {
    super(options, drawForm);
  }
}

function drawForm(roster: string, done: () => void): JQuery {
  const title = say("access.addSomebody");
  const name = $("<input>", { type: "text", id: "hapana-add-name" }).attr("autocomplete", "off");
  const credential = $("<input>", { type: "text", id: "hapana-add-credential" }).attr("autocomplete", "off");
  const until = new UntilField("hapana-add-until");
  const add = $("<button>", { type: "submit", class: "red-ui-button red-ui-button-small primary" });
  const form = $("<form>").append(
    field("access.field.name", name),
    field("access.field.credential", credential),
    until.element,
    $("<div>", { class: "hapana-buttons" }).append(
      add.text(say("access.button.add")),
      wordButton(say("button.cancel"), done),
    ),
  );
  form.on("submit", (event) => {
    event.preventDefault();
    const [called, read] = [name, credential].map((input) => String(input.val()).trim());
    if (!called) name.trigger("focus");
    else if (!read) credential.trigger("focus");
    else if (until.check()) void changes.addStaff(roster, called, read, until.day).then((isDone) => isDone && done());
  });
  const element = $("<div>", { class: "hapana-detail", role: "region", "aria-label": title });
  return element.append(
    $("<h4>", { text: title, tabindex: -1, class: "hapana-detail-title" }),
    hint(say("access.addHint")),
    form,
  );
}
