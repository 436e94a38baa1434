import { baseUrlProblem } from "../../../src/address/base-url-problem";
import { webhookUrl } from "../../../src/address/webhook-url";
import type { SightingsReport } from "../../runtime/sightings-report";
import type { EndpointNode } from "./endpoint-node";

const setting = "hapana-told";

/** The endpoint that has got events of Hapana, among those that were asked for. */
let reached: string | undefined;

/** Notes whether Hapana has posted to an endpoint since Node-RED started. */
export function noteSightings({ id }: EndpointNode, seen: SightingsReport): void {
  if (seen.tokenUsed !== undefined || seen.previousTokenUsed !== undefined) reached = id;
  else if (reached === id) reached = undefined;
}

/** Remembers, in this browser, the URL that an email tells Hapana; not one that Hapana cannot reach. */
export function noteTold({ id }: EndpointNode, url: string): void {
  if (isReachable(url)) RED.settings.setLocal(setting, JSON.stringify({ ...toldUrls(), [id]: url }));
}

/** Whether Hapana has been told of an endpoint, as far as can be known here. */
export function isKnown(node: EndpointNode): boolean {
  return reached === node.id || toldUrls()[node.id] !== undefined;
}

/** The URL at which Hapana calls an endpoint; `undefined` where that cannot be known here. */
export function knownUrl(node: EndpointNode): string | undefined {
  const told = toldUrls()[node.id];
  if (told !== undefined || reached !== node.id) return told;
  const base = baseOf(node.publicUrl);
  return isReachable(base) ? webhookUrl({ base, httpNodeRoot: httpNodeRoot(), path: node.path }) : undefined;
}

/** The base of an endpoint's URL: its public address, or else the address of the editor. */
export function baseOf(publicUrl: string | undefined): string {
  return publicUrl?.trim() || location.origin;
}

/** Below this path, Node-RED serves what its flows answer. */
export function httpNodeRoot(): string {
  return RED.settings.httpNodeRoot ?? "/";
}

function isReachable(url: string): boolean {
  const problem = baseUrlProblem(url);
  return problem === undefined || problem === "insecure";
}

function toldUrls(): Readonly<Record<string, string | undefined>> {
  try {
    return JSON.parse(RED.settings.getLocal(setting) ?? "{}");
  } catch {
    return {};
  }
}
