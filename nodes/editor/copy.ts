/**
 * Makes a button copy a text. Node-RED's own way is used because `navigator.clipboard` does not exist on an editor that
 * is opened by `http://` from another computer.
 * @param button the button
 * @param text gives the text at the moment of the click
 */
export function copyOnClick(button: JQuery, text: () => string): void {
  button.on("click", (event) => {
    event.preventDefault();
    RED.clipboard.copyText(text(), button, "clipboard.copyMessageValue");
  });
}
