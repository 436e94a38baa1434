import type { SightedSite } from "../../src/engine/sightings-report";
import type { EndpointReport } from "../hapana-endpoint/report";
import { eventTitles } from "./event-titles";
import { timeLanguage } from "./time-language";

/**
 * Asks Node-RED what an endpoint has seen from Hapana.
 * @param endpointId the endpoint
 * @param show called with the answer; not if there is none, as for an endpoint that is not deployed
 */
export function askForSightings(endpointId: string, show: (seen: EndpointReport) => void): void {
  if (!RED.nodes.node(endpointId)) return;
  $.getJSON(`hapana-endpoint/${endpointId}/sightings`).then((seen: EndpointReport | null) => {
    if (seen) show(seen);
  });
}

/**
 * Helps to identify a location without a name.
 * @returns its last event, such as "(Client Check-In, Nov 26, 2026, 2:09 AM)"
 */
export function lastEventWords({ event, at }: SightedSite): string {
  return `(${[eventTitles.get(event), timeWords(at)].filter(Boolean).join(", ")})`;
}

/** An id, such as a siteID, and a note about it. The note keeps its direction, whatever is in the id. */
export function idWithWords(id: string, words: string): JQuery {
  return $("<span>").append($("<bdi>", { text: id }), document.createTextNode(words && ` ${words}`));
}

/** Date and time. */
export function timeWords(at: number): string {
  return new Date(at).toLocaleString(timeLanguage(), { dateStyle: "medium", timeStyle: "short" });
}
