import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { eventTypes } from "../../../src/events/catalog";
import { endpoint, type FlowNode, webhookIn } from "../../support/flows";
import type { Settings } from "../../support/user-dir";

const coreNodes = join(dirname(require.resolve("@node-red/nodes/package.json")), "core");

/** Settings with which the editor loads in two thirds of the time: without Monaco, and with no nodes but these. */
export function onlyNodes(...files: readonly string[]): Settings {
  const all = readdirSync(coreNodes, { recursive: true, encoding: "utf8" }).map((path) => basename(path));
  return {
    nodesExcludes: all.filter((file) => file.endsWith(".js") && !files.includes(file)),
    editorTheme: { tours: false, welcomeTips: false, codeEditor: { lib: "ace" } },
  };
}

/** What {@link studioFlows} need. */
export const studioSettings = onlyNodes("21-debug.js");

/** The locations of the endpoint in {@link studioFlows}. */
export const sites = [
  { siteID: "Zk9tTXh2U2pLd1p1Q0d5b0h1bWJqQT09", name: "Bondi Beach" },
  { siteID: "QmFja3lhcmRTaXRlSWRlbnRpZmllcg==", name: "Newtown" },
];

/**
 * The flows of a studio: an endpoint with two locations, and `webhook`, each of whose outputs is wired to a debug node. Besides,
 * an endpoint without a token, which `careless` uses.
 * @param properties what is different of the endpoint and, where that has an id of its own, of `webhook`
 */
export function studioFlows(properties: Partial<FlowNode> = {}): FlowNode[] {
  const own = endpoint({ name: "My studio", sites, ...properties });
  return [
    { id: "tab", type: "tab", label: "Studio" },
    own,
    endpoint({ id: "bare", name: "No token", path: "/bare", credentials: {} }),
    webhookIn({
      endpoint: own.id,
      wires: eventTypes.map((type) => [`see-${type}`]).concat([["see-unrecognised"]]),
    }),
    webhookIn({ id: "careless", y: 320, endpoint: "bare" }),
    ...[...eventTypes, "unrecognised"].map((name, index) => ({
      id: `see-${name}`,
      type: "debug",
      z: "tab",
      x: 500,
      y: 60 + index * 60,
      active: true,
      complete: "true",
      wires: [],
    })),
  ];
}
