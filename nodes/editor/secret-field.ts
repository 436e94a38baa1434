import { copyOnClick } from "./copy";
import { iconButton } from "./icon-button";

/** The content of a password field whose value Node-RED has stored and never sends to the editor again. */
export const storedSecret = "__PWRD__";

/**
 * Adds show, hide and copy to a password field. A stored secret can be neither shown nor copied, so the buttons are disabled.
 * @param input the password field
 * @param words the buttons' labels
 */
export function makeSecretField(input: JQuery, words: { show: string; hide: string; copy: string }): void {
  const copy = iconButton("fa-copy", words.copy).insertAfter(input);
  const show = iconButton("fa-eye", words.show).insertAfter(input);
  copyOnClick(copy, () => String(input.val()));

  const reveal = (revealed: boolean) => {
    input.attr("type", revealed ? "text" : "password");
    show.attr({ "aria-label": revealed ? words.hide : words.show, "aria-pressed": String(revealed) });
    show.find("i").toggleClass("fa-eye", !revealed).toggleClass("fa-eye-slash", revealed);
  };
  show.on("click", (event) => {
    event.preventDefault();
    reveal(input.attr("type") === "password");
  });
  input.on("hapana:reveal", () => {
    reveal(true);
    // Otherwise the field shows the end of a long one: "Bearer " would be out of sight.
    (input[0] as HTMLInputElement).setSelectionRange(0, 0);
  });
  // Typing replaces a stored secret completely: there is nothing here to edit.
  input.on("focus", () => {
    if (input.val() === storedSecret) input.trigger("select");
  });
  input.on("input change", () => {
    const value = String(input.val());
    const isReadable = value !== "" && value !== storedSecret;
    show.add(copy).prop("disabled", !isReadable);
    if (!isReadable) reveal(false);
  });
  input.trigger("input");
}
