import type { SightedSite } from "../../src/engine/sightings-report";
import { sitesOf as namedSites } from "../hapana-endpoint/config";
import { sitesOf } from "../hapana-webhook-in/config";
import { showProblem } from "./problems";
import { askForSightings, idWithWords, lastEventWords } from "./sightings";
import { type Choice, chosenIn, tickList } from "./tick-list";

/**
 * Saved if only some locations are wanted, but none has been chosen yet. An empty list would mean all of them; this
 * is no location's siteID, so no events arrive, and the node is marked as incomplete.
 */
const noneYet = [""];

const list = "#hapana-some-locations";

/** A node for all locations, or some. */
type LocatedNode = NodeRed.EditorNode & { sites: unknown };

/** Where the locations get their names. */
interface Named {
  /** The field that may switch to another endpoint. */
  field: string;
  /** The id of the currently chosen endpoint. */
  endpoint: () => string;
}

/** Offers the locations by the names that an endpoint gives them; others can be added by siteID. */
export function prepareLocations(node: LocatedNode, { field, endpoint }: Named): void {
  const radios = $("input[name=hapana-locations]");
  const saved = sitesOf(node.sites);
  radios.filter(`[value=${saved.length > 0 ? "some" : "all"}]`).prop("checked", true);
  // Whoever has just chosen that only some are wanted has not had the chance to say which.
  let isJudged = locationsMessage.call(node, node.sites) !== undefined;
  const judge = () => {
    const problem = isJudged ? locationsMessage.call(node, locationsInDialog()) : undefined;
    showProblem("locations", $(list), problem);
  };
  const showChoice = () => {
    $(list).toggle(onlySome());
    judge();
  };
  radios.on("change", showChoice);
  $(list).on("change focusout", () => {
    isJudged = true;
    judge();
  });
  const sites = tickList(list, saved, judge);

  const showSeen = () => {
    const asked = endpoint();
    sites.offer(choicesAt(asked, []));
    askForSightings(asked, ({ sites: seen }) => {
      // The answer may come late, when another endpoint has been chosen.
      if (endpoint() === asked) sites.offer(choicesAt(asked, seen));
    });
  };
  $(field).on("change", showSeen);
  showSeen();
  showChoice();
}

/** Those with a name at an endpoint, then those that it has only seen. */
function choicesAt(endpointId: string, seen: readonly SightedSite[]): Choice[] {
  const endpoint = RED.nodes.node(endpointId) as { sites?: unknown } | null;
  const named = namedSites(endpoint?.sites);
  const unnamed = seen.filter(({ siteID }) => !named.some((site) => site.siteID === siteID));
  return [
    ...named.map(({ siteID, name }) => ({ value: siteID, words: $("<span>").text(name || siteID) })),
    ...unnamed.map((site) => ({ value: site.siteID, words: idWithWords(site.siteID, lastEventWords(site)) })),
  ];
}

function onlySome(): boolean {
  return $("input[name=hapana-locations]:checked").val() === "some";
}

/** @returns the chosen locations; an empty list means all */
export function locationsInDialog(): string[] {
  if (!onlySome()) return [];
  const sites = chosenIn(list);
  return sites.length > 0 ? sites : [...noneYet];
}

/** What is wrong with the selection, as a message. */
export function locationsMessage(this: LocatedNode, value: unknown): string | undefined {
  const sites = sitesOf(value);
  const isNone = sites.length > 0 && sites.every((siteID) => siteID === "");
  return isNone ? this._(`${this.type}.error.locations`) : undefined;
}
