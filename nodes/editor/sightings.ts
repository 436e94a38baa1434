import type { SightingsReport } from "../runtime/sightings-report";

/**
 * Asks Node-RED what an endpoint has seen of Hapana.
 * @param endpointId the endpoint
 * @param show called with the answer; not where there is none, as for an endpoint that is not deployed
 */
export function askForSightings(endpointId: string, show: (seen: SightingsReport) => void): void {
  if (!RED.nodes.node(endpointId)) return;
  $.getJSON(`hapana-endpoint/${endpointId}/sightings`).then((seen: SightingsReport | null) => {
    if (seen) show(seen);
  });
}
