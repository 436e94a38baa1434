import { catalog } from "hapana-catalog";
import { baseUrlProblem } from "../../../src/address/base-url-problem";
import { completeUrl } from "../../../src/address/complete-url";
import { endpointLabel } from "../../../src/address/endpoint-label";
import { copyOnClick } from "../../editor/copy";
import { iconButton } from "../../editor/icon-button";
import { type EndpointNode, field, fieldText, isBeingEdited, isUnused } from "./endpoint-node";
import { type Address, baseOf, httpNodeRoot, knownUrl, urlOf, variablesOf } from "./known-url";
import { type PathProblem, pathProblem, pathsCollide } from "./path-problem";
import { listed } from "./variables";

/**
 * The URL of the endpoint whose dialog is open, as Hapana has to call it: of one event where one is named. There is none to be known
 * where it depends on environment variables.
 */
export function currentUrl(event?: string): string | undefined {
  return urlOf(currentAddress(), event);
}

/** The environment variables that the URL in the dialog depends on. */
export function currentVariables(): string[] {
  return variablesOf(currentAddress());
}

/** The base of the URL in the dialog. */
export function currentBase(): string {
  return baseOf(fieldText("publicUrl"));
}

/** The URL at which Hapana calls the endpoint whose dialog is open, where it is another than the one in the dialog. */
export function movedFrom(node: EndpointNode): string | undefined {
  const [known, current] = [knownUrl(node), currentUrl()];
  return current === undefined || known === current ? undefined : known;
}

function currentAddress(): Address {
  return { publicUrl: fieldText("publicUrl"), path: fieldText("path") };
}

/** What is wrong with an endpoint's path, in words. */
export function pathMessage(this: EndpointNode, value: unknown): string | undefined {
  const path = String(value ?? "").trim();
  const problem: PathProblem | undefined = pathProblem(path, {
    httpNodeRoot: httpNodeRoot(),
    httpAdminRoot: location.pathname,
  });
  if (problem) return this._(`hapana-endpoint.error.${problem}`);
  if (isUnused(this) && !isBeingEdited(this)) return undefined;
  const other = endpointAt(path, this.id);
  // Node-RED takes the reasons of validators for HTML.
  return other && this._("hapana-endpoint.error.collision", { name: endpointLabel(other).replace(/[<>&]/g, "") });
}

function endpointAt(path: string, exceptId: string): EndpointNode | undefined {
  const types = catalog.map(({ type }) => type);
  let found: EndpointNode | undefined;
  RED.nodes.eachConfig((config) => {
    if (config.type !== "hapana-endpoint" || config.id === exceptId || config.d) return;
    const other = config as EndpointNode;
    if (pathsCollide(path, other.path, types)) found ??= other;
  });
  return found;
}

/** A path like the one that is wanted, which no endpoint has: `/hapana-2`, `/hapana-3` … */
function freePath(wanted: string, exceptId: string): string {
  for (let number = 2; ; number += 1) {
    const path = `${wanted}-${number}`;
    if (!endpointAt(path, exceptId)) return path;
  }
}

/** What is wrong with a public address, in words. An address that Hapana cannot reach is a warning, not an error. */
export function publicUrlMessage(this: EndpointNode, value: unknown): string | undefined {
  const url = completeUrl(String(value ?? ""));
  return url !== "" && baseUrlProblem(url) === "malformed" ? this._("hapana-endpoint.error.publicUrl") : undefined;
}

/** Shows the URLs that Hapana has to call, and what is wrong with them, while the address is being typed. */
export function prepareAddress(node: EndpointNode): void {
  const copy = iconButton("fa-copy", node._("hapana-endpoint.button.copy")).insertAfter("#hapana-webhook-url");
  copyOnClick(copy, () => currentUrl() ?? "");
  for (const { type, title } of catalog) appendEventUrl(node, type, title);
  field("publicUrl").attr("placeholder", location.origin);
  const isNew = !RED.nodes.node(node.id);
  if (isNew && endpointAt(node.path, node.id)) field("path").val(freePath(node.path, node.id)).trigger("change");

  field("publicUrl").on("change", () => {
    field("publicUrl").val(completeUrl(fieldText("publicUrl")));
  });
  field("path")
    .add(field("publicUrl"))
    .on("input change", () => showAddress(node));
  showAddress(node);
}

function appendEventUrl(node: EndpointNode, type: string, title: string): void {
  const row = $("<div>", { class: "form-row" }).appendTo("#hapana-event-url-list");
  const id = `hapana-url-${type}`;
  $("<label>", { for: id, text: title }).appendTo(row);
  $("<input>", { type: "text", id, readonly: true }).appendTo(row);
  const copy = iconButton("fa-copy", `${node._("hapana-endpoint.button.copy")}: ${title}`).appendTo(row);
  copyOnClick(copy, () => currentUrl(type) ?? "");
}

function showAddress(node: EndpointNode): void {
  const variable = listed(currentVariables());
  const words = (key: string) => node._(`hapana-endpoint.address.${key}`, { variable });
  const showUrl = (input: JQuery, url: string | undefined) => {
    input.val(url ?? words("dependsOn"));
    input.next("button").prop("disabled", url === undefined);
  };
  showUrl($("#hapana-webhook-url"), currentUrl());
  for (const { type } of catalog) showUrl($(`#hapana-url-${type}`), currentUrl(type));
  const note = variable !== "" ? "variable" : movedFrom(node) ? "moved" : undefined;
  const problem = baseUrlProblem(currentBase()) ?? note;
  $("#hapana-publicUrl-warning").text(problem ? words(problem) : "");
  if (isBeingEdited(node)) $("#hapana-path-problem").text(pathMessage.call(node, fieldText("path")) ?? "");
}
