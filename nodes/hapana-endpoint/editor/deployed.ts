import type { EndpointReport } from "../report";
import { showAddress } from "./address";
import { type EndpointNode, field } from "./endpoint-node";

/** Shows what Node-RED has told about the deployed endpoint, which the dialog could not know before. */
export function showDeployed(node: EndpointNode, { unclaimed }: EndpointReport): void {
  $("#hapana-unclaimed").text(unclaimed > 0 ? node._("hapana-endpoint.hint.unclaimed", { count: unclaimed }) : "");
  // Their hints and problems are updated.
  for (const name of ["path", "headerName", "headerValue", "signingSecret"] as const) field(name).trigger("change");
  field("path").trigger("hapana:judge");
  showAddress(node);
}
