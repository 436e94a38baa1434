/** Adds a heading and its group. */
export function group(dialog: JQuery, heading: string, role: "group" | "radiogroup"): JQuery {
  const id = `hapana-email-heading-${dialog.find("h4").length}`;
  $("<h4>", { id, text: heading }).appendTo(dialog);
  return $("<div>", { role, "aria-labelledby": id }).appendTo(dialog);
}

/** A checkbox or a radio button. */
export interface Choice {
  readonly type: "checkbox" | "radio";
  readonly name: string;
  readonly value: string;
  readonly text: string;
  readonly checked: boolean;
  readonly hint?: string;
}

/** Adds a checkbox or a radio button with its label. */
export function choice(parent: JQuery, { type, name, value, text, checked, hint }: Choice): void {
  const label = $("<label>", { class: "hapana-choice" }).appendTo(parent);
  $("<input>", { type, name, value, checked }).appendTo(label);
  const words = $("<span>", { text }).appendTo(label);
  if (hint) $("<span>", { class: "hapana-hint", text: hint }).appendTo(words);
}

/** Adds a field for one line of text, with its label. */
export function textRow(parent: JQuery, id: string, label: string, attributes: object = {}): JQuery {
  const row = $("<div>", { class: "form-row" }).appendTo(parent);
  $("<label>", { for: id, text: label }).appendTo(row);
  return $("<input>", { type: "text", id, ...attributes }).appendTo(row);
}

/** @returns the chosen values of a group of checkboxes or radio buttons */
export function chosen(name: string): string[] {
  return $(`#hapana-subscription input[name=${name}]:checked`)
    .toArray()
    .map((input) => String($(input).val()));
}
