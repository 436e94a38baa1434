import { symbolButton } from "./button";
import { say } from "./words";

/** An entry of a menu: what it is called, and what it does. */
export type MenuChoice = readonly [label: string, work: () => unknown];

/**
 * A button that opens a menu.
 * @param choices what it offers at the moment
 */
export function menuButton(
  choices: () => readonly MenuChoice[],
  { label, id } = { label: say("menu.title"), id: "hapana-menu" },
): JQuery {
  const button = symbolButton("fa-ellipsis-h", label, () => openMenu(button, choices()));
  return button.attr({ "aria-haspopup": "menu", id });
}

function openMenu(target: JQuery, choices: readonly MenuChoice[]): void {
  const focusBack = () => target.trigger("focus");
  const options = choices.map(([label, work]) => ({
    label,
    onselect: () => {
      // The menu takes the focus with it.
      focusBack();
      work();
    },
  }));
  RED.popover
    .menu({ options, onclose: (isCancelled) => isCancelled && focusBack() })
    // To Node-RED, "left" is the side on which it opens: at the right is the edge of the window.
    .show({ target, align: "left", offset: [target.outerWidth() ?? 0, 0] });
}
