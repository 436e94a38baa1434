import { catalog } from "hapana-catalog";
import type { SightedSite, SightingsReport } from "../runtime/sightings-report";

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

const titles: ReadonlyMap<string, string> = new Map(catalog.map(({ type, title }) => [type, title]));

/** Tells a location without a name from others: its siteID, and the last event that came from it. */
export function sightedSiteWords({ siteID, event, at }: SightedSite): string {
  const time = new Date(at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  return `${siteID} (${[titles.get(event), time].filter(Boolean).join(", ")})`;
}
