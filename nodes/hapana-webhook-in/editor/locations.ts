import type { WebhookInNode } from "./webhook-in-node";

interface Site {
  siteID: string;
  name: string;
}

/** Lets locations be chosen by the names that the chosen endpoint gives them; others can be added by their siteID. */
export function prepareLocations(node: WebhookInNode): void {
  const radios = $("input[name=hapana-locations]");
  radios.filter(`[value=${node.sites.length > 0 ? "some" : "all"}]`).prop("checked", true);
  const showChoice = () => $("#hapana-some-locations").toggle(onlySome());
  const showWhetherNone = () => $("#hapana-no-location").toggle(tickedSites().length === 0);
  radios.on("change", showChoice);
  $("#hapana-location-list").on("change", showWhetherNone);

  const extra = [...node.sites];
  const showList = (ticked: readonly string[]) => {
    const named = sitesOf(String($("#node-input-endpoint").val() ?? ""));
    const unnamed = extra.filter((id) => !named.some(({ siteID }) => siteID === id));
    $("#hapana-location-list").empty();
    for (const site of [...named, ...unnamed.map((siteID) => ({ siteID, name: "" }))]) {
      appendChoice(site, ticked.includes(site.siteID));
    }
    showWhetherNone();
  };
  const addTyped = () => {
    const siteID = String($("#hapana-new-location").val()).trim();
    if (siteID === "") return;
    if (!extra.includes(siteID)) extra.push(siteID);
    showList([...tickedSites(), siteID]);
    $("#hapana-new-location").val("").trigger("focus");
  };
  $("#node-input-endpoint").on("change", () => showList(tickedSites()));
  $("#hapana-add-location").on("click", (event) => {
    event.preventDefault();
    addTyped();
  });
  $("#hapana-new-location").on("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    addTyped();
  });
  showList(node.sites);
  showChoice();
}

function sitesOf(endpointId: string): Site[] {
  const endpoint = RED.nodes.node(endpointId) as { sites?: Site[] } | null;
  return endpoint?.sites ?? [];
}

function appendChoice({ siteID, name }: Site, checked: boolean): void {
  const label = $("<label>", { class: "hapana-choice", title: siteID }).appendTo("#hapana-location-list");
  $("<input>", { type: "checkbox", value: siteID, checked }).appendTo(label);
  $("<span>", { text: name || siteID }).appendTo(label);
}

function onlySome(): boolean {
  return $("input[name=hapana-locations]:checked").val() === "some";
}

function tickedSites(): string[] {
  return $("#hapana-location-list input:checked")
    .toArray()
    .map((input) => String($(input).val()));
}

/** @returns the locations that are chosen; none means all */
export function locationsInDialog(): string[] {
  return onlySome() ? tickedSites() : [];
}
