/**
 * Shows an endpoint's events in the sidebar, beside any open dialog; for an unknown endpoint, all events.
 * @param endpoint its id
 * @param node restricts them to those that this node gets
 */
export function showEventsOf(endpoint: string, node?: string): void {
  const filter = { endpoint, ...(node !== undefined && { node }) };
  RED.actions.invoke("hapana:show-events", RED.nodes.node(endpoint) ? filter : {});
}

/**
 * Makes a dialog's button show an endpoint's events.
 * @param button the button
 * @param endpoint returns the endpoint's id at the moment of the click
 */
export function showEventsOnClick(button: JQuery, endpoint: () => string): void {
  button.on("click", (event) => {
    event.preventDefault();
    showEventsOf(endpoint());
  });
}
