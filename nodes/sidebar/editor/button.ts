import { iconButton } from "../../editor/icon-button";

/** A button with a word on it. */
export function wordButton(label: string, press: () => void, kind = ""): JQuery {
  return $("<button>", { type: "button", class: `red-ui-button red-ui-button-small ${kind}`, text: label }).on(
    "click",
    press,
  );
}

/** A button with a symbol on it, and its word where the pointer rests. */
export function symbolButton(icon: string, label: string, press: () => void): JQuery {
  return iconButton(icon, label).addClass("red-ui-button-small").on("click", press);
}

/** Words in a text that lead somewhere. */
export function linkButton(text: string, press: () => void): JQuery {
  return $("<button>", { type: "button", class: "hapana-link", text }).on("click", press);
}
