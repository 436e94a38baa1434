import { iconButton } from "../../editor/icon-button";

/** A button with a label. */
export function wordButton(label: string, press: () => void, kind = ""): JQuery {
  return $("<button>", { type: "button", class: `red-ui-button red-ui-button-small ${kind}`, text: label }).on(
    "click",
    press,
  );
}

/** A button with a symbol, and its label as a tooltip. */
export function symbolButton(icon: string, label: string, press: () => void): JQuery {
  return iconButton(icon, label).addClass("red-ui-button-small").on("click", press);
}

/** A link in a text. */
export function linkButton(text: string, press: () => void): JQuery {
  return $("<button>", { type: "button", class: "hapana-link", text }).on("click", press);
}
