/**
 * A small button that is an icon to the eye and a word to a screen reader.
 * @param icon the Font Awesome name, such as `fa-copy`
 * @param label what it does
 */
export function iconButton(icon: string, label: string): JQuery {
  const button = $("<button>", { type: "button", class: "red-ui-button", "aria-label": label });
  $("<i>", { class: `fa ${icon}`, "aria-hidden": "true" }).appendTo(button);
  RED.popover.tooltip(button, label);
  return button;
}

/** Explains a button that says by itself what it does: Node-RED 5.0 would have a screen reader say the explanation in place of its words. */
export function explain(button: JQuery, hint: string): void {
  button.attr("aria-label", button.text());
  RED.popover.tooltip(button, hint);
}
