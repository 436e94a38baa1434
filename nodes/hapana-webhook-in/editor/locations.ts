import type { SightedSite } from "../../../src/engine/sightings-report";
import { askForSightings, lastEventWords, siteIdWithWords } from "../../editor/sightings";
import { sitesOf as namedSites } from "../../hapana-endpoint/config";
import { sitesOf } from "../config";
import type { WebhookInNode } from "./webhook-in-node";

/**
 * What is saved where only some locations are wanted, and none is chosen yet. An empty list would mean all of them; this
 * is no location's siteID, so none comes, and the node is marked as not complete.
 */
const noneYet = [""];

/** Lets locations be chosen by the names that the chosen endpoint gives them; others can be added by their siteID. */
export function prepareLocations(node: WebhookInNode): void {
  const radios = $("input[name=hapana-locations]");
  const saved = sitesOf(node.sites);
  radios.filter(`[value=${saved.length > 0 ? "some" : "all"}]`).prop("checked", true);
  const showChoice = () => $("#hapana-some-locations").toggle(onlySome());
  const showProblem = () => $("#hapana-locations-problem").text(locationsMessage.call(node, locationsInDialog()) ?? "");
  radios.on("change", () => {
    showChoice();
    showProblem();
  });
  $("#hapana-location-list").on("change", showProblem);
  $("#hapana-new-location").on("input", showProblem);

  const extra = saved.filter((siteID) => siteID !== "");
  const endpointId = () => String($("#node-input-endpoint").val() ?? "");
  let seen: readonly SightedSite[] = [];
  const showList = (ticked: readonly string[]) => {
    const named = sitesAt(endpointId());
    const unnamed = new Map(extra.map((siteID) => [siteID, ""]));
    for (const site of seen) unnamed.set(site.siteID, lastEventWords(site));
    for (const { siteID } of named) unnamed.delete(siteID);
    $("#hapana-location-list").empty();
    for (const { siteID, name } of named) appendChoice(siteID, $("<span>").text(name || siteID), ticked);
    for (const [siteID, words] of unnamed) appendChoice(siteID, siteIdWithWords(siteID, words), ticked);
    showProblem();
  };
  const addTyped = () => {
    const siteID = String($("#hapana-new-location").val()).trim();
    if (siteID === "") return;
    if (!extra.includes(siteID)) extra.push(siteID);
    showList([...tickedSites(), siteID]);
    $("#hapana-new-location").val("").trigger("focus");
  };
  const showSeen = () => {
    const asked = endpointId();
    askForSightings(asked, ({ sites }) => {
      // The answer may be late, and another endpoint chosen.
      if (endpointId() !== asked) return;
      seen = sites;
      showList(tickedSites());
    });
  };
  $("#node-input-endpoint").on("change", () => {
    seen = [];
    showList(tickedSites());
    showSeen();
  });
  $("#hapana-add-location").on("click", (event) => {
    event.preventDefault();
    addTyped();
  });
  $("#hapana-new-location").on("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    addTyped();
  });
  showList(saved);
  showSeen();
  showChoice();
}

function sitesAt(endpointId: string): ReturnType<typeof namedSites> {
  const endpoint = RED.nodes.node(endpointId) as { sites?: unknown } | null;
  return namedSites(endpoint?.sites);
}

function appendChoice(siteID: string, words: JQuery, ticked: readonly string[]): void {
  const label = $("<label>", { class: "hapana-choice", title: siteID }).appendTo("#hapana-location-list");
  $("<input>", { type: "checkbox", value: siteID, checked: ticked.includes(siteID) }).appendTo(label);
  words.appendTo(label);
}

function onlySome(): boolean {
  return $("input[name=hapana-locations]:checked").val() === "some";
}

function tickedSites(): string[] {
  return $("#hapana-location-list input:checked")
    .toArray()
    .map((input) => String($(input).val()));
}

/** @returns the locations that are chosen, one that is typed in but not added yet among them; none means all */
export function locationsInDialog(): string[] {
  if (!onlySome()) return [];
  const typed = String($("#hapana-new-location").val() ?? "").trim();
  const sites = [...new Set([...tickedSites(), typed])].filter((siteID) => siteID !== "");
  return sites.length > 0 ? sites : [...noneYet];
}

/** What is wrong with the selection, in words. */
export function locationsMessage(this: WebhookInNode, value: unknown): string | undefined {
  const sites = sitesOf(value);
  const isNone = sites.length > 0 && sites.every((siteID) => siteID === "");
  return isNone ? this._("hapana-webhook-in.error.locations") : undefined;
}
