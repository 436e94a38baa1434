/**
 * Makes a button of a dialog show an endpoint's events in the sidebar, beside the dialog.
 * @param button the button
 * @param endpoint gives the endpoint's id at the moment of the click
 */
export function showEventsOnClick(button: JQuery, endpoint: () => string): void {
  button.on("click", (event) => {
    event.preventDefault();
    const id = endpoint();
    RED.actions.invoke("hapana:show-events", RED.nodes.node(id) ? { endpoint: id } : {});
  });
}
