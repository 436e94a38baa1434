import { catalog } from "hapana-catalog";
import { baseUrlProblem } from "../../../src/address/base-url-problem";
import { completeUrl } from "../../../src/address/complete-url";
import { endpointLabel } from "../../../src/address/endpoint-label";
import { copyOnClick } from "../../editor/copy";
import { iconButton } from "../../editor/icon-button";
import { type EndpointNode, field, fieldText, isBeingEdited, isUnused } from "./endpoint-node";
import {
  type Address,
  baseOf,
  deployedFault,
  deployedWords,
  httpNodeRoot,
  knownUrl,
  urlOf,
  variablesOf,
} from "./known-url";
import { holdsPath } from "./path-holders";
import { type Collision, collisionOf, type PathProblem, pathProblem } from "./path-problem";
import { isSetWords, listed } from "./variables";

/**
 * The URL of the endpoint in the open dialog, as Hapana has to call it; if an event is named, that event's. It is unknown if it
 * depends on environment variables.
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

/** The URL at which Hapana calls the endpoint in the open dialog, if it differs from the one in the dialog. */
export function movedFrom(node: EndpointNode): string | undefined {
  const [known, current] = [knownUrl(node), currentUrl()];
  return current === undefined || known === current ? undefined : known;
}

function currentAddress(): Address {
  return { publicUrl: fieldText("publicUrl"), path: fieldText("path") };
}

/** What is wrong with an endpoint's path, as a message. */
export function pathMessage(this: EndpointNode, value: unknown): string | undefined {
  const path = String(value ?? "").trim();
  const problem: PathProblem | undefined = pathProblem(path, {
    httpNodeRoot: httpNodeRoot(),
    httpAdminRoot: location.pathname,
  });
  if (problem) return this._(`hapana-endpoint.error.${problem}`);
  if (isUnused(this) && !isBeingEdited(this)) return undefined;
  const rival = rivalsOf(this, path).find(({ kind }) => kind !== "collision" || !holdsPath(this, path));
  if (!rival) return isBeingEdited(this) ? deployedProblem(this, path) : undefined;
  const { kind, other } = rival;
  // Node-RED treats the reasons of validators as HTML.
  const [name, otherPath] = [endpointLabel(other), other.path].map((text) => text.replace(/[<>&]/g, ""));
  return this._(`hapana-endpoint.error.${kind}`, { name: name ?? "", path: otherPath ?? "" });
}

const eventTypes = catalog.map(({ type }) => type);

interface Rival {
  readonly kind: Collision;
  readonly other: EndpointNode;
}

/** The other endpoints at a path, and at its events' addresses: first the holder of the path, as far as Node-RED has told. */
function rivalsOf(node: EndpointNode, path: string): Rival[] {
  const found: Rival[] = [];
  RED.nodes.eachConfig((config) => {
    if (config.type !== "hapana-endpoint" || config.id === node.id || config.d) return;
    const other = config as EndpointNode;
    // An unused one has a path only as long as nobody else wants it.
    if (isUnused(other) && !isUnused(node)) return;
    const kind = collisionOf(path, other.path, eventTypes);
    if (kind) found.push({ kind, other });
  });
  const rank = ({ kind, other }: Rival) => (kind === "collision" ? (holdsPath(other, other.path) ? 0 : 1) : 2);
  return found.sort((one, another) => rank(one) - rank(another));
}

/** A similar path that no endpoint has: `/hapana-2`, `/hapana-3` … */
function freePath(node: EndpointNode): string {
  for (let number = 2; ; number += 1) {
    const path = `${node.path}-${number}`;
    if (rivalsOf(node, path).length === 0) return path;
  }
}

/** What is wrong with a public address, as a message. An address that Hapana cannot reach is a warning, not an error. */
export function publicUrlMessage(this: EndpointNode, value: unknown): string | undefined {
  const url = completeUrl(String(value ?? ""));
  return url !== "" && baseUrlProblem(url) === "malformed" ? this._("hapana-endpoint.error.publicUrl") : undefined;
}

/** Shows the URLs that Hapana has to call, and what is to be said of them, while the address is being typed. */
export function prepareAddress(node: EndpointNode): void {
  const copy = iconButton("fa-copy", node._("hapana-endpoint.button.copy")).insertAfter("#hapana-webhook-url");
  copyOnClick(copy, () => currentUrl() ?? "");
  for (const { type, title } of catalog) appendEventUrl(node, type, title);
  field("publicUrl").attr("placeholder", location.origin);
  const isNew = !RED.nodes.node(node.id);
  if (isNew && rivalsOf(node, node.path).length > 0) field("path").val(freePath(node)).trigger("change");

  field("publicUrl").on("change", () => {
    field("publicUrl").val(completeUrl(fieldText("publicUrl")));
  });
  field("path")
    .add(field("publicUrl"))
    .on("input change", () => showAddress(node));
  showAddress(node);
}

/** What is wrong with the deployed path, if only Node-RED knows. */
function deployedProblem(node: EndpointNode, path: string): string | undefined {
  const fault = deployedFault(node);
  const isOfPath = fault?.code === "pathTakenByInstance" || fault?.code === "noHttp";
  return isOfPath && path === node.path ? deployedWords(node, fault) : undefined;
}

function appendEventUrl(node: EndpointNode, type: string, title: string): void {
  const row = $("<div>", { class: "form-row" }).appendTo("#hapana-event-url-list");
  const id = `hapana-url-${type}`;
  $("<label>", { for: id, text: title }).appendTo(row);
  $("<input>", { type: "text", id, readonly: true }).appendTo(row);
  const copy = iconButton("fa-copy", `${node._("hapana-endpoint.button.copy")}: ${title}`).appendTo(row);
  copyOnClick(copy, () => currentUrl(type) ?? "");
}

/** Shows the URLs in the dialog, and what to know about them. */
export function showAddress(node: EndpointNode): void {
  const variable = listed(currentVariables());
  const words = (key: string) => node._(`hapana-endpoint.address.${key}`, { variable });
  const showUrl = (input: JQuery, url: string | undefined) => {
    input.val(url ?? words("dependsOn"));
    input.next("button").prop("disabled", url === undefined);
  };
  showUrl($("#hapana-webhook-url"), currentUrl());
  for (const { type } of catalog) showUrl($(`#hapana-url-${type}`), currentUrl(type));
  const note = variable !== "" ? "variable" : movedFrom(node) ? "moved" : undefined;
  const ofBase = baseUrlProblem(currentBase());
  // Of one that is none, its field says so.
  const problem = ofBase === "malformed" ? undefined : (ofBase ?? note);
  const isSet = problem === "variable" ? ` ${isSetWords(node, currentVariables())}` : "";
  $("#hapana-publicUrl-warning").text(problem ? words(problem) + isSet : "");
}
