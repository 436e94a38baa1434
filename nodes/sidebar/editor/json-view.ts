import { copyOnClick } from "../../editor/copy";
import { iconButton } from "../../editor/icon-button";
import { say } from "./words";

/**
 * A collapsible part of an event: JSON as text, with a button that copies it.
 * @param title of the part
 * @param value the JSON
 * @param isOpen whether it is open at first
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
