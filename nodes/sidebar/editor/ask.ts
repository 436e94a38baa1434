import { say } from "./words";

/**
 * Asks before something is done that cannot be undone.
 * @param text what it means
 * @param doIt the word on the button that does it
 * @returns whether it is to be done
 */
export async function ask(text: string, doIt: string): Promise<boolean> {
  return (await choose(text, [[doIt, true]])) ?? false;
}

/**
 * Asks which of several things is to be done.
 * @param choices the word on each button, and what it stands for; the first is the one that is meant as a rule
 * @param field where something is filled in that belongs to it
 * @returns what was chosen; `undefined` where nothing is to be done
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

/** Node-RED shades the page and leaves the focus there: whoever has no mouse would press what cannot be seen. */
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

/** Tells something in passing. */
export function tell(text: string, type: "success" | "warning" | "error" = "success"): void {
  RED.notify($("<p>", { text }), { type, timeout: type === "success" ? 4000 : 10_000 });
}

/** A line that tells how far something has come, until it is closed. */
export interface Progress {
  say(text: string): void;
  close(): void;
  readonly isCancelled: boolean;
}

/** Shows how far something has come, with a button to stop it. */
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
