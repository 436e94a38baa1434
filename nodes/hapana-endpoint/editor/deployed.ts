import type { EndpointReport } from "../report";
import { showAddress } from "./address";
import { type EndpointNode, field } from "./endpoint-node";

/** Shows what Node-RED has told of the endpoint as it is deployed, which the dialog could not know before. */
export function showDeployed(node: EndpointNode, { unclaimed }: EndpointReport): void {
  $("#hapana-unclaimed").text(unclaimed > 0 ? node._("hapana-endpoint.hint.unclaimed", { count: unclaimed }) : "");
  // Their hints and problems are told anew.
  for (const name of ["path", "headerName", "headerValue", "signingSecret"] as const) field(name).trigger("change");
  showAddress(node);
}
