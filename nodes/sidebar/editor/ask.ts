import { say } from "./words";

/**
 * Asks before something is done that cannot be undone.
 * @param text what it means
 * @param doIt the word on the button that does it
 * @returns whether it is to be done
 */
export function ask(text: string, doIt: string): Promise<boolean> {
  const before = document.activeElement as HTMLElement | null;
  return new Promise((resolve) => {
    const answer = (isWanted: boolean) => () => {
      question.close();
      before?.focus();
      resolve(isWanted);
    };
    const words = $("<p>", { text, class: "hapana-question" });
    const question = RED.notify(words, {
      ...{ type: "warning", modal: true, fixed: true },
      buttons: [
        { text: say("button.cancel"), click: answer(false) },
        { text: doIt, class: "primary", click: answer(true) },
      ],
    });
    holdFocus(words.parent(), answer(false));
  });
}

/** Node-RED shades the page and leaves the focus there: whoever has no mouse would press what cannot be seen. */
function holdFocus(dialog: JQuery, cancel: () => void): void {
  const buttons = dialog.attr({ role: "alertdialog", "aria-label": dialog.find("p").text() }).find("button");
  dialog.on("keydown", (event) => {
    if (event.key !== "Escape" && event.key !== "Tab") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") cancel();
    else buttons.not(":focus").first().trigger("focus");
  });
  buttons.first().trigger("focus");
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
