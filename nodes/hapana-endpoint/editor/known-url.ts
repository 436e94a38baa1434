import { baseUrlProblem } from "../../../src/address/base-url-problem";
import { completeUrl } from "../../../src/address/complete-url";
import { variablesIn } from "../../../src/address/variables";
import { webhookUrl } from "../../../src/address/webhook-url";
import type { EndpointFault } from "../../../src/engine/endpoint";
import type { EndpointReport } from "../report";
import type { EndpointNode, SecretName } from "./endpoint-node";

const setting = "hapana-told";

/** What Node-RED has told about the endpoint whose dialog was opened last. */
let last: { id: string; seen: EndpointReport } | undefined;

/** Stores what an endpoint has seen from Hapana since Node-RED started, and its deployed state. */
export function noteSightings({ id }: EndpointNode, seen: EndpointReport): void {
  last = { id, seen };
}

/** The environment variables in a stored secret, as far as Node-RED has told. */
export function storedVariables({ id }: EndpointNode, secret: SecretName): readonly string[] {
  return (last?.id === id && last.seen.variables[secret]) || [];
}

/** What keeps the deployed endpoint from working, as far as Node-RED has told. */
export function deployedFault({ id }: EndpointNode): EndpointReport["fault"] {
  return last?.id === id ? last.seen.fault : undefined;
}

/** Whether Hapana has used the deployed token. */
export function isTokenInUse({ id }: EndpointNode): boolean {
  return last?.id === id && last.seen.token.used !== undefined;
}

function isReached(node: EndpointNode): boolean {
  if (last?.id !== node.id) return false;
  const { sites, token, previousToken } = last.seen;
  return sites.length > 0 || token.used !== undefined || previousToken.used !== undefined;
}

/** The same, as a message. */
export function deployedWords(node: EndpointNode, fault: EndpointFault): string {
  const words = node._(`hapana-endpoint.fault.${fault.code}`, { ...fault });
  return node._("hapana-endpoint.hint.deployed", { fault: words });
}

/**
 * Remembers, in this browser, the URL that an email tells Hapana; not one that Hapana cannot reach. If it was to be pasted into
 * the email, it remembers only that there is one.
 */
export function noteTold({ id }: EndpointNode, { base, url = "" }: Readonly<{ base: string; url?: string }>): void {
  if (isReachable(base)) RED.settings.setLocal(setting, JSON.stringify({ ...toldUrls(), [id]: url }));
}

/** Whether Hapana knows an endpoint, as far as this browser can tell. */
export function isKnown(node: EndpointNode): boolean {
  return isReached(node) || toldUrls()[node.id] !== undefined;
}

/** The URL at which Hapana calls an endpoint; `undefined` if unknown here. */
export function knownUrl(node: EndpointNode): string | undefined {
  const url = toldUrls()[node.id];
  if (url !== undefined || !isReached(node)) return url || undefined;
  return isReachable(baseOf(node.publicUrl)) ? urlOf(node) : undefined;
}

/** The parts of an endpoint's URL, as saved or typed. */
export type Address = Readonly<Pick<EndpointNode, "path"> & { publicUrl: string | undefined }>;

/**
 * @param address the parts of the URL
 * @param event the event type, for that event's own URL
 * @returns the URL as Hapana has to call it; `undefined` where it depends on environment variables, whose values are not known here
 */
export function urlOf(address: Address, event?: string): string | undefined {
  if (variablesOf(address).length > 0) return undefined;
  const { publicUrl, path } = address;
  return webhookUrl({ base: baseOf(publicUrl), httpNodeRoot: httpNodeRoot(), path }, event);
}

/** @returns the environment variables that an endpoint's URL depends on */
export function variablesOf({ publicUrl, path }: Address): string[] {
  return [publicUrl ?? "", path].flatMap(variablesIn);
}

/** The base of an endpoint's URL: its public address, or else the address of the editor. */
export function baseOf(publicUrl: string | undefined): string {
  return completeUrl(publicUrl ?? "") || location.origin;
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
