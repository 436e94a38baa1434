import type { SightedSite } from "../../src/engine/sightings-report";
import { sitesOf as namedSites } from "../hapana-endpoint/config";
import { sitesOf } from "../hapana-webhook-in/config";
import { askForSightings, idWithWords, lastEventWords } from "./sightings";
import { type Choice, chosenIn, tickList } from "./tick-list";

/**
 * What is saved where only some locations are wanted, and none is chosen yet. An empty list would mean all of them; this
 * is no location's siteID, so none comes, and the node is marked as not complete.
 */
const noneYet = [""];

const list = "#hapana-some-locations";

/** A node that is for all locations, or some. */
type LocatedNode = NodeRed.EditorNode & { sites: unknown };

/** From where the locations get their names. */
interface Named {
  /** The field whose change may mean another endpoint. */
  field: string;
  /** The id of the endpoint that is chosen at the moment. */
  endpoint: () => string;
}

/** Lets locations be chosen by the names that an endpoint gives them; others can be added by their siteID. */
export function prepareLocations(node: LocatedNode, { field, endpoint }: Named): void {
  const radios = $("input[name=hapana-locations]");
  const saved = sitesOf(node.sites);
  radios.filter(`[value=${saved.length > 0 ? "some" : "all"}]`).prop("checked", true);
  const showProblem = () => $("#hapana-locations-problem").text(locationsMessage.call(node, locationsInDialog()) ?? "");
  const showChoice = () => {
    $(list).toggle(onlySome());
    showProblem();
  };
  radios.on("change", showChoice);
  const sites = tickList(list, saved, showProblem);

  const showSeen = () => {
    const asked = endpoint();
    sites.offer(choicesAt(asked, []));
    askForSightings(asked, ({ sites: seen }) => {
      // The answer may be late, and another endpoint chosen.
      if (endpoint() === asked) sites.offer(choicesAt(asked, seen));
    });
  };
  $(field).on("change", showSeen);
  showSeen();
  showChoice();
}

/** Those that have a name at an endpoint, and then those that it has only seen. */
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

/** @returns the locations that are chosen; none means all */
export function locationsInDialog(): string[] {
  if (!onlySome()) return [];
  const sites = chosenIn(list);
  return sites.length > 0 ? sites : [...noneYet];
}

/** What is wrong with the selection, in words. */
export function locationsMessage(this: LocatedNode, value: unknown): string | undefined {
  const sites = sitesOf(value);
  const isNone = sites.length > 0 && sites.every((siteID) => siteID === "");
  return isNone ? this._(`${this.type}.error.locations`) : undefined;
}
