/**
 * A small button: an icon to the eye, a word to a screen reader.
 * @param icon the Font Awesome name, such as `fa-copy`
 * @param label what it does
 */
export function iconButton(icon: string, label: string): JQuery {
  const button = $("<button>", { type: "button", class: "red-ui-button", "aria-label": label });
  $("<i>", { class: `fa ${icon}`, "aria-hidden": "true" }).appendTo(button);
  RED.popover.tooltip(button, label);
  return button;
}

/** Adds a tooltip to a button that already has a text: Node-RED 5.0 would make a screen reader read the tooltip instead. */
export function explain(button: JQuery, hint: string): void {
  button.attr("aria-label", button.text());
  RED.popover.tooltip(button, hint);
}
