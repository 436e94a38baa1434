import { symbolButton } from "./button";
import { say } from "./words";

/** A menu entry: its label, and its action. */
export type MenuChoice = readonly [label: string, work: () => unknown];

/**
 * A button that opens a menu.
 * @param choices its current entries
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
    // In Node-RED, "left" is the side to which it opens: the window ends on the right.
    .show({ target, align: "left", offset: [target.outerWidth() ?? 0, 0] });
}
