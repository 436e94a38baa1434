/** Ways to leave the email: none without a question where nothing has been done with it. */
export interface Leaving {
  /** Leaves, or asks whether that is meant. */
  ask(): void;
  /** From now on, Escape asks, too. */
  watchKeys(): void;
  forgetKeys(): void;
}

/**
 * @param words of the email's tray
 * @param isDone whether the email was copied or opened as it is now
 */
export function leaveEmail(words: NodeRed.Translate, isDone: () => boolean): Leaving {
  let question: { close(): void } | undefined;
  const answered = () => {
    question?.close();
    question = undefined;
  };
  const stay = () => {
    answered();
    $("#hapana-email-copy").trigger("focus");
  };
  const ask = () => {
    if (isDone()) {
      RED.tray.close();
      return;
    }
    question ??= RED.notify($("<p>").text(words("leave.question")), {
      type: "warning",
      fixed: true,
      modal: true,
      buttons: [
        { id: "hapana-email-stay", class: "primary", text: words("leave.stay"), click: stay },
        {
          id: "hapana-email-close-anyway",
          text: words("leave.anyway"),
          click: () => {
            answered();
            RED.tray.close();
          },
        },
      ],
    });
  };
  const keys = "keydown.hapana-email";
  return {
    ask,
    watchKeys: () =>
      $(document).on(keys, (event) => {
        if (event.key !== "Escape") return;
        // Node-RED would look for what was focused, which may be gone.
        event.stopImmediatePropagation();
        if (question) stay();
        else ask();
      }),
    forgetKeys: () => $(document).off(keys),
  };
}
