/**
 * Shows an endpoint's events in the sidebar, beside whatever dialog is open; of an endpoint that is none, all.
 * @param endpoint its id
 * @param node only those that this node gets
 */
export function showEventsOf(endpoint: string, node?: string): void {
  const filter = { endpoint, ...(node !== undefined && { node }) };
  RED.actions.invoke("hapana:show-events", RED.nodes.node(endpoint) ? filter : {});
}

/**
 * Makes a button of a dialog show an endpoint's events.
 * @param button the button
 * @param endpoint gives the endpoint's id at the moment of the click
 */
export function showEventsOnClick(button: JQuery, endpoint: () => string): void {
  button.on("click", (event) => {
    event.preventDefault();
    showEventsOf(endpoint());
  });
}
