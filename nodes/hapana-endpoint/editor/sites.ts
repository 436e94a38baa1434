import type { SightedSite } from "../../../src/engine/sightings-report";
import { rowsOf } from "../../editor/list-rows";
import { showProblem } from "../../editor/problems";
import { idWithWords, lastEventWords } from "../../editor/sightings";
import { sitesOf } from "../config";
import type { EndpointNode, Site } from "./endpoint-node";

interface Row {
  site?: Site;
  siteID?: JQuery;
  name?: JQuery;
}

/** Shows the locations as a list that can be edited. */
export function prepareSites(node: EndpointNode): void {
  const list = $("#hapana-sites");
  const showWhatIsWrong = () =>
    showProblem("sites", list.closest(".red-ui-editableList"), sitesMessage.call(node, sitesInDialog()));
  list.editableList<Row>({
    addButton: node._("hapana-endpoint.button.addSite"),
    removable: true,
    sortable: true,
    height: "auto",
    removeItem: showWhatIsWrong,
    addItem: (container, _index, row) => {
      container.addClass("hapana-site");
      row.siteID = textInput(node._("hapana-endpoint.label.siteID"), row.site?.siteID).appendTo(container);
      row.name = textInput(node._("hapana-endpoint.label.siteName"), row.site?.name).appendTo(container);
      container.siblings("a").attr("aria-label", node._("hapana-endpoint.button.removeSite"));
      if (!row.site) row.siteID.trigger("focus");
    },
  });
  for (const site of sitesOf(node.sites)) list.editableList("addItem", { site });
  list.on("input", showWhatIsWrong);
  showWhatIsWrong();
}

/** Offers the locations that events have come from and that have no line in the list yet. */
export function offerSites(node: EndpointNode, seen: readonly SightedSite[]): void {
  const listed = sitesInDialog().map(({ siteID }) => siteID);
  const missing = seen.filter(({ siteID }) => !listed.includes(siteID));
  $("#hapana-seen-sites")
    .append(missing.map((site) => addingButton(node, site)))
    .toggle(missing.length > 0);
}

function addingButton(node: EndpointNode, site: SightedSite): JQuery {
  const { siteID } = site;
  const words = lastEventWords(site);
  const button = $("<button>", { type: "button", class: "red-ui-button" }).append(idWithWords(siteID, words));
  button.attr("aria-label", node._("hapana-endpoint.button.nameSite", { siteID: `${siteID} ${words}` }));
  return button.on("click", () => {
    const empty = rows().find((row) => textOf(row.siteID) === "");
    if (empty) empty.siteID?.val(siteID);
    else $("#hapana-sites").editableList("addItem", { site: { siteID, name: "" } });
    (empty ?? rows().at(-1))?.name?.trigger("focus");
    button.remove();
    $("#hapana-seen-sites").toggle($("#hapana-seen-sites button").length > 0);
  });
}

function textInput(label: string, value = ""): JQuery {
  return $("<input>", { type: "text", placeholder: label, "aria-label": label, spellcheck: false }).val(value);
}

/** @returns the locations as they stand in the dialog; a line without a siteID is nothing */
export function sitesInDialog(): Site[] {
  return rows()
    .map(({ siteID, name }) => ({ siteID: textOf(siteID), name: textOf(name) }))
    .filter(({ siteID }) => siteID !== "");
}

function rows(): Row[] {
  return rowsOf<Row>("#hapana-sites");
}

function textOf(input: JQuery | undefined): string {
  return String(input?.val() ?? "").trim();
}

/** What is wrong with the saved locations, in words. */
export function sitesMessage(this: EndpointNode, value: unknown): string | undefined {
  const ids = sitesOf(value).map(({ siteID }) => siteID);
  return new Set(ids).size === ids.length ? undefined : this._("hapana-endpoint.error.sites");
}
