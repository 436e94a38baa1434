import { copyOnClick } from "../../editor/copy";
import { iconButton } from "../../editor/icon-button";
import { say } from "./words";

/**
 * A part of an event that can be opened: JSON as text, with a button that copies it.
 * @param title what it is
 * @param value the JSON
 * @param isOpen whether it is open from the beginning
 */
export function jsonView(title: string, value: unknown, isOpen: boolean): JQuery {
  const text = prettyJson(value);
  const details = $("<details>", { class: "hapana-json", ...(isOpen && { open: true }) });
  $("<summary>", { text: title }).appendTo(details);
  const copy = iconButton("fa-copy", say("button.copyPart", { what: title }))
    .addClass("red-ui-button-small")
    .appendTo(details);
  copyOnClick(copy, () => text);
  $("<pre>", { text, tabindex: 0, "aria-label": title }).appendTo(details);
  return details;
}

export function prettyJson(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, undefined, 2);
}
