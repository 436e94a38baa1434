import { say } from "./words";

/**
 * Asks before something is done that cannot be undone.
 * @param text what it means
 * @param doIt the word on the button that does it
 * @returns whether it is to be done
 */
export function ask(text: string, doIt: string): Promise<boolean> {
  return new Promise((resolve) => {
    const answer = (isWanted: boolean) => () => {
      question.close();
      resolve(isWanted);
    };
    const question = RED.notify($("<p>", { text, class: "hapana-question" }), {
      ...{ type: "warning", modal: true, fixed: true },
      buttons: [
        { text: say("button.cancel"), click: answer(false) },
        { text: doIt, class: "primary", click: answer(true) },
      ],
    });
  });
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
