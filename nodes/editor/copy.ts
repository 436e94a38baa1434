/**
 * Makes a button copy a text. It uses Node-RED's own function, because `navigator.clipboard` does not exist in an editor that
 * was opened by `http://` from another computer.
 * @param button the button
 * @param text returns the text at the moment of the click
 */
export function copyOnClick(button: JQuery, text: () => string): void {
  button.on("click", (event) => {
    event.preventDefault();
    RED.clipboard.copyText(text(), button, "clipboard.copyMessageValue");
  });
}
