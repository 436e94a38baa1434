import { say } from "./words";

/**
 * Asks before something is done that cannot be undone.
 * @param text the consequences
 * @param doIt the label of the button that does it
 * @returns whether to do it
 */
export async function ask(text: string, doIt: string): Promise<boolean> {
  return (await choose(text, [[doIt, true]])) ?? false;
}

/**
 * Asks which of several things to do.
 * @param choices the label of each button, and its value; the first is the default
 * @param field an additional field
 * @returns the choice; `undefined` to do nothing
 */
export function choose<Choice>(
  text: string,
  choices: readonly (readonly [words: string, choice: Choice])[],
  field?: JQuery,
): Promise<Choice | undefined> {
  const before = document.activeElement as HTMLElement | null;
  return new Promise((resolve) => {
    const answer = (choice: Choice | undefined) => () => {
      question.close();
      before?.focus();
      resolve(choice);
    };
    const words = $("<div>").append($("<p>", { text, class: "hapana-question" }), ...(field ? [field] : []));
    const [first, ...others] = choices.map(([text, choice]) => ({ text, click: answer(choice) }));
    const question = RED.notify(words, {
      ...{ type: "warning", modal: true, fixed: true },
      buttons: [
        { text: say("button.cancel"), click: answer(undefined) },
        ...others,
        ...(first ? [{ ...first, class: "primary" }] : []),
      ],
    });
    holdFocus(words.parent(), answer(undefined));
  });
}

/** Node-RED shades the page but leaves the focus there: keyboard users would press something invisible. */
function holdFocus(dialog: JQuery, cancel: () => void): void {
  const controls = dialog.attr({ role: "alertdialog", "aria-label": dialog.find("p").text() }).find("button, input");
  dialog.on("keydown", (event) => {
    if (event.key !== "Escape" && event.key !== "Tab") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") cancel();
    else
      controls
        .eq((controls.index(controls.filter(":focus")) + (event.shiftKey ? -1 : 1)) % controls.length)
        .trigger("focus");
  });
  controls.filter("button").first().trigger("focus");
}

/** Shows a short notice. */
export function tell(text: string, type: "success" | "warning" | "error" = "success"): void {
  RED.notify($("<p>", { text }), { type, timeout: type === "success" ? 4000 : 10_000 });
}

/** A progress line that stays until it is closed. */
export interface Progress {
  say(text: string): void;
  close(): void;
  readonly isCancelled: boolean;
}

/** Shows progress, with a button to stop. */
export function showProgress(text: string): Progress {
  const line = $("<p>", { text, role: "status" });
  let isCancelled = false;
  const notice = RED.notify(line, {
    fixed: true,
    buttons: [
      {
        text: say("button.stop"),
        click: () => {
          isCancelled = true;
        },
      },
    ],
  });
  return {
    say: (now) => void line.text(now),
    close: () => notice.close(),
    get isCancelled() {
      return isCancelled;
    },
  };
}
