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
